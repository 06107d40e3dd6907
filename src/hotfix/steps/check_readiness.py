"""Check now everything that a later phase needs: learn at minute 1, not at minute 25."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import WARNINGS
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import Problem
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need


@dataclass(frozen=True)
class CheckReadiness:
    """Reports ``warnings``: what is not as it should be, yet no reason to stop.

    Effect: none.
    """

    name: str = "check_readiness"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = (WARNINGS,)

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Check all needs side by side; a failed one stops the run, with all of them named."""
        needs = ports.readiness.check()
        failed = [need for need in needs if need.finding is Finding.FAILED]
        if failed:
            return Failed(_problem(failed))
        warnings = [_in_words(need) for need in needs if need.finding is Finding.WARNING]
        met = sum(need.finding is Finding.OK for need in needs)
        saying = f"{met} needs met"
        if warnings:
            saying += f"; keep in mind: {'; '.join(warnings)}"
        return Done(f"{saying}.", (WARNINGS(tuple(warnings)),))


def _problem(failed: list[Need]) -> Problem:
    first = failed[0]
    return Problem(
        first.code,
        what=f"{len(failed)} of the needs of later phases "
        f"{'is' if len(failed) == 1 else 'are'} not met.",
        why="; ".join(_in_words(need) for need in failed),
        next_command=first.mend or "hotfix doctor",
    )


def _in_words(need: Need) -> str:
    return f"{need.area}: {need.name}: {need.saw}"
