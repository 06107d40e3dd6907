"""Have a person confirm that the fix works (procedure, step 7)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class ConfirmByAPerson:
    """Reports ``verified_by``: the last word is a person's."""

    name: str = "confirm_by_a_person"

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Ask, with what the probes saw before and after, and what was not proven."""
        answer = facts.answer("works")
        if answer is not None:
            return Done(f"Confirmed by {answer.by}.", {"verified_by": answer.by})
        before = {str(probe["name"]): probe for probe in facts.objects("probes_before")}
        shown = [
            f"{probe['name']}: was {before[str(probe['name'])]['saw']}, is {probe['saw']}"
            for probe in facts.objects("probes_after")
            if str(probe["name"]) in before
        ]
        shown += [
            f"Not proven for {each['name']}: {each['because']}"
            for each in facts.objects("unproven")
        ]
        return Ask(
            Question(
                key="works",
                text="Does the fix work for users?",
                shown=tuple(shown),
                options=(
                    Option("yes", "Yes, it works"),
                    Option("roll-back", "No: roll back", then=Then.ROLL_BACK),
                ),
                by_yes="yes",
            )
        )
