"""The product's commands in the model world: true ``runs``, plans, steps, engine and journal."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.model.clones import ModelRepository
from tests.model.hosting import ModelPullRequests, ModelTickets, ModelWorkflowRuns
from tests.model.namespace import ModelCluster
from tests.model.ports import (
    ModelClock,
    ModelMessenger,
    ModelPager,
    ModelProber,
    ModelReadiness,
    ModelSignals,
    ModelStatusPage,
    ModelSuites,
)
from tests.model.process import Killed, Machine, Process
from tests.model.world import Clone, Deployment, DeployRun, Hosted, Issue, World, Write, template_of

from hotfix.adapters.journal.lines import read_events
from hotfix.adapters.journal.order import newest_first
from hotfix.adapters.kubernetes.whereabouts import Whereabouts
from hotfix.cli import exit_codes
from hotfix.domain.event import Event
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Category
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.question import Answer, Question, Then
from hotfix.domain.run_settings import Via
from hotfix.ports.bundle import Ports
from hotfix.ports.workflow_runs import WorkflowState
from hotfix.runs import asker
from hotfix.runs import roll_back as back
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.open import Order, start
from hotfix.runs.resume import resume
from hotfix.runs.session import Session, open_session
from hotfix.runs.take_over import take_over
from hotfix.runs.taken_up import TakingUp, any_session, taken_up

CONFIG = """
[github]
repository = "{repository}"
merge_into = "{merge_into}"
merge_method = "{merge_method}"
merge_how = "{merge_how}"
reviewer = "rena"
dispatch_input = "{dispatch_input}"
[git]
also_into = {also_into}
[kubernetes]
namespace = "shop"
deployments = {deployments}
annotate = {annotate}
[slack]
channel = "#engineering"
[[probes]]
name = "checkout"
url = "http://127.0.0.1/checkout"
[[tests]]
name = "unit"
run = "make test"
[close]
follow_up = {follow_up}
[post_mortem]
issue = {post_mortem}
"""


@dataclass(frozen=True)
class Settings:
    """What is in ``hotfix.toml``."""

    repository: str = "acme/shop"
    merge_into: str = "main"
    merge_method: str = "squash"
    merge_how: str = ""
    dispatch_input: str = ""
    deployments: tuple[str, ...] = ("web", "worker")
    follow_up: bool = True
    post_mortem: bool = False
    annotate: bool = False
    also_into: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        values = {
            key: json.dumps(value)
            for key, value in vars(self).items()
            if not isinstance(value, str)
        }
        return CONFIG.format(**{**vars(self), **values})


# GitHub's, of its repositories.
_NUMBERS = {"acme/shop": 1, "acme/other": 2}
# What a person who wants to get on answers where no flag does.
AGREES = {
    "commit": "commit",
    "publish": "publish",
    "customers": "publish",
    "workflow-failed": "again",
    "over-others": "roll-back",
    "break-glass": "break",
    "changes-requested": "wait",
    "undone": "stop",
    "checks-failed": "look",
}


@frozen
class Person(Flags):
    """Somebody at the keyboard: what the flags leave open is answered at once, or not at all."""

    agrees: Mapping[str, str] = field(default_factory=dict)  #: options by key of the question
    stops: bool = False  #: whether the first question that offers it is answered with a stop
    waits_at: frozenset[str] = frozenset()  #: keys of the questions that get no answer

    def answer(self, question: Question, step: str) -> Answer | None:
        if question.key in self.waits_at:
            return None
        if self.stops:
            for option in question.options:
                if option.then is Then.STOP:
                    return Answer(option.key, "enough")
        by_flag = super().answer(question, step)
        wanted = self.agrees.get(question.key)
        if by_flag is None and wanted in {option.key for option in question.options}:
            return Answer(str(wanted), "so be it")
        return by_flag


YES = Flags(yes=True)
WILLING = Person(yes=True, agrees=AGREES)
STOPPING = Person(yes=True, stops=True)


class ModelScreen:
    """Shows nothing; the process may die at an event."""

    def __init__(
        self,
        process: Process,
        dies_at_event: int | None,
        on_event: Callable[[Event, int], None] | None,
    ) -> None:
        self._process = process
        self._dies_at = dies_at_event
        self._on_event = on_event
        self._shown = 0

    def show(self, event: Event, progress: Progress) -> None:
        del progress
        self._shown += 1
        self._process.world.shown_at[event.run, event.seq] = self._process.world.now
        if self._on_event is not None:
            self._process.settle()
            self._on_event(event, self._process.order)
        if self._shown == self._dies_at:
            self._process.die()

    def running_clock(self) -> Any:
        return nullcontext()

    def lines(self, lines: Sequence[str], style: str = "") -> None:
        del lines, style

    def question(self, question: Question) -> None:
        raise AssertionError(f"nobody is asked at this screen: {question.text}")

    def choose(self, text: str, options: Sequence[tuple[str, str]]) -> str:
        del text
        return options[0][0]

    def edited(self, text: str) -> str:
        raise AssertionError(f"nobody edits at this screen: {text}")

    def line(self, prompt: str, stands: Callable[[], bool] = bool) -> str:
        del stands
        raise AssertionError(f"nobody types at this screen: {prompt}")

    def aside(self, text: str) -> None:
        del text

    def end(self, progress: Progress) -> None:
        del progress


class ModelTools:
    """The model's ports in place of real tools."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.secrets: set[str] = set()
        self.repository = ModelRepository(process)
        self.cluster = ModelCluster(process)
        self.readiness = ModelReadiness(process)
        self.pager = ModelPager(process)

    def ports(self, run_folder: Path) -> Ports:
        process = self._process
        if run_folder.parent.name == "runs":
            process.run = run_folder.name
        return Ports(
            clock=ModelClock(process),
            signals=ModelSignals(process, run_folder / "inbox"),
            repository=self.repository,
            suites=ModelSuites(process),
            pull_requests=ModelPullRequests(process),
            workflow_runs=ModelWorkflowRuns(process),
            tickets=ModelTickets(process),
            prober=ModelProber(process),
            readiness=self.readiness,
            cluster=self.cluster,
            shared_records=self.cluster.shared_records,
            messenger=ModelMessenger(process),
            status_page=ModelStatusPage(process),
            pager=self.pager,
        )

    def prepare_hotfix(self) -> None:
        """There is a token."""

    def whereabouts(self) -> Whereabouts:
        return Whereabouts("/kubeconfig", "shop", "https://cluster.test")

    def number(self, repository: str) -> int | None:
        return _NUMBERS.get(repository)

    def identities(self) -> tuple[int | None, str]:
        return self.number(self._process.repository), "uid-of-the-cluster"

    def needed_cluster(self) -> ModelCluster:
        return self.cluster

    def rbac(self, group: str) -> str:
        return f"a role for {group}"


