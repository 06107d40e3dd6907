"""What a service has dated is never compared with this machine's time of day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain.clocks import apart, by_ours

NOW = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
HOURS = timedelta(hours=2)


@given(
    ago=st.timedeltas(timedelta(), timedelta(days=30)),
    wrong=st.timedeltas(-30 * HOURS, 30 * HOURS),
)
def test_what_was_so_long_ago_there_was_so_long_ago_here(ago, wrong):
    ours = NOW + wrong
    found = by_ours(NOW - ago, NOW, ours)
    assert abs((ours - found) - ago) <= timedelta(seconds=10)
    # What is told apart is never a part of a second: the same moment is the same each time.
    assert (found - (NOW - ago)) % timedelta(seconds=1) == timedelta()


def test_where_nobody_tells_what_time_it_is_there_the_moment_stands():
    assert by_ours(NOW, None, NOW + HOURS) == NOW


def test_how_far_a_clock_is_off_is_said_in_words_from_a_minute_on():
    assert apart(NOW + HOURS, NOW) == "2 h 0 min ahead of"
    assert apart(NOW - HOURS, NOW) == "2 h 0 min behind"
    assert apart(NOW + timedelta(seconds=59), NOW) == ""
    assert apart(NOW, None) == ""
