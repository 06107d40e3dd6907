"""See it broken: the probes before the fix. Red now and green later is the proof."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_BEFORE
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.prober import Probe

# A network may come up only now: a tunnel, say.
_SETTLING_SECONDS, _LOOK_AGAIN_SECONDS = 6.0, 2.0


@frozen
class SeeItBroken:
    """Reports ``probes_before``.

    Effect: none.
    """

    probes: tuple[Probe, ...]
    name: str = "see_it_broken"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(PROBES_BEFORE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Probe production; ask where nothing is red, for then the probes prove nothing.

        What was not reached is not red: it is this machine that has trouble, as far as is known.
        """
        if not self.probes:
            return Done(
                "No probe is configured: there will be no proof from red to green.",
                is_needless=True,
            )
        results = ports.prober.probe(self.probes)
        red = [result for result in results if result.is_red]
        unknown = [result for result in results if not result.is_reached]
        if unknown and facts.watched_seconds < _SETTLING_SECONDS:
            saying = "; ".join(f"{result.name}: {result.cause}" for result in unknown)
            return Waiting(f"{saying}; looking again", look_again_in=_LOOK_AGAIN_SECONDS)
        shown = tuple(f"{result.name}: {result.saw}" for result in results)
        if not red and unknown and facts.answer("not-reached") is None:
            return Ask(
                Question(
                    key="not-reached",
                    text="Production was not reached from here. Go on without having seen it red?",
                    shown=(*shown, "Green afterwards will prove nothing."),
                    options=(
                        Option(
                            "go-on",
                            "Go on without having seen it broken",
                            does="The hotfix goes on; that probes are green in the end proves "
                            "nothing of the fix then.",
                        ),
                        Option("again", "Probe again", Then.GO_BACK, "see_it_broken"),
                        Option(
                            "stop",
                            "Stop, and mend the network or the probe; nothing ships",
                            then=Then.STOP,
                        ),
                    ),
                    by_yes="go-on",
                )
            )
        if not (red or unknown) and facts.answer("all-green") is None:
            return Ask(
                Question(
                    key="all-green",
                    text="Every probe is green before the fix. Go on?",
                    shown=(*shown, "Green afterwards will prove nothing."),
                    options=(
                        Option(
                            "go-on",
                            "Go on without having seen it broken",
                            does="The hotfix goes on; that probes are green in the end proves "
                            "nothing of the fix then.",
                        ),
                        Option(
                            "stop",
                            "Stop, and find a probe that sees it; nothing ships",
                            then=Then.STOP,
                        ),
                    ),
                    by_yes="go-on",
                )
            )
        failing = ", ".join(f"{result.name} ({result.saw})" for result in red)
        said = [f"fails: {failing}, as expected before a fix"] if red else []
        # It says itself that it was not reached.
        said += [f"not known: {result.name} ({result.saw})" for result in unknown]
        saying = f"{'; '.join(said) or 'All probes green'}."
        return Done(saying, (PROBES_BEFORE(results),), is_success=False)
