"""Find out who is on call (procedure: "Notify on-call team member")."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import ON_CALL, ON_CALL_PEOPLE
from hotfix.domain.fact_records import OnCallPerson
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports


@frozen
class NameTheOnCall:
    """Reports ``on_call`` and ``on_call_people``. The pager being down delays nothing.

    Effect: none.
    """

    name: str = "name_the_on_call"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(ON_CALL, ON_CALL_PEOPLE)

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
        names = tuple(person.name for person in people)
        if not names:
            return Done("The pager knows nobody who is on call now (more: hotfix doctor).")
        known = tuple(OnCallPerson(person.name, person.email) for person in people)
        return Done(f"On call: {', '.join(names)}.", (ON_CALL(names), ON_CALL_PEOPLE(known)))
