"""The numbers that scripts hold on to."""

from typing import TYPE_CHECKING, Final

from hotfix.domain.problem import ProblemCode

if TYPE_CHECKING:
    from hotfix.domain.progress import Progress

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
CONFIGURATION: Final = 3
RIGHTS: Final = 4
BUDGET: Final = 5
LOCKED: Final = 6
ROLLED_BACK: Final = 7
WAITING: Final = 8
INTERRUPTED: Final = 130

# Every code that a command may end with, and no other.
MEANINGS: Final = {
    DONE: "done",
    FAILED: "failed",
    USAGE: "wrong use",
    CONFIGURATION: "configuration",
    RIGHTS: "authentication or rights",
    BUDGET: "budget exceeded and not extended",
    LOCKED: "locked by somebody else",
    ROLLED_BACK: "rolled back",
    WAITING: "waiting; `hotfix resume` later",
    INTERRUPTED: "interrupted",
}

_OF_PROBLEM: Final = {
    ProblemCode.FAILED: FAILED,
    ProblemCode.USAGE: USAGE,
    ProblemCode.CONFIGURATION: CONFIGURATION,
    ProblemCode.RIGHTS: RIGHTS,
    ProblemCode.BUDGET: BUDGET,
    ProblemCode.LOCKED: LOCKED,
    ProblemCode.WAITING: WAITING,
}


def of_problem(code: ProblemCode) -> int:
    """Return the exit code for a kind of problem."""
    return _OF_PROBLEM[code]


def of_progress(progress: "Progress") -> int:
    """Return the exit code for where a run stands when the command ends."""
    # Here, as commands are listed without a run.
    from hotfix.domain.progress import RunState

    if progress.state is RunState.INTERRUPTED:
        return INTERRUPTED
    if progress.problem is not None:
        return of_problem(progress.problem.code)
    if progress.pending is not None:
        return of_problem(progress.pending.unanswered)
    of_state = {
        RunState.DONE: DONE,
        RunState.ABORTED: DONE,
        RunState.ROLLED_BACK: ROLLED_BACK,
        RunState.WAITING: WAITING,
        RunState.TAKEN_OVER: LOCKED,
    }
    return of_state.get(progress.state, FAILED)
