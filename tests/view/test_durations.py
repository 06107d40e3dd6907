import pytest

from hotfix.view.durations import clock


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        *((0, "0:00"), (9.99, "0:09"), (60, "1:00"), (754, "12:34"), (3600, "60:00")),
        *((-1, "-0:01"), (-61, "-1:01"), (-0.4, "0:00")),
    ],
)
def test_seconds_read_as_a_clock(seconds, shown):
    assert clock(seconds) == shown
