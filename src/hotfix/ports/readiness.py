"""Everything a later phase needs, checked now: learn at minute 1, not at minute 25."""

from enum import StrEnum
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError

#: the name of the need that a whole area is configured
WHOLE_AREA = "configured"


class Finding(StrEnum):
    """How a need stands."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CONFIGURED = "not configured"


@frozen
class Need:
    """One thing that a later phase needs, and how it stands."""

    area: str  #: ``git``, ``github``, ``kubernetes``, ``slack`` and so on
    name: str  #: what is needed, in a few words
    finding: Finding  #: how it stands
    saw: str  #: what was found, or why it failed
    mend: str = ""  #: the command that mends it; empty where nothing needs mending
    code: ProblemCode = ProblemCode.CONFIGURATION  #: what kind of problem it is when failed
    #: after how many seconds it is worth asking again, where trouble on the way kept it from being
    #: asked: whether the need is met is not known then; None where it was asked
    ask_again_in: float | None = None
    is_told: bool = False  #: whether a run says what was found where the need is met, too

    @property
    def is_area_left_out(self) -> bool:
        """Whether nothing of its area is configured, so that this part of a hotfix is left out."""
        return self.finding is Finding.NOT_CONFIGURED and self.name == WHOLE_AREA

    def to_json(self) -> JsonObject:
        """Return the need as ``hotfix doctor --json`` prints it."""
        return {
            "area": self.area,
            "name": self.name,
            "finding": self.finding.value,
            "saw": self.saw,
            "mend": self.mend,
        }


def not_asked(
    area: str,
    name: str,
    finding: Finding,
    trouble: TemporaryTroubleError,
    mend: str = "",
) -> Need:
    """Return the need that could not be asked about.

    ``mend`` is the next command; empty for what the trouble says, or for another look.
    """
    mend = mend or trouble.mend or "In a moment, once more: hotfix doctor"
    saw = f"could not be asked: {trouble.saying}"
    return Need(area, name, finding, saw, mend, ProblemCode.FAILED, trouble.retry_in)


def unmet(
    area: str, name: str, finding: Finding, error: ProblemError | TemporaryTroubleError
) -> Need:
    """Return the need whose check ended in ``error``."""
    if isinstance(error, TemporaryTroubleError):
        return not_asked(area, name, finding, error)
    problem = error.problem
    saw = f"{problem.what} {problem.why}"
    return Need(area, name, finding, saw, problem.next_command, problem.code)


class Readiness(Protocol):
    """Checks all needs, side by side."""

    def check(self, reviewer: str = "", branch: str = "") -> tuple[Need, ...]:
        """Return every need with its finding; never raises for a failed one.

        ``reviewer`` is a login or ``org/team`` that is going to be asked instead of the configured
        one; empty for that one. ``branch`` is what is going to be pushed; empty for some name.
        """
        ...
