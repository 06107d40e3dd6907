"""Probe production: what was red must be green (procedure, step 7)."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_AFTER
from hotfix.domain.facts import Facts
from hotfix.domain.figures import some_of
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.prober import Probe

NOT_REACHED = "not-reached"
# A balancer or a cache may answer for the old pods still, right after the new ones are ready.
_SETTLING_SECONDS = 20.0
_LOOK_AGAIN_SECONDS = 2.0
_UNTIL = f"What is still so after {_SETTLING_SECONDS:.0f} s of looking is asked about."


@frozen
class ProbeProduction:
    """Reports ``probes_after``. What is red, or not reached, must stay so before anybody is asked.

    Effect: none.
    """

    probes: tuple[Probe, ...]
    name: str = "probe_production"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(PROBES_AFTER)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Make all probes; one that stays red needs a decision, and so does one not made."""
        if not self.probes:
            return Done("No probe is configured.", is_needless=True)
        results = ports.prober.probe(self.probes)
        bad = [result for result in results if not result.is_green]
        red = [result for result in bad if result.is_red]
        unseen = [result for result in bad if not result.is_reached]
        questions = [
            *([_still_red(red)] if red else []),
            *([_not_reached(unseen)] if unseen else []),
        ]
        open_questions = [it for it in questions if facts.answer(it.key, it.about) is None]
        if open_questions and facts.watched_seconds < _SETTLING_SECONDS:
            saying = "; ".join(f"{result.name} is not green yet ({result.cause})" for result in bad)
            return Waiting(saying, _LOOK_AGAIN_SECONDS, shown=(_UNTIL,), is_red=True)
        if open_questions:
            return Ask(open_questions[0])
        said = [f"{result.name} ({result.saw})" for result in results if result.is_green]
        says = [f"Green: {'; '.join(said)}."] if said else []
        for answer in filter(None, (facts.answer(each.key, each.about) for each in questions)):
            because = "not reached" if answer.about.startswith(NOT_REACHED) else "red"
            says.append(f"Accepted by {answer.by} although {because}: {answer.reason}")
        return Done(" ".join(says), (PROBES_AFTER(results),), is_success=not bad)


def _still_red(red: Sequence[ProbeResult]) -> Question:
    causes = some_of([f"{result.name} ({result.cause})" for result in red])
    # Beside the question, what its text leaves out: one cause is told once.
    left_out = [result for result in red if f"{result.name} ({result.cause})" not in causes]
    return Question(
        key="still-red",
        text=f"Production fails: {causes}. What now?",
        shown=_shown(left_out),
        options=(_BACK, _AGAIN, _ACCEPT),
        flag="hotfix rollback, or hotfix resume to probe again",
        about=", ".join(result.name for result in red),
    )


def _not_reached(bad: Sequence[ProbeResult]) -> Question:
    return Question(
        key=NOT_REACHED,
        text="Production was not reached from here, so nothing is known of it. What now?",
        shown=_shown(bad),
        options=(_AGAIN, _ACCEPT, _BACK),
        flag="hotfix resume, once this machine reaches it, or: hotfix rollback",
        about=f"{NOT_REACHED}: {', '.join(result.name for result in bad)}",
    )


def _shown(results: Sequence[ProbeResult]) -> tuple[str, ...]:
    return tuple(f"{result.name}: {result.saw}" for result in results)


_BACK = Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK)
_AGAIN = Option("again", "Probe again", then=Then.GO_BACK, back_to="probe_production")
_ACCEPT = Option(
    "accept",
    "Accept it as it is",
    needs_reason=True,
    does="What the probes say stays as it is, and goes on record with your name; you are asked "
    "next whether the fix works.",
)
