"""A plan of three steps on a counter, small enough to crash it at every point."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from tests.memory_clock import MemoryClock

from hotfix.domain.event import Event
from hotfix.domain.event_data import EventData
from hotfix.domain.fact import Declared, Fact
from hotfix.domain.facts import Facts
from hotfix.domain.fold import fold
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.step import Phase, Plan
from hotfix.ports.bundle import Ports
from hotfix.ports.clock import Clock
from hotfix.ports.journal import Kept
from hotfix.ports.signals import Signal


class Crash(BaseException):
    """The process dies here: nothing catches it."""


@dataclass
class MemoryJournal:
    """A journal in memory; ``dies_after`` is the number of events after which the process dies."""

    clock: Clock
    run: str = "hf-test"
    lines: list[Event] = field(default_factory=list)
    dies_after: int | None = None
    tracebacks: list[BaseException] = field(default_factory=list)

    def events(self) -> Sequence[Event]:
        return tuple(self.lines)

    def progress(self) -> Progress:
        return fold(self.lines)

    def append(self, said: EventData, phase: str = "", step: str = "") -> Event:
        at, data = self.clock.now(), said.to_json()
        event = Event(self.run, len(self.lines) + 1, at, said.type, "dana", phase, step, data)
        # What is written can be read back, as from disk.
        event = Event.from_json(event.to_json())
        self.lines.append(event)
        if self.dies_after is not None and len(self.lines) >= self.dies_after:
            raise Crash
        return event

    def keep_traceback(self, error: BaseException) -> Kept:
        self.tracebacks.append(error)
        return Kept(f"{type(error).__name__}: {error}", f"traceback-{len(self.tracebacks)}.txt")

    def types(self) -> list[str]:
        return [event.type for event in self.lines]


@dataclass
class MemorySignals:
    """A box in memory."""

    waiting: list[Signal] = field(default_factory=list)

    def send(self, signal: Signal) -> None:
        number = str(len(self.waiting) + 1)
        self.waiting.append(Signal(signal.said, signal.id or number))

    def take(self) -> Sequence[Signal]:
        taken, self.waiting = self.waiting, []
        return taken


@dataclass
class World:
    """The outside world of the small plan: how often each effect happened."""

    effects: list[str] = field(default_factory=list)
    dies_in: tuple[str, str] | None = None

    def act(self, step: str) -> None:
        """Let the effect of ``step`` happen; the process may die just before or just after it."""
        if self.dies_in == (step, "before"):
            raise Crash
        self.effects.append(step)
        if self.dies_in == (step, "after"):
            raise Crash


@dataclass(frozen=True)
class Effect:
    """A step with one effect on the world, and the evidence of it."""

    name: str
    world: World
    reads: ClassVar[Declared] = ()

    @property
    def happened(self) -> Fact[bool]:
        return Fact(self.name, bool, f"whether {self.name} has happened")

    @property
    def reports(self) -> Declared:
        return (self.happened,)

    def run(self, _facts: Facts, _ports: Any) -> Outcome:
        self.world.act(self.name)
        return Done(f"{self.name} done.", (self.happened(True),))

    def evidence(self, _facts: Facts, _ports: Any) -> Evidence:
        if self.name in self.world.effects:
            return Done(f"{self.name} found done.", (self.happened(True),))
        return NotDone()


@dataclass(frozen=True)
class Says:
    """A step that reports whatever it is given, one outcome a look."""

    name: str
    outcomes: list[Any]
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, _facts: Facts, _ports: Any) -> Outcome:
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, BaseException):
            raise outcome
        if callable(outcome):
            return cast("Outcome", outcome(_facts))
        return cast("Outcome", outcome)


def ports(clock: Clock | None = None, signals: MemorySignals | None = None) -> Ports:
    """Return ports of which a small plan uses the clock and the signals alone."""
    nothing = cast("Any", None)
    return Ports(
        clock=clock or MemoryClock(),
        signals=signals or MemorySignals(),
        repository=nothing,
        suites=nothing,
        pull_requests=nothing,
        workflow_runs=nothing,
        tickets=nothing,
        prober=nothing,
        readiness=nothing,
    )


def plan_of(
    *phases: tuple[str, float | None, tuple[Any, ...]],
    total: float | None = None,
    no_return: str = "",
    needed_after: tuple[str, ...] = (),
    name: str = "hotfix",
) -> Plan[Ports]:
    """Return a plan of ``(phase, target seconds, steps)``."""
    return Plan(
        name=name,
        ends_as=RunState.DONE,
        phases=tuple(Phase(phase, target, steps) for phase, target, steps in phases),
        total_seconds=total,
        counts_until=phases[-1][0],
        point_of_no_return=no_return,
        needed_after=needed_after,
    )
