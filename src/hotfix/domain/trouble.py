"""Whether something is known to be wrong that a forecast does not count."""

from hotfix.domain.fix_stand import not_green
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Question, Then

_WAYS_BACK = frozenset({Then.ROLL_BACK, Then.GO_BACK})


def is_of_trouble(question: Question) -> bool:
    """Tell whether a question is asked because something is wrong: its usual answer goes back."""
    return question.options[0].then in _WAYS_BACK


def is_in_trouble(progress: Progress) -> bool:
    """Tell whether the run is not on its way, whatever its clock says."""
    if progress.state.is_over:
        return False
    asked, failed = progress.pending, progress.state is RunState.FAILED
    # What a fix left red is what its rollback is for.
    is_forth = progress.plan == PlanName.HOTFIX
    is_red = is_forth and bool(not_green(progress.facts))
    is_red |= progress.is_red and progress.state is RunState.WAITING
    return failed or is_red or (asked is not None and is_of_trouble(asked))
