"""Probe production: what was red must be green (procedure, step 7)."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_AFTER
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.prober import Probe


@dataclass(frozen=True)
class ProbeProduction:
    """Reports ``probes_after``.

    Effect: none.
    """

    probes: tuple[Probe, ...]
    name: str = "probe_production"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(PROBES_AFTER)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Make all probes; a red one needs a decision."""
        if not self.probes:
            return Done("No probe is configured.")
        results = ports.prober.probe(self.probes)
        red = [result for result in results if not result.is_green]
        accepted = facts.answer("still-red")
        if red and accepted is None:
            return Ask(_question(red))
        found = (PROBES_AFTER(results),)
        if red and accepted is not None:
            return Done(f"Accepted by {accepted.by} although red: {accepted.reason}", found)
        green = "; ".join(f"{result.name} ({result.saw})" for result in results)
        return Done(f"Green: {green}.", found)


def _question(red: list[ProbeResult]) -> Question:
    return Question(
        key="still-red",
        text="Production is not as it should be. What now?",
        shown=tuple(f"{result.name}: {result.saw}" for result in red),
        options=(
            Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK),
            Option("again", "Probe again", then=Then.GO_BACK, back_to="probe_production"),
            Option("accept", "Accept it as it is", needs_reason=True),
        ),
        flag="hotfix rollback, or hotfix resume to probe again",
    )
