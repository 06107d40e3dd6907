"""Probe after the rollback: production answers as it did before the hotfix."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports
from hotfix.ports.prober import Probe


@dataclass(frozen=True)
class ProbeAfterRollback:
    """Reports ``probes_restored``. A red probe is no news here: it was red before."""

    probes: tuple[Probe, ...]
    name: str = "probe_after_rollback"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Compare what the probes see with what they saw before the hotfix."""
        if not self.probes:
            return Done("No probe is configured.")
        before = {str(probe["name"]): probe for probe in facts.objects("probes_before")}
        results = ports.prober.probe(self.probes)
        different = [
            result.name
            for result in results
            if result.name in before and before[result.name]["is_green"] != result.is_green
        ]
        shown = "; ".join(f"{result.name}: {result.saw}" for result in results)
        word = f"Not as before: {', '.join(different)}" if different else "As before"
        found = {"probes_restored": [result.to_json() for result in results]}
        return Done(f"{word}. {shown}", found)
