"""How long something takes, as people read it."""

import pytest

from hotfix.domain.figures import clock


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0:00"), (0.4, "0:00"), (59.0, "0:59"), (61.0, "1:01"), (-5.0, "-0:05")],
)
def test_seconds_are_shown_as_a_clock_shows_them(seconds, shown):
    assert clock(seconds) == shown
