import pytest

from hotfix.view.durations import clock, pace


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        *((0, "0:00"), (9.99, "0:09"), (60, "1:00"), (754, "12:34"), (3600, "60:00")),
        *((-1, "-0:01"), (-61, "-1:01"), (-0.4, "0:00")),
    ],
)
def test_seconds_read_as_a_clock(seconds, shown):
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("left", "planned", "shown"),
    [
        (680, 1080, "11:20 left, 18:00 planned: behind by 6:40"),
        (1080, 680, "18:00 left, 11:20 planned: 6:40 in hand"),
        (-90, 60, "over by 1:30, 1:00 still planned"),
    ],
)
def test_the_pace_is_what_is_left_against_what_is_planned(left, planned, shown):
    assert pace(left, planned) == shown
