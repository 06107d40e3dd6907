"""Confirm the rollback, on what was seen a moment ago."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    CHANGED_BY_OTHERS,
    DECIDED_BY,
    REPLACED,
    ROLLBACK_SHOWN,
    ROLLBACK_TARGETS,
    VERIFIED_BY,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports

_LEFT = "ConfigMaps, Secrets and migrations stay as they are now."


@frozen
class ConfirmTheRollback:
    """Reports ``decided_by``. What somebody else changed needs an explicit yes: ``--over-others``.

    Effect: none.
    """

    name: str = "confirm_the_rollback"
    reads: ClassVar[Declared] = (
        CHANGED_BY_OTHERS,
        REPLACED,
        ROLLBACK_SHOWN,
        ROLLBACK_TARGETS,
        *maybe(VERIFIED_BY),
    )
    reports: ClassVar[Declared] = maybe(DECIDED_BY)

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Show both sides of every deployment, what undo leaves, and ask."""
        targets = facts[ROLLBACK_TARGETS]
        present = facts[REPLACED]
        if all(now.runs(target) for now, target in zip(present, targets, strict=True)):
            return Done("All of it runs already: there is nothing to decide.")
        others = [str(name) for name in facts[CHANGED_BY_OTHERS]]
        question = _over_others(others) if others else _ROLL_BACK
        answer = facts.answer(question.key)
        if answer is not None:
            return Done(f"Decided by {answer.by}.", (DECIDED_BY(answer.by),))
        by = facts.get(VERIFIED_BY)
        done = (f"{by} has said that this fix works, and it is over.",) if by else ()
        shown = (*done, *facts[ROLLBACK_SHOWN], _LEFT)
        return Ask(
            Question(
                question.key,
                question.text,
                question.options,
                shown,
                by_yes=question.by_yes,
                flag=question.flag,
            )
        )


_OPTIONS = (
    Option(
        "roll-back",
        "Roll back",
        typed=True,
        does="All that is named here is restored to what was recorded, as one set.",
    ),
    Option("stop", "Leave everything as it is", then=Then.STOP),
)
_ROLL_BACK = Question("roll-back", "Roll all of these back?", _OPTIONS, by_yes="roll-back")


def _over_others(names: list[str]) -> Question:
    return Question(
        key="over-others",
        text=f"Somebody else changed {', '.join(names)}. Overwrite that, and roll all back?",
        # Enter alone must not overwrite a colleague's work.
        options=tuple(reversed(_OPTIONS)),
        flag="hotfix rollback --over-others --yes",
    )
