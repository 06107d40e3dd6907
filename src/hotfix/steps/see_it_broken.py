"""See it broken: the probes before the fix. Red now and green later is the proof."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_BEFORE
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.prober import Probe


@dataclass(frozen=True)
class SeeItBroken:
    """Reports ``probes_before``.

    Effect: none.
    """

    probes: tuple[Probe, ...]
    name: str = "see_it_broken"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(PROBES_BEFORE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Probe production; ask where nothing is red, for then the probes prove nothing."""
        if not self.probes:
            return Done("No probe is configured: there will be no proof from red to green.")
        results = ports.prober.probe(self.probes)
        red = [result for result in results if not result.is_green]
        shown = tuple(f"{result.name}: {result.saw}" for result in results)
        if not red and facts.answer("all-green") is None:
            return Ask(
                Question(
                    key="all-green",
                    text="Every probe is green before the fix. Go on?",
                    shown=(*shown, "Green afterwards will prove nothing."),
                    options=(
                        Option("go-on", "Go on without the proof"),
                        Option("stop", "Stop and find a probe that sees it", then=Then.STOP),
                    ),
                    by_yes="go-on",
                )
            )
        saying = "; ".join(f"red: {result.name} ({result.saw})" for result in red)
        facts_found = (PROBES_BEFORE(results),)
        return Done(f"{saying or 'All probes green'}.", facts_found)
