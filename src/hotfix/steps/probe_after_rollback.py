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
        said: dict[str, list[str]] = {}
        for result in results:
            said.setdefault(_in_words(result, before.get(result.name)), []).append(
                f"{result.name} ({result.saw})"
            )
        words = "; ".join(f"{found}: {', '.join(names)}" for found, names in said.items())
        works = all(result.is_green for result in results)
        found = (PROBES_RESTORED(results),)
        return Done(f"{words[0].upper()}{words[1:]}.", found, is_success=works)


def _in_words(now: ProbeResult, was: ProbeResult | None) -> str:
    if not now.is_reached:
        return "not reached, so not known"
    if now.is_green:
        return "works"
    if was is None or not was.is_reached:
        return "fails"
    return "still fails, as before the hotfix" if was.is_red else "fails, and did not before"