@frozen
class ModelSession(Session):
    """A command's session, whose tools are the model's."""

    process: Any = None

    @cached_property
    def tools(self) -> Any:
        return ModelTools(self.process)


@dataclass(frozen=True)
class Death:
    """Where a process dies."""

    write: int | None = None  #: at which of its writes
    kind: str = ""  #: at its first write of that kind
    before: bool = False  #: before it took effect
    event: int | None = None  #: at which event that it shows


@dataclass(frozen=True)
class Result:
    """What became of a command."""

    command: str
    order: int  #: its number
    run: str  #: the run that it walked, as far as it came to one
    state: Path  #: where its journal is
    progress: Progress | None = None  #: where the run stands; None where it was refused
    problem: Problem | None = None  #: why it was refused
    is_killed: bool = False

    @property
    def exit_code(self) -> int | None:
        """What a script sees; None of one that was killed."""
        if self.is_killed:
            return None
        if self.problem is not None:
            return exit_codes.of_problem(self.problem.code)
        return exit_codes.of_progress(self.progress) if self.progress is not None else 0


def runs_on(machine: Machine) -> list[str]:
    """Return the ids of the runs on a machine, newest first."""
    return newest_first(str(machine.state))


def record_of(machine: Machine, run: str) -> tuple[Sequence[Event], Progress]:
    """Return what a run's journal on a machine holds."""
    journal = machine.state / "runs" / run / "journal.jsonl"
    return _record_of(journal, journal.stat().st_size)


