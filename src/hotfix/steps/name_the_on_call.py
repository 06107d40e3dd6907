"""Find out who is on call (procedure: "Notify on-call team member")."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonValue
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports
from hotfix.ports.pager import OnCall


@dataclass(frozen=True)
class NameTheOnCall:
    """Reports ``on_call`` and ``on_call_people``. The pager being down delays nothing."""

    name: str = "name_the_on_call"

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Ask the pager, once."""
        if ports.pager is None:
            return Done("No pager configured: tell the on-call engineer yourself.")
        try:
            people = ports.pager.on_call()
        except TemporaryTroubleError as trouble:
            return Done(f"The pager does not say who is on call: {trouble.saying}")
        except ProblemError as error:
            return Done(f"The pager does not say who is on call: {error.problem.what}")
        names = [person.name for person in people]
        if not names:
            return Done("Nobody is on call.")
        return Done(
            f"On call: {', '.join(names)}.", {"on_call": names, "on_call_people": _people(people)}
        )


def _people(people: Sequence[OnCall]) -> list[JsonValue]:
    return [{"name": person.name, "email": person.email} for person in people]
