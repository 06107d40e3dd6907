"""One yes for a rollback: what a person reads where one is offered, and what asks once more.

Whoever chooses to roll back reads to what. What the look right before it finds beside that, they
have not read.
"""

from dataclasses import replace

from hotfix.domain.fact_names import CAVEATS, CHANGED_BY_OTHERS, HEALTHY, VERIFIED_BY
from hotfix.domain.facts import Facts
from hotfix.domain.figures import some_of
from hotfix.domain.question import Question, Then
from hotfix.domain.rollout.running_pod import images_in_words

#: the reason on record where the yes of a moment ago counts for the rollback's own question, too
AS_CHOSEN = "as chosen a moment ago"


def with_the_way_back(question: Question, facts: Facts) -> Question:
    """Return the question; where it offers a rollback, it shows what that goes back to."""
    offers = any(option.then is Then.ROLL_BACK for option in question.options)
    recorded = facts.get(HEALTHY, ())
    if not (offers and recorded) or question.brief_from:
        return question
    states = some_of(
        [f"{it.name} revision {it.revision} ({images_in_words(it.images)})" for it in recorded]
    )
    return replace(question, shown=(*question.shown, f"Recorded state: {states}"))


def is_read(question: Question, facts: Facts) -> bool:
    """Tell whether who has just chosen a rollback has read all that ``question`` would show.

    Args:
        question: the rollback's own, after its look.
        facts: with what that look found.
    """
    is_changed = bool(facts.get(CHANGED_BY_OTHERS, ()))
    is_more = is_changed or bool(facts.get(CAVEATS, ())) or VERIFIED_BY in facts
    return bool(question.by_yes) and HEALTHY in facts and not is_more
