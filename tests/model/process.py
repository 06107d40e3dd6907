"""A process of the product in the model world: where its writes go through, and where it dies."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tests.model.world import World, Write

from hotfix.domain.problem import TemporaryTroubleError
from hotfix.engine.lock_keeper import LockKeeper
from hotfix.engine.reconciler import Attempt, Reconciler

T = TypeVar("T")
_SETTLING_SECONDS = 5.0
_THE_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# In the world's time.
_A_WRITE_TAKES, _A_START_TAKES = 0.2, 1.0
_IN_THE_BACKGROUND = ("teller", "mirror", "lock keeper")


class Killed(BaseException):
    """The process is gone: nothing catches it, and nothing that it does afterwards counts."""


@dataclass(frozen=True)
class Machine:
    """Where a process runs, and as whom."""

    operator: str
    host: str
    clone: str  #: its folder
    state: Path  #: the state directory


@dataclass
class Process:
    """One process of the product.

    Its threads in the background get their turn whenever the first one waits or writes, so that a
    walk is the same each time; a lock's keeper gets no answer, for the world counts every wait of
    whoever holds the lock as a sign of life.
    """

    world: World
    machine: Machine
    order: int = 0  #: the number of the command that it is
    run: str = ""  #: the id of the run that it walks
    repository: str = ""  #: as configured
    dies_at: int | None = None  #: at which of its writes; None for never
    dies_in: str = ""  #: in its first write of which kind; empty for none
    dies_before: bool = False  #: before that write took effect, instead of after
    #: called after each write took effect, before its answer is given
    on_write: Callable[[Write], None] | None = None
    writes: int = 0
    is_dead: bool = False
    guard: Any = field(default_factory=threading.RLock)
    _ahead: float = 0.0  #: seconds by which the record was ahead of the machine's clock
    _jumped: float = 0.0
    first_thread: int = field(default_factory=threading.get_ident)
    #: what ran before it is none of its own: other tests leave threads of the same names behind
    others: frozenset[threading.Thread] = field(
        default_factory=lambda: frozenset(threading.enumerate())
    )

    def __post_init__(self) -> None:
        self.world.advance(_A_START_TAKES)

    def look(self, service: str = "") -> World:
        """Return the world to read from; raises where the service is out of reach."""
        self._live()
        until = self.world.out_of_reach.get(service)
        if until is not None and self.world.now < until:
            raise TemporaryTroubleError(f"{service} does not answer", 2.0)
        return self.world

    def write(self, kind: str, deed: Callable[[], T], service: str = "", **about: Any) -> T:
        """Do something to the world, unless the process dies before; it may die right after."""
        is_first, is_the_last = threading.get_ident() == self.first_thread, False
        with self.guard:
            self.look(service)
            if is_first:
                self.writes += 1
                is_the_last = kind == self.dies_in or self.writes == self.dies_at
                if is_the_last and self.dies_before:
                    self.die()
            answer = deed()
            run, step = self._stand()
            machine, said = self.machine, tuple(about.items())
            write = Write(kind, self.world.now, run, machine.operator, step, self.order, said)
            self.world.writes.append(write)
        if is_first:
            self.settle()
            self.world.advance(_A_WRITE_TAKES)
            if self.on_write is not None:
                self.on_write(write)
            if is_the_last:
                self.die()
        return answer

    def now(self) -> datetime:
        """Return what the machine's clock says, but never less than the record does."""
        self._live()
        return self.world.now + timedelta(seconds=self._is_off())

    def passed(self) -> float:
        self._live()
        return (self.world.now - _THE_BEGINNING).total_seconds()

    def catch_up(self, moment: datetime) -> None:
        """Go on from ``moment`` where the machine's clock is behind it."""
        behind = (moment - self.now()).total_seconds()
        if behind > 0:
            self._ahead += behind
            self._jumped -= behind

    def jump(self) -> float:
        """Return by how much the clock was found to be behind the record since this was asked."""
        self._live()
        jumped, self._jumped = self._jumped, 0.0
        return jumped

    def _is_off(self) -> float:
        return self.world.clocks.get(self.machine.host, 0.0) + self._ahead

    def wait(self, seconds: float) -> None:
        """Let time pass in the world."""
        self._live()
        self.settle()
        with self.guard:
            if self.world.lock.run and self.world.lock.host == self.machine.host:
                self.world.lock.renewed = self.world.now
            # A look that is due at once is due at once again: time must not stand still.
            self.world.advance(max(seconds, 0.05))

    def die(self) -> None:
        """End like a process that is killed: what is on disk and in the world stays as it is."""
        self.is_dead = True
        raise Killed

    def settle(self) -> None:
        """Let the threads in the background do what they have to do."""
        for worker in self._workers():
            if isinstance(worker, Reconciler):
                worker.close(_SETTLING_SECONDS)

    def end(self) -> None:
        """End the threads in the background, as the end of a process does."""
        if not self.is_dead:
            self.settle()
        self.is_dead = True
        for worker in self._workers():
            if isinstance(worker, Reconciler):
                worker._attempt = lambda _wanted: Attempt(is_last=True)
                worker.want(None)
            else:
                worker.close()

    def _workers(self) -> list[Any]:
        """Return what its threads in the background belong to."""
        own = (each for each in threading.enumerate() if each not in self.others)
        named = [each for each in own if each.name in _IN_THE_BACKGROUND]
        owners = [getattr(getattr(each, "_target", None), "__self__", None) for each in named]
        return [each for each in owners if isinstance(each, Reconciler | LockKeeper)]

    def _live(self) -> None:
        if not self.is_dead:
            return
        if threading.get_ident() == self.first_thread:
            raise Killed
        raise SystemExit

    def _stand(self) -> tuple[str, str]:
        """Return the run and the step that the journal says is walked."""
        if not self.run:
            return "", ""
        try:
            text = (self.machine.state / "runs" / self.run / "state.json").read_text("utf-8")
        except OSError:
            return self.run, ""
        return self.run, str(json.loads(text)["step"])


def take_out_of_reach(world: World, service: str, seconds: float) -> None:
    """Let a service give no answer for a while."""
    world.out_of_reach[service] = world.now + timedelta(seconds=seconds)
