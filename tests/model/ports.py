"""What else a process sees of the model world: time, people, a channel, production."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tests.model.process import Process
from tests.model.world import (
    FIX,
    FIXED,
    Message,
    PageNews,
)

from hotfix.adapters.mailbox import Mailbox
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.suite_state import SuiteState
from hotfix.ports.messenger import Message as Told
from hotfix.ports.messenger import Posted
from hotfix.ports.pager import OnCall
from hotfix.ports.prober import Probe
from hotfix.ports.readiness import Finding, Need
from hotfix.ports.signals import Reply, Signal
from hotfix.ports.status_page import PageIncident
from hotfix.ports.suite_runner import Suite, SuiteRun


class ModelClock:
    """Time passes when somebody waits, and the world goes on meanwhile."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def now(self) -> datetime:
        return self._process.now()

    def monotonic(self) -> float:
        return self._process.passed()

    def wait(self, seconds: float) -> None:
        self._process.wait(seconds)

    def not_before(self, moment: datetime) -> None:
        self._process.catch_up(moment)

    def jump(self) -> float:
        return self._process.jump()


class ModelSignals:
    """The true mailbox, looked into once everybody in the background has had a turn."""

    def __init__(self, process: Process, folder: Path) -> None:
        self._process = process
        self._box = Mailbox(folder)

    def send(self, signal: Signal) -> None:
        self._process.look()
        self._box.send(signal)

    def take(self) -> Sequence[Signal]:
        world = self._process.look()
        self._process.settle()
        if any(world.clones[self._process.machine.clone].uncommitted.values()):
            # Whoever leaves it in the work tree says with Enter that it is ready.
            self._box.send(Signal(Reply("fix-ready", "go-on")))
        return self._box.take()


class ModelSuites:
    """The team's suites, which pass after a while."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._names: tuple[str, ...] = ()
        self._until: datetime | None = None

    @property
    def _place(self) -> tuple[str, str]:
        return self._process.machine.host, self._process.run

    def end_what_is_left(self) -> tuple[str, ...]:
        return self._process.look().suites.pop(self._place, ())

    def start(self, suites: Sequence[Suite], folder: Path) -> None:
        def begin() -> None:
            self._names = tuple(suite.name for suite in suites)
            self._process.world.suites[self._place] = self._names
            self._until = self._process.world.now

        self._process.write("start_suites", begin, folder=str(folder))

    def look(self) -> tuple[SuiteRun, ...]:
        self._process.look()
        if self._until is None:
            return ()
        seconds = (self._process.world.now - self._until).total_seconds()
        state = SuiteState.PASSED if seconds > 1 else SuiteState.RUNNING
        code = 0 if state is SuiteState.PASSED else None
        return tuple(SuiteRun(it, state, code, seconds, (), Path("log")) for it in self._names)

    def stop(self) -> None:
        self._process.look().suites.pop(self._place, None)
        self._names, self._until = (), None


class ModelProber:
    """Production: it answers once a commit with the fix runs everywhere."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def probe(self, probes: Sequence[Probe]) -> tuple[ProbeResult, ...]:
        world = self._process.look()
        shas = [world.running(name) for name in world.deployments]
        is_green = all(world.history.tree(sha).get(FIX) == FIXED for sha in shas)
        saw = "200" if is_green else "500"
        return tuple(ProbeResult(probe.name, is_green, saw, 0.01) for probe in probes)


class ModelReadiness:
    """All is as it should be, where the clone is of the repository that is configured."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def check(self, _reviewer: str = "", _branch: str = "") -> tuple[Need, ...]:
        clone = self._process.look().clones[self._process.machine.clone]
        is_its = clone.repository == self._process.repository
        finding = Finding.OK if is_its else Finding.FAILED
        return (
            Need("github", "the remote", finding, f"it is {clone.repository}", "git remote -v"),
        )


class ModelMessenger:
    """The team's channel."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def find(self, run: str) -> Posted | None:
        with self._process.guard:
            found = self._of(run, lambda each: not each.parent)
            return found[-1] if found else None

    def replies(self, run: str, parent: str) -> tuple[Posted, ...]:
        with self._process.guard:
            return tuple(self._of(run, lambda each: each.parent == parent))

    def _of(self, run: str, is_meant: Callable[[Message], bool]) -> list[Posted]:
        ours = (it for it in self._process.look().messages if it.run == run and is_meant(it))
        return [Posted(each.id, each.key, each.text) for each in ours]

    def post(self, run: str, key: str, message: Told, parent: str = "") -> Posted:
        messages = self._process.look().messages
        made = Message(str(len(messages) + 1), run, key, message.text, parent)
        self._process.write("post", lambda: messages.append(made), key=key, parent=parent)
        return Posted(made.id, key, message.text)

    def update(self, posted: Posted, message: Told) -> None:
        there = next(it for it in self._process.look().messages if it.id == posted.id)

        def edit() -> None:
            there.text = message.text

        self._process.write("edit_message", edit, key=posted.key)


class ModelStatusPage:
    """What customers read."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def find(self, run: str) -> PageIncident | None:
        found = [each for each in self._process.look().page if each.run == run]
        return self._seen(found[-1]) if found else None

    def unresolved(self) -> tuple[PageIncident, ...]:
        seen = [self._seen(each) for each in self._process.look().page]
        return tuple(each for each in seen[::-1] if each.status != "resolved")

    def get(self, incident_id: str) -> PageIncident:
        return next(
            self._seen(each) for each in self._process.look().page if each.id == incident_id
        )

    def open(
        self,
        run: str,
        name: str,
        status: str,
        body: str,
        impact: str = "",  # noqa: ARG002 - as the port
    ) -> PageIncident:
        page = self._process.look().page
        news = PageNews(str(len(page) + 1), run, name, status, [body])
        self._process.write("publish_incident", lambda: page.append(news))
        return self._seen(news)

    def update(
        self,
        incident: PageIncident,
        status: str,
        body: str,
        impact: str = "",  # noqa: ARG002 - as the port
    ) -> PageIncident:
        news = next(each for each in self._process.look().page if each.id == incident.id)

        def change() -> None:
            news.status = status
            news.updates.append(body)

        self._process.write("update_incident", change)
        return self._seen(news)

    def _seen(self, news: PageNews) -> PageIncident:
        return PageIncident(news.id, news.name, news.status, f"https://status.test/{news.id}")


class ModelPager:
    """Who is on call."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def on_call(self) -> tuple[OnCall, ...]:
        self._process.look()
        return (OnCall("Otto", "otto@example.com", "primary", "https://pager.test/otto"),)
