"""What went wrong, in words that a tired engineer can act on."""

from dataclasses import replace
from enum import StrEnum

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord

# What takes up a run again, or ends it.
_GO_ON = ("resume", "rollback", "abort", "takeover", "start")


class ProblemCode(StrEnum):
    """The kinds of trouble that are told apart; ``cli/exit_codes.py`` gives each a number."""

    FAILED = "failed"
    USAGE = "usage"
    CONFIGURATION = "configuration"
    RIGHTS = "rights"
    BUDGET = "budget"
    LOCKED = "locked"
    WAITING = "waiting"


@frozen
class Problem(JsonRecord):
    """Something that stops a step until a person acts."""

    code: ProblemCode  #: the kind of trouble
    what: str  #: what happened, one sentence
    why: str  #: why it happened, or the library's own words
    next_command: str  #: what to type next. There always is something


def leading_back(problem: Problem) -> Problem:
    """Return the problem of a run that stops, with the command that goes on once it is mended."""
    command = problem.next_command
    # Where somebody else has the lock, the run is theirs to take up.
    is_theirs = problem.code is ProblemCode.LOCKED
    if is_theirs or any(f"hotfix {word}" in command for word in _GO_ON):
        return problem
    return replace(problem, next_command=f"{command.rstrip('.')}; then: hotfix resume")


def unforeseen(doing: str, words: str, file: str, next_command: str) -> Problem:
    """Return the problem of an error that nobody foresaw.

    Args:
        doing: what was being done, as the beginning of a sentence.
        words: the error's kind and what it says.
        file: where its traceback is; empty where that could not be written.
        next_command: what to type next.
    """
    kept = f"Its traceback is in {file}" if file else "Its traceback could not be written"
    return Problem(
        ProblemCode.FAILED,
        what=f"{doing} ended in a way that nobody foresaw.",
        why=f"{words}\nThat is a fault of hotfix. {kept}.",
        next_command=next_command,
    )


class ProblemError(Exception):
    """Carries a ``Problem`` up to whoever can show it. Trying again without a person is useless."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.what} {problem.why}")
        self.problem = problem


class MissingRightError(ProblemError):
    """A right is missing, and neither trying again nor logging in again will bring it."""


class InputEndedError(ProblemError):
    """Whoever was asked has ended the input (Ctrl-D) in the place of an answer."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                ProblemCode.WAITING,
                what="Nobody answered: the input has ended (Ctrl-D).",
                why="Nothing was decided by that.",
                next_command="the same command again",
            )
        )


#: after which another look is worth it, where nobody says when
LATER_SECONDS = 2.0


class TemporaryTroubleError(Exception):
    """Something that may be over in a moment: a timeout, a 502, a rate limit.

    Args:
        saying: what happened, one sentence.
        retry_in: seconds after which another look is worth it.
        is_refusal: whether the other side answered "not now", so that what was asked for has not
            happened; without that, nobody knows.
        mend: what a person can do about it; empty where waiting is all.
    """

    def __init__(
        self,
        saying: str,
        retry_in: float = LATER_SECONDS,
        *,
        is_refusal: bool = False,
        mend: str = "",
    ) -> None:
        super().__init__(saying)
        self.saying = saying
        self.retry_in = retry_in
        self.is_refusal = is_refusal
        self.mend = mend
