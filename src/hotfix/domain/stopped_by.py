"""Why a run was stopped, by the answer that somebody gave."""

from hotfix.domain.event import Event
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import BUDGET_STEP
from hotfix.domain.question import Answer, Option, Question, Then


def stopped_by(event: Event, question: Question, option: Option, answer: Answer) -> Problem | None:
    """Return why a run is stopped from here on; None where an answer does not stop it.

    What is next is not known by then: ``status.stopped_for`` says it, of a run that is over.
    """
    if option.then is not Then.STOP:
        return None
    is_locked = question.unanswered is ProblemCode.LOCKED
    code = ProblemCode.LOCKED if is_locked else ProblemCode.FAILED
    return Problem(
        ProblemCode.BUDGET if event.step == BUDGET_STEP else code,
        what=f"Stopped by {answer.by}: {option.label}.",
        why=answer.reason or question.asked,
        next_command="hotfix log",
    )
