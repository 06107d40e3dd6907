"""How each answer is given without a terminal, and which of them only a person may give.

One rule for all questions, so that no step says it anew: ``--yes`` stands for what its question
says; stopping, going back and looking again need no judgement. The rest takes what is not as it
should be for good, breaks the glass, or overwrites what others did.
"""

import shlex

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.problem import ProblemCode
from hotfix.domain.question import BREAK_GLASS_KEY, Option, Question, Then

# The question whether what others changed is overwritten; only its own flag answers it.
OVER_OTHERS_KEY = "over-others"
_FLAGS_OF_A_PERSON = {
    BREAK_GLASS_KEY: "hotfix resume {run} --break-glass REASON",
    OVER_OTHERS_KEY: "hotfix rollback {run} --over-others --yes",
}


@frozen
class Way(JsonRecord):
    """How one option of a question is chosen by the words of a command."""

    option: str  #: the key of the option
    command: str  #: what is typed; where only a person may choose it, what that person types
    person_only: bool  #: whether a script or an agent leaves it to a person


def is_for_a_person(question: Question, option: Option) -> bool:
    """Tell whether only a person may choose ``option``; neither ``--yes`` nor ``--answer`` does."""
    if option.key == question.by_yes or _is_about_time(question):
        return False
    if option.typed or option.needs_reason or option.then is Then.WRITE:
        return True
    return option.then is Then.GO_ON and not question.by_yes


def ways(question: Question, run: str) -> tuple[Way, ...]:
    """Return how each option of an open question is chosen, in its order; ``run`` is the id."""
    return tuple(
        Way(each.key, _command(question, each, run), is_for_a_person(question, each))
        for each in question.options
    )


def _is_about_time(question: Question) -> bool:
    return question.unanswered is ProblemCode.BUDGET


def _command(question: Question, option: Option, run: str) -> str:
    if option.then is Then.ROLL_BACK:
        return f"hotfix rollback {run} --yes"
    if _is_about_time(question):
        minutes = ":MIN" if option.needs_minutes else ""
        return f"hotfix resume {run} --on-budget {option.key}{minutes}"
    if is_for_a_person(question, option):
        flag = _FLAGS_OF_A_PERSON.get(question.key, "hotfix resume {run}, in a terminal")
        return flag.format(run=run)
    return f"hotfix resume {run} --answer {shlex.quote(f'{question.key}={option.key}')}"
