"""From what earlier runs took to what is expected of the next one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain.experience import Took, took

FIVE = [60.0, 300.0, 120.0, 240.0, 180.0]
SECONDS = st.integers(0, 7200).map(float)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([], None),
        (FIVE[:4], None),
        (FIVE, Took(180.0, 252.0)),
        ([*FIVE, 3600.0], Took(210.0, 300.0)),
        ([60.0] * 5, Took(60.0, 60.0)),
        ([float(number) for number in range(1, 501)], Took(250.5, 400.2)),
    ],
)
def test_half_took_no_longer_than_the_median_and_four_of_five_no_longer_than_the_percentile(
    seconds, expected
):
    assert took({"fix": each} for each in seconds).get("fix") == expected


def test_each_phase_is_known_by_the_runs_that_had_it():
    runs = [{"fix": 60.0, "test": 5.0}] * 4 + [{"fix": 60.0}]
    assert took(runs) == {"fix": Took(60.0, 60.0)}


@given(st.lists(SECONDS, min_size=5, max_size=40))
def test_what_is_known_lies_among_what_was(seconds):
    found = took({"fix": each} for each in seconds)["fix"]
    assert min(seconds) <= found.median <= found.p80 <= max(seconds)
    assert sum(each <= found.p80 for each in seconds) >= 0.8 * len(seconds) - 1
    assert took({"fix": each} for each in reversed(seconds)) == {"fix": found}
