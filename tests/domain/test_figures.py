"""How long something takes, as people read it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain.figures import clock, for_so_long, in_seconds, tenths


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0:00"), (0.4, "0:00"), (59.0, "0:59"), (61.0, "1:01"), (-5.0, "-0:05")],
)
def test_seconds_are_shown_as_a_clock_shows_them(seconds, shown):
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 s"),
        (0.001, "less than 0.01 s"),
        (0.0625, "0.06 s"),
        (0.5, "0.5 s"),
        (5.0, "5 s"),
        (12.3456, "12.35 s"),
        (3_600_000.0, "3600000 s"),
    ],
)
def test_a_limit_is_said_with_no_more_digits_than_people_read(seconds, words):
    assert in_seconds(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, ""), (0.0625, ""), (0.99, ""), (1.0, " for 1 s"), (5.0, " for 5 s")],
)
def test_what_is_over_before_it_is_read_has_no_figure(seconds, words):
    assert for_so_long(seconds) == words


@given(st.timedeltas(timedelta(days=-1), timedelta(days=365)))
def test_seconds_that_are_cut_to_tenths_are_shown_as_they_were(span):
    seconds = span.total_seconds()
    assert clock(tenths(seconds)) == clock(seconds)
    assert round(tenths(seconds), 1) == tenths(seconds)
    assert 0 <= abs(seconds) - abs(tenths(seconds)) < 0.1 + 1e-6
