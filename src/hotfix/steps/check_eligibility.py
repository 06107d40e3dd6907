"""Check that this is a hotfix at all (procedure: "When to Use Hotfix")."""

from dataclasses import dataclass

from hotfix.domain.eligibility import judge
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class CheckEligibility:
    """Reports ``eligibility``: the sentence that says why the process may be used."""

    incident: Incident
    name: str = "check_eligibility"

    def run(self, _facts: Facts, _ports: Ports) -> Outcome:
        """Judge the incident by its category."""
        verdict = judge(self.incident)
        if verdict.eligible:
            return Done(verdict.because, {"eligibility": verdict.because})
        return Failed(
            Problem(
                ProblemCode.FAILED,
                what="This is not a hotfix.",
                why=verdict.because,
                next_command='hotfix start ... --override-reason "why it cannot wait"',
            )
        )
