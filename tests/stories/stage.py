"""The drill's world on a clock that jumps, and an operator who gives commands in it."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from tests.memory_clock import MemoryClock

from hotfix.adapters.prober import ProductionProber
from hotfix.cli import exit_codes
from hotfix.cli.flags import break_glass_reason, budget_answer
from hotfix.config.load import parse
from hotfix.domain.event import Event
from hotfix.domain.event_data import StepStarted
from hotfix.domain.incident import Category
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Via
from hotfix.ports.prober import Probe
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.open import Order, start
from hotfix.runs.resume import resume
from hotfix.runs.session import Session
from hotfix.simulators.server import Answer
from hotfix.simulators.timeline import WorldTimings
from hotfix.simulators.webrana import DEPLOY_BRANCH, PARTS
from hotfix.simulators.world import World
from hotfix.view.run_screen import RunScreen

ORDER = Order(
    "checkout returns 500",
    Category.API_ERRORS,
    issue="1",
    root_cause="A KeyError without a voucher.",
    fix_summary="No voucher, no discount.",
)


@dataclass
class Stage:
    """One world, one operator, one screen."""

    world: World
    session: Session
    screen: io.StringIO
    terminal: RunScreen
    seen: dict[str, Any] = field(default_factory=dict)

    def start(self, *, yes=True, on_budget="", break_glass=None, **changes) -> int:
        """``hotfix start``; returns its exit code."""
        reason = break_glass_reason(break_glass)
        manner = Manner(Flags(yes, budget_answer(on_budget), break_glass=reason))
        order = replace(ORDER, **changes)
        return exit_codes.of_progress(start(self.session, order, manner, self.terminal))

    def leave_open(self, at: str = "await_approval", **order: Any) -> None:
        """``hotfix start``, and Ctrl-C as its step begins: a run that has merged nothing."""
        show = self.terminal.show

        def show_and_stop(event: Event, progress: Progress) -> None:
            show(event, progress)
            if event.step == at and isinstance(event.said, StepStarted):
                raise KeyboardInterrupt

        with patch.object(self.terminal, "show", show_and_stop):
            assert self.start(**order) == exit_codes.INTERRUPTED

    def resume(
        self, *, plan: str = "", yes: bool = True, on_budget=None, via: str = "kubernetes"
    ) -> int:
        """``hotfix resume``, ``rollback`` or ``abort``; returns its exit code."""
        manner, named = Manner(Flags(yes, on_budget)), PlanName(plan) if plan else None
        progress = resume(self.session, None, manner, self.terminal, named, via=Via(via))
        return exit_codes.of_progress(progress)

    def configure(self, text: str) -> None:
        """Add ``text`` to the configuration."""
        whole = self.world.config_file.read_text() + text
        self.session = replace(self.session, config=parse(whole, {}, "hotfix.toml"))

    @property
    def lines(self) -> list[str]:
        """What the operator saw, without the time in front."""
        return [line[6:].strip() for line in self.screen.getvalue().splitlines()]

    @property
    def run(self) -> str:
        """The newest run."""
        return self.session.runs.ids()[0]

    def wrote(self, service: str) -> list[str]:
        """What a service was told to do, without the noise of reads and their bodies."""
        return [
            f"{request.method} {request.path.removeprefix('/repos/webrana/webrana')}"
            for request in self.world.received.all(service, writes=True)
        ]

    def checkout(self) -> str:
        """What production answers to the order of the probe, in a few words."""
        probe = Probe(
            "checkout",
            f"{self.world.front.url}/api/checkout",
            "POST",
            '{"items": [{"sku": "cup", "quantity": 2}]}',
            json_path="total_cents",
            json_equals="3070",
        )
        (result,) = ProductionProber().probe([probe])
        return result.saw.split(" in ")[0]


def _starts_a_pod(world: World) -> bool:
    """Tell whether the process of a pod runs, and does not listen yet."""
    production, logs = world.production, world.folder / "production" / "logs"
    try:
        names = [
            pod["metadata"]["name"]
            for part in PARTS
            for pod in world.kubernetes.pods(f"webrana-{part}")
        ]
    except Answer:
        return False  # somebody deleted what they are of
    return any(
        (logs / f"{name}.log").exists()
        and not production.port(name)
        and production.failure(name) is None
        for name in names
    )


@contextmanager
def stage(folder: Path, base: str = "main", deploy_branch: str = DEPLOY_BRANCH) -> Iterator[Stage]:
    """Bring a world up on a clock that jumps."""
    clock = MemoryClock()
    world = World(
        folder,
        clock,
        speed=10.0,
        base=base,
        deploy_branch=deploy_branch,
        # Each second of it is a look at the clone, and what is written is the same.
        timings=WorldTimings(fix=60.0),
    )
    clock.is_starting = lambda: _starts_a_pod(world)
    try:
        world.start()
        # On a clock that jumps, what a watch tells in real time would come too late.
        text = world.config_file.read_text()
        world.config_file.write_text(text.replace("[kubernetes]", "[kubernetes]\nwatch = false"))
        environ = world.environ
        session = Session(
            config=parse(world.config_file.read_text(), {}, "hotfix.toml"),
            folder=world.clone,
            state=folder / "state",
            operator="dana",
            environ=environ,
            clock=world.clock,
        )
        screen = io.StringIO()
        console = Console(file=screen, width=200, highlight=False, markup=False)
        yield Stage(world, session, screen, RunScreen(world.clock.now, console))
        _nobody_reads_on()
    finally:
        world.stop()


def _nobody_reads_on() -> None:
    """A walk that has stopped asks nobody any more: the next world may have the same ports."""
    reading = [each for each in threading.enumerate() if each.name in {"listener", "lock keeper"}]
    for thread in reading:
        thread.join(10)
        assert not thread.is_alive(), thread.name