@lru_cache(maxsize=64)
def _record_of(journal: Path, _size: int) -> tuple[Sequence[Event], Progress]:
    # A journal only grows, so its size tells whether it was read already.
    events = read_events(journal.parents[2], journal.parent.name)
    return events, fold(events)


@dataclass(frozen=True)
class At:
    """What a command works with."""

    process: Process
    manner: Manner
    screen: Any

    def session(self, found: Session) -> ModelSession:
        """Return a session with the model's time and tools; the rest is as it was found."""
        words = {each.name: getattr(found, each.name) for each in fields(Session)}
        self.process.repository = found.config.github.repository
        return ModelSession(**{**words, "clock": ModelClock(self.process)}, process=self.process)

    def taking(self, command: str) -> TakingUp:
        return taken_up(command, self.screen, self.manner, None, use_todays=False)


@dataclass
class Desk:
    """A machine with a keyboard: gives commands in a world."""

    world: World
    machine: Machine
    settings: Settings = field(default_factory=Settings)
    death: Death = field(default_factory=Death)  #: of the next process
    on_write: Callable[[Write], None] | None = None
    #: called with each event that is shown, and the number of the command
    on_event: Callable[[Event, int], None] | None = None

    def start(self, flags: Flags = YES, *, can_ask: bool = False, **order: Any) -> Result:
        words = Order("checkout returns 500", Category.API_ERRORS, issue="1", **order)

        def go(at: At) -> Progress:
            return start(at.session(open_session()), words, at.manner, at.screen)

        return self._give("start", go, Manner(flags, can_ask))

    def resume(self, run: str | None = None, flags: Flags = YES) -> Result:
        def go(at: At) -> Progress:
            chosen, session = at.taking("resume").chosen(run)
            return resume(at.session(session), chosen, at.manner, at.screen)

        return self._give("resume", go, Manner(flags, break_glass_at_once=True))

    def abort(
        self, run: str | None = None, flags: Flags = YES, *, close: bool | None = None
    ) -> Result:
        def go(at: At) -> Progress:
            chosen, session = at.taking("abort").chosen(run)
            return resume(at.session(session), chosen, at.manner, at.screen, PlanName.ABORT)

        name = {True: "abort and close", False: "abort and keep", None: "abort"}[close]
        return self._give(name, go, Manner(flags, close_pull_request=close))

    def roll_back(
        self,
        run: str | None = None,
        flags: Flags = YES,
        *,
        via: Via = Via.KUBERNETES,
        to_revision: int | None = None,
        only: Sequence[str] = (),
        to_healthy: bool = False,
    ) -> Result:
        def go(at: At) -> Progress:
            taking = at.taking("rollback")
            chosen, found = taking.chosen_or_todays(run)
            session = at.session(found)
            where = (
                back.back_by_record(
                    session, chosen if run else None, only, via, past_open=to_healthy
                )
                if to_revision is None
                else back.back_to_revision(session, to_revision, only)
            )
            if where.run is not None and where.run != chosen:
                session = at.session(taking.chosen(where.run)[1])
            return back.roll_back(session, where, at.manner, at.screen)

        by = f"to revision {to_revision}" if to_revision is not None else f"via {via.value}"
        return self._give(f"rollback {by}", go, Manner(flags))

    def take_over(self, run: str, flags: Flags = YES) -> Result:
        def go(at: At) -> Progress:
            session = at.session(any_session("takeover", at.screen.aside))
            taking = at.taking("takeover")
            return take_over(session, run, at.manner, at.screen, beside=False, taking=taking)

        return self._give("takeover", go, Manner(flags))

    def status(self) -> Result:
        """Look where the newest run stands, as everybody may without being one of its processes."""
        self.world.orders += 1
        known = self.runs()
        run = known[0] if known else ""
        progress = self.progress(run) if run else None
        return Result("status", self.world.orders, run, self.machine.state, progress)

    def runs(self) -> list[str]:
        """Return the ids of the runs here, newest first."""
        return runs_on(self.machine)

    def progress(self, run: str) -> Progress:
        return record_of(self.machine, run)[1]

    def _give(self, command: str, go: Callable[["At"], Progress], manner: Manner) -> Result:
        self.world.orders += 1
        death, self.death = self.death, Death()
        process = Process(
            self.world,
            self.machine,
            order=self.world.orders,
            dies_at=death.write,
            dies_in=death.kind,
            dies_before=death.before,
            on_write=self.on_write,
        )
        screen = ModelScreen(process, death.event, self.on_event)
        made = Result(command, self.world.orders, "", self.machine.state)
        try:
            with self._sat_down(), _nobody_types():
                progress = go(At(process, manner, screen))
            return replace(made, run=progress.run, progress=progress)
        except Killed:
            return replace(made, run=process.run, is_killed=True)
        except ProblemError as error:
            return replace(made, run=process.run, problem=error.problem)
        except TemporaryTroubleError as trouble:
            problem = Problem("failed", trouble.saying, "", "again")  # type: ignore[arg-type]
            return replace(made, run=process.run, problem=problem)
        finally:
            process.end()

    @contextmanager
    def _sat_down(self) -> Iterator[None]:
        """Stand in the clone, with ``hotfix.toml`` as it is today, as the operator.

        Of the clone there is on disk what tells a command where it stands, and no more.
        """
        home = Path(self.machine.clone)
        git = home / ".git"
        if not git.is_dir():
            git.mkdir(parents=True)
            (git / "HEAD").write_text("ref: refs/heads/main\n")
            url = f"https://github.com/{self.world.clones[self.machine.clone].repository}"
            (git / "config").write_text(f'[remote "origin"]\n\turl = {url}\n')
        (home / "hotfix.toml").write_text(self.settings.text)
        kept, before = dict(os.environ), Path.cwd()
        os.environ["HOTFIX_STATE_DIR"] = str(self.machine.state)
        os.environ["HOTFIX_OPERATOR"] = self.machine.operator
        os.chdir(home)
        try:
            yield
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(kept)


