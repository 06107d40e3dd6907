"""By which day a post-mortem is held."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain.post_mortem import working_day

START = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 10_000).map(lambda hours: START + timedelta(hours=hours))


@given(MOMENTS, st.integers(1, 60))
def test_so_many_days_lie_between_on_which_people_work(after, days):
    due = working_day(after, days)
    passed = [after.date() + timedelta(days=1 + n) for n in range((due - after.date()).days)]
    assert due.weekday() < 5
    assert sum(day.weekday() < 5 for day in passed) == days


def test_the_day_is_that_of_utc():
    jakarta = timezone(timedelta(hours=7))
    assert working_day(datetime(2026, 3, 16, 3, tzinfo=jakarta), 1) == date(2026, 3, 16)
