import pytest

from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.ports.readiness import WHOLE_AREA, Finding, Need, not_asked
from hotfix.view.doctor_text import as_lines

FINE = Need("git", "clone", Finding.OK, "clean")
MISSING = Need("git", "remote", Finding.FAILED, "none", "git remote add", ProblemCode.CONFIGURATION)
ODD = Need("slack", "channel", Finding.WARNING, "archived", "name another")
UNASKED = not_asked("github", "token", Finding.FAILED, TemporaryTroubleError("GitHub answers 502"))
UNTOLD = not_asked("slack", "channel", Finding.WARNING, TemporaryTroubleError("no answer"))
CANNOT = "A hotfix cannot run before that is mended."
UNKNOWN = "What could not be asked is not known to be ready."


@pytest.mark.parametrize(
    ("needs", "last"),
    [
        ((FINE,), ["1 ok", "Ready."]),
        ((FINE, ODD), ["1 ok, 1 to look at", "Ready."]),
        ((FINE, UNTOLD), ["1 ok, 1 not asked", "Ready."]),
        ((FINE, FINE, MISSING), ["2 ok, 1 to mend", CANNOT]),
        ((FINE, UNASKED), ["1 ok, 1 not asked", UNKNOWN]),
        ((MISSING, UNASKED), ["0 ok, 1 to mend, 1 not asked", CANNOT, UNKNOWN]),
    ],
)
def test_the_end_counts_and_says_what_is_known(needs, last):
    lines = as_lines(needs)
    assert lines[lines.index("") + 1 :] == last


def test_needs_stand_by_area_with_their_mends_under_them():
    assert as_lines((FINE, ODD, MISSING))[:6] == [
        "git",
        "  ✓ clone: clean",
        "  ✗ remote: none",
        "      git remote add",
        "slack",
        "  ! channel: archived",
    ]


def test_what_could_not_be_asked_is_no_missing_right_and_has_a_sign_of_its_own():
    assert as_lines((UNASKED,))[1] == "  ? token: could not be asked: GitHub answers 502"
    assert UNASKED.code is ProblemCode.FAILED


def test_ready_says_which_parts_of_a_hotfix_are_left_out():
    without = [Need(each, WHOLE_AREA, Finding.NOT_CONFIGURED, "no") for each in ("slack", "probes")]
    setting = Need("github", "labels", Finding.NOT_CONFIGURED, "none")
    assert as_lines([FINE, setting])[-1] == "Ready."
    assert as_lines([FINE, setting, *without])[-1] == (
        "Ready, without slack, probes: not configured."
    )
