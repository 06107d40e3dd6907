"""Probe after the rollback: production answers as it did before the hotfix."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_BEFORE, PROBES_RESTORED
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.probe_result import ProbeResult
from hotfix.ports.bundle import Ports
from hotfix.ports.prober import Probe


@frozen
class ProbeAfterRollback:
    """Reports ``probes_restored``. A red probe is no news here: it was red before.

    Effect: none.
    """

    probes: tuple[Probe, ...]
    name: str = "probe_after_rollback"
    reads: ClassVar[Declared] = maybe(PROBES_BEFORE)
    reports: ClassVar[Declared] = maybe(PROBES_RESTORED)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Compare what the probes see with what they saw before the hotfix."""
        if not self.probes:
            return Done("No probe is configured.", is_needless=True)
        before = {probe.name: probe for probe in facts.get(PROBES_BEFORE, ())}
        results = ports.prober.probe(self.probes)
        different = [
            result.name
            for result in results
            if result.name in before and _differs(before[result.name], result)
        ]
        unknown = [result.name for result in results if not result.is_reached]
        shown = "; ".join(f"{result.name}: {result.saw}" for result in results)
        word = f"Not as before: {', '.join(different)}" if different else "As before"
        if unknown:
            as_before = f"{word}. " if different or len(unknown) < len(results) else ""
            word = f"{as_before}Not reached, so not known: {', '.join(unknown)}"
        found = (PROBES_RESTORED(results),)
        return Done(f"{word}. {shown}", found)


def _differs(was: ProbeResult, now: ProbeResult) -> bool:
    return was.is_reached and now.is_reached and was.is_green != now.is_green
