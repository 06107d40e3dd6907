"""Find out who is on call (procedure: "Notify on-call team member")."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import ON_CALL, ON_CALL_PEOPLE
from hotfix.domain.fact_records import OnCallPerson
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, LeftToDo, Outcome
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports


@frozen
class NameTheOnCall:
    """Reports ``on_call`` and ``on_call_people``. The pager being down delays nothing.

    Effect: none.
    """

    without_a_pager: tuple[str, ...] = ()  #: who it is where no pager is configured
    name: str = "name_the_on_call"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(ON_CALL, ON_CALL_PEOPLE)

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Ask the pager, once."""
        if ports.pager is None and self.without_a_pager:
            names = self.without_a_pager
            return Done(f"On call, as configured: {', '.join(names)}.", (ON_CALL(names),))
        if ports.pager is None:
            saying = "No pager configured: tell the on-call engineer yourself."
            return Done(saying, is_needless=True)
        try:
            people = ports.pager.on_call()
        except TemporaryTroubleError as trouble:
            return _not_known(trouble.saying)
        except ProblemError as error:
            return _not_known(error.problem.what)
        names = tuple(person.name for person in people)
        if not names:
            return _not_known("The pager names nobody (more: hotfix doctor).")
        known = tuple(OnCallPerson(person.name, person.email) for person in people)
        return Done(f"On call: {', '.join(names)}.", (ON_CALL(names), ON_CALL_PEOPLE(known)))


def _not_known(why: str) -> LeftToDo:
    what = "Who is on call is not known."
    next_command = "tell the on-call engineer yourself (hotfix contacts)"
    return LeftToDo(Problem(ProblemCode.FAILED, what, why, next_command))
