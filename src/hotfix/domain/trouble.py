"""What is known to be wrong, and why nothing can be said of when a run will be done."""

from hotfix.domain.fix_stand import not_green
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Question, Then

_WAYS_BACK = frozenset({Then.ROLL_BACK, Then.GO_BACK})


def is_of_trouble(question: Question) -> bool:
    """Tell whether a question is asked because something is wrong: its usual answer goes back."""
    return question.options[0].then in _WAYS_BACK


def trouble(progress: Progress) -> str:
    """Return what is known to be wrong, as it was last seen; empty for nothing.

    No stop mends it: what was red when somebody pressed Ctrl-C is red until it is seen green.
    """
    if progress.state.is_over:
        return ""
    asked = progress.pending
    if progress.state is RunState.FAILED:
        return progress.problem.what if progress.problem else "It failed."
    if asked is not None and is_of_trouble(asked):
        return asked.text
    if progress.is_red and progress.step:
        return progress.saying
    # What a fix left red is what its rollback is for.
    bad = not_green(progress.facts) if progress.plan == PlanName.HOTFIX else ()
    return f"Not green: {'; '.join(f'{each.name} ({each.cause})' for each in bad)}" if bad else ""


def is_in_trouble(progress: Progress) -> bool:
    """Tell whether the run is not on its way, whatever its clock says."""
    return bool(trouble(progress))


def no_forecast(progress: Progress) -> str:
    """Return why nobody can say when the run will be done; empty where a forecast holds.

    A forecast takes it that the run goes on, as runs do. Which process walks it, is not on record.
    """
    if progress.state.is_over:
        return ""
    if progress.state is RunState.FAILED:
        return "it failed, and stands still"
    if progress.state is RunState.INTERRUPTED:
        return STANDS_STILL
    asked, is_back = progress.pending, progress.plan == PlanName.ROLLBACK
    if asked is not None and (is_back or is_of_trouble(asked)):
        return "what becomes of it is not decided"
    return NOT_GREEN if trouble(progress) else ""


STANDS_STILL = "it stands still"
NOT_GREEN = "not all is green"
