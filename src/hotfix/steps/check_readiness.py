"""Check now everything that a later phase needs: learn at minute 1, not at minute 25."""

from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import WARNINGS
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need


@frozen
class CheckReadiness:
    """Reports ``warnings``: what is not as it should be, yet no reason to stop.

    Effect: none.
    """

    reviewer: str = ""  #: who is asked in this run, where it is not who is configured
    branch: str = ""  #: what will be pushed
    name: str = "check_readiness"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = (WARNINGS,)

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Check all needs side by side; a failed one stops the run, with all of them named."""
        needs = ports.readiness.check(self.reviewer, self.branch)
        failed = [need for need in needs if need.finding is Finding.FAILED]
        if failed:
            return Failed(_problem(failed))
        warnings = [_in_words(need) for need in needs if need.finding is Finding.WARNING]
        met = sum(need.finding is Finding.OK for need in needs)
        told = [need.saw for need in needs if need.is_told and need.finding is Finding.OK]
        saying = "; ".join([f"{counted(met, 'need')} met", *told])
        if warnings:
            saying += f"; keep in mind: {'; '.join(warnings)}"
        return Done(f"{saying}.", (WARNINGS(tuple(warnings)),))


def _problem(failed: list[Need]) -> Problem:
    why = "; ".join(_in_words(need) for need in failed)
    unmet = [need for need in failed if need.ask_again_in is None]
    if not unmet:
        what = f"{_counted(failed)} could not be asked about, so nothing was begun."
        return Problem(ProblemCode.FAILED, what, why, "hotfix resume")
    first = unmet[0]
    what = f"{_counted(unmet)} {'is' if len(unmet) == 1 else 'are'} not met."
    return Problem(first.code, what, why, first.mend or "hotfix doctor")


def _counted(needs: list[Need]) -> str:
    return f"{len(needs)} of the needs of later phases"


def _in_words(need: Need) -> str:
    return f"{need.area}: {need.name}: {need.saw}"
