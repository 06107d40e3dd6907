"""What rides along, in words; pull requests by the subjects that GitHub writes."""

import pytest

from hotfix.domain import ride_along
from hotfix.domain.fact_records import OtherCommit


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Sell lamps (#12)", 12),
        ("Sell lamps (#12) ", 12),
        ("Merge pull request #7 from webrana/lamps", 7),
        ("Fix #3 and #4", None),
        ("Sell lamps (#12) again", None),
        ("", None),
    ],
)
def test_the_pull_request_is_read_from_the_subject(subject, number):
    assert ride_along.pull_request_of(subject) == number


def test_a_long_list_is_cut_and_says_so():
    commits = [OtherCommit(f"{n:040x}", f"Change {n}", "Mo") for n in range(12)]
    lines = ride_along.in_words(commits)
    assert lines[0] == "00000000 Change 0, by Mo"
    assert lines[-1] == "and 2 more"


def test_a_subject_cannot_leave_its_code_span():
    commits = [OtherCommit("a" * 40, "x` @everyone closes #1", "Mo")]
    assert ride_along.markdown(commits) == "- aaaaaaaa `x' @everyone closes #1`"
