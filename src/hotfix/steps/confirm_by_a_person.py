"""Have a person confirm that the fix works (procedure, step 7)."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_AFTER, PROBES_BEFORE, UNPROVEN, VERIFIED_BY
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import not_green
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports


@frozen
class ConfirmByAPerson:
    """Reports ``verified_by``: the last word is a person's.

    Effect: none.
    """

    name: str = "confirm_by_a_person"
    reads: ClassVar[Declared] = maybe(PROBES_AFTER, PROBES_BEFORE, UNPROVEN)
    reports: ClassVar[Declared] = (VERIFIED_BY,)

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Ask, with what the probes saw before and after, and what was not proven.

        Where a probe is not green, nothing but a person's own word says that it works.
        """
        answer = facts.answer("works") or facts.answer(_ALL_THE_SAME)
        if answer is not None:
            return Done(f"Confirmed by {answer.by}.", (VERIFIED_BY(answer.by),))
        before = {probe.name: probe for probe in facts.get(PROBES_BEFORE, ())}
        shown = [
            f"{probe.name}: was {before[probe.name].saw}, is {probe.saw}"
            for probe in facts.get(PROBES_AFTER, ())
            if probe.name in before
        ]
        shown += [f"Not proven for {each.name}: {each.because}" for each in facts.get(UNPROVEN, ())]
        bad = [f"Not green: {each.name} ({each.cause})" for each in not_green(facts)]
        if bad:
            return Ask(
                Question(
                    key=_ALL_THE_SAME,
                    text="Not all is green. Does the fix work for users all the same?",
                    shown=(*bad, *shown),
                    options=(
                        Option(
                            "yes",
                            "Yes, it works",
                            stated=True,
                            does="The fix counts as verified, by you; the clock stops, and what "
                            "closes the hotfix comes next.",
                        ),
                        _BACK,
                    ),
                )
            )
        return Ask(
            Question(
                key="works",
                text="Does the fix work for users?",
                shown=tuple(shown),
                options=(
                    Option(
                        "yes",
                        "Yes, it works",
                        does="The fix counts as verified, by you; the clock stops, and what closes "
                        "the hotfix comes next.",
                    ),
                    _BACK,
                ),
                by_yes="yes",
            )
        )


_ALL_THE_SAME = "works-all-the-same"
_BACK = Option("roll-back", "No: roll back", then=Then.ROLL_BACK)
