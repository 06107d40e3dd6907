"""What GitHub runs again, and what not any more."""

import pytest

from hotfix.domain.rerun_limits import broken_limit, in_words

DAY = 86_400.0


@pytest.mark.parametrize(
    ("days", "attempt", "said"),
    [
        (0, 1, ""),
        (29.9, 50, ""),
        (30, 1, "30 days old"),
        (1, 51, "run again 50 times"),
    ],
)
def test_thirty_days_and_fifty_re_runs(days, attempt, said):
    found = broken_limit(days * DAY, attempt)
    assert (said in found) if said else not found


def test_how_far_it_is_from_them_in_words():
    assert in_words(3 * DAY, 2) == "3 of 30 days old, run again 1 of 50 times so far"
