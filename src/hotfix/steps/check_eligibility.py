"""Check that this is a hotfix at all (procedure: "When to Use Hotfix")."""

from typing import ClassVar

from hotfix.domain.eligibility import judge
from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import ELIGIBILITY
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports


@frozen
class CheckEligibility:
    """Reports ``eligibility``: the sentence that says why the process may be used.

    Effect: none.
    """

    incident: Incident
    name: str = "check_eligibility"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = (ELIGIBILITY,)

    def run(self, _facts: Facts, _ports: Ports) -> Outcome:
        """Judge the incident by its category."""
        verdict = judge(self.incident)
        if verdict.eligible:
            return Done(verdict.because, (ELIGIBILITY(verdict.because),))
        return Failed(
            Problem(
                ProblemCode.USAGE,
                what="This is not a hotfix.",
                why=verdict.because,
                next_command='hotfix start ... --override-reason "why it cannot wait"',
            )
        )
