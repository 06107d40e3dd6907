import pytest

from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.ports.readiness import Finding, Need, not_asked
from hotfix.view.doctor_text import as_lines

FINE = Need("git", "clone", Finding.OK, "clean")
MISSING = Need("git", "remote", Finding.FAILED, "none", "git remote add", ProblemCode.CONFIGURATION)
UNASKED = not_asked("github", "token", Finding.FAILED, TemporaryTroubleError("GitHub answers 502"))
UNKNOWN = "1 could not be asked, so whether it is ready is not known."


@pytest.mark.parametrize(
    ("needs", "last"),
    [
        ((FINE,), ["Ready."]),
        ((FINE, MISSING), ["1 to mend before a hotfix can run."]),
        ((FINE, UNASKED), [UNKNOWN]),
        ((MISSING, UNASKED), ["1 to mend before a hotfix can run.", UNKNOWN]),
    ],
)
def test_the_end_says_what_is_known(needs, last):
    assert [line for line in as_lines(needs) if not line.startswith((" ", "✓", "✗"))] == last


def test_what_could_not_be_asked_is_no_missing_right():
    assert as_lines((UNASKED,))[0] == "✗ github: token: could not be asked: GitHub answers 502"
    assert UNASKED.code is ProblemCode.FAILED