def _nobody_types() -> AbstractContextManager[object]:
    """What is asked beside ``--yes`` is heard from the keyboard: nothing comes from there."""
    return patch.object(asker, "Listener")


def a_world(settings: Settings | None = None) -> World:
    """Return a world in which something is broken: main has one commit more than what runs."""
    world, settings = World(), settings or Settings()
    history = world.history
    files = {"checkout.py": "broken", "mugs.py": "mugs", "README": "a shop"}
    root = history.commit([], files, "Open the shop", "rena")
    more = history.commit([root], {**files, "plates.py": "plates"}, "Sell plates (#1)", "rena")
    world.persons_commits |= {root, more}
    for name in {settings.repository, "acme/shop", "acme/other"}:
        hosted = _hosted(world, name, settings.merge_into)
        hosted.branches["main"] = more
        hosted.pushed_at |= {root: world.now, more: world.now}
        if settings.merge_into != "main":
            hosted.branches[settings.merge_into] = root
    for name in ("web", "worker", "admin"):
        world.deployments[name] = Deployment(name, f"uid-{name}")
        world.roll_out(name, template_of(name, root), "a deploy of before")
    return world


def _hosted(world: World, name: str, deploy_branch: str) -> Any:
    hosted = world.hosted[name] = Hosted(name, deploy_branch=deploy_branch)
    number = hosted.number()
    hosted.issues[number] = Issue(number, "checkout returns 500", "It does.", "")
    root = next(iter(world.history.commits))
    past = DeployRun(1001, 1, deploy_branch, root, "push", "dana", world.now)
    past.state = WorkflowState.SUCCEEDED
    hosted.runs.append(past)
    return hosted


def a_desk(world: World, folder: Path, operator: str = "dana", settings: Any = None) -> Desk:
    """Return a machine of an operator, with a clone of the repository as it was a while ago."""
    settings = settings or Settings()
    clone = next((it for it in world.clones.values() if it.operator == operator), None)
    if clone is None:
        root = next(iter(world.history.commits))
        clone = Clone(str(folder.parent / f"home-of-{operator}"), operator, settings.repository)
        clone.branches["main"], clone.trees[clone.folder] = root, "main"
        clone.known.add(root)
        world.clones[clone.folder] = clone
    machine = Machine(operator, f"laptop-of-{operator}", clone.folder, folder / operator)
    return Desk(world, machine, settings)
