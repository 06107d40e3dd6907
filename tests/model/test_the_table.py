"""Every step with an effect x crash after the effect x what is ordered then: true, and once.

The cells come from the plans: a step with an effect is found by what it is, walks bring it to its
effect, and at that moment a world, with the journals on its disks, is laid aside: as a process that
is killed leaves it, when the effect is there and its answer is not. From each such moment every
order goes its own way, and the checker holds what is said against what was done.
"""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.house.plans import every_plan, every_step
from tests.house.test_layout import STEPS, effect_of, steps_in
from tests.model.checker import Findings, check
from tests.model.commands import (
    AGREES,
    STOPPING,
    WILLING,
    Death,
    Desk,
    Person,
    Result,
    Settings,
    a_desk,
    a_world,
)
from tests.model.process import Machine, take_out_of_reach
from tests.model.world import FIX, FIXED, GITHUB, QUEUED_FOR, World, Write

from hotfix.domain.event import Event
from hotfix.domain.event_data import StepDone
from hotfix.domain.progress import RunState
from hotfix.domain.question import Answer
from hotfix.domain.run_settings import Via
from hotfix.domain.step import LeavesEvidence
from hotfix.runs.asker import Flags

_A_BUDGET = 2000.0
_A_WHILE = 100.0
_LAST_STEPS = {plan.phases[-1].steps[-1].name for _, plan in every_plan()}
# After these the world goes on by itself: an engineer writes, a workflow deploys, a queue merges.
_GOES_ON = {"cut_branch", "merge", "hand_over"}
PRODUCTION = "hotfix/production"
# So that what is called off is called off too late, and what is queued is still there then.
_GITHUB_IS_GONE_FOR = QUEUED_FOR / 2


def steps_with_an_effect() -> set[str]:
    """The names of all steps of all plans that do something to the world."""
    effects = {path.stem: effect_of(steps_in(path)[0]) for path in STEPS}
    return {
        name
        for name, step in every_step().items()
        if isinstance(step, LeavesEvidence) or effects[_file_of(step)] != "none."
    }


def _file_of(step: object) -> str:
    inner = getattr(step, "step", step)
    return type(inner).__module__.rpartition(".")[2]


@dataclass(frozen=True)
class Moment:
    """A world as a crash leaves it, with what was said and done until then."""

    plan: str
    step: str
    kind: str
    world: World
    folder: Path  #: the disks
    results: tuple[Result, ...]
    settings: Settings

    @property
    def what(self) -> tuple[str, str, str]:
        return self.plan, self.step, self.kind

    @property
    def name(self) -> str:
        return f"{self.plan}: {self.step} ({self.kind})"

    def branched(self, folder: Path) -> Desk:
        """Return the machine, in a copy of that world, with copies of its disks."""
        shutil.copytree(self.folder, folder)
        return a_desk(self.world.copy(), folder, settings=self.settings)


@dataclass
class Walk:
    """A walk that lays its moments aside."""

    folder: Path
    settings: Settings = field(default_factory=Settings)
    moments: list[Moment] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = a_world(self.settings)
        self.desk = a_desk(world, self.folder / "disks", settings=self.settings)
        self.desk.on_write = self._after_a_write
        self.desk.on_event = self._after_the_last_step

    def give(self, command: Callable[[], Result]) -> Result:
        result = command()
        self.results.append(result)
        return result

    def _after_a_write(self, write: Write) -> None:
        if write.step:
            self._lay_aside(write.run, write.step, write.kind, write.order)

    def _after_the_last_step(self, event: Event, order: int) -> None:
        """Nothing is left to do but to write down that the run is over."""
        if isinstance(event.said, StepDone) and event.step in _LAST_STEPS:
            self._lay_aside(event.run, event.step, "written down", order)

    def _lay_aside(self, run: str, step: str, kind: str, order: int) -> None:
        where = self.folder / f"moment-{len(self.moments)}"
        shutil.copytree(self.folder / "disks", where)
        world, machine = self.desk.world.copy(), self.desk.machine
        killed = Result("", order, run, machine.state, is_killed=True)
        plan = self.desk.progress(run).plan
        results = (*self.results, killed)
        self.moments.append(Moment(plan, step, kind, world, where, results, self.settings))


# Walks that together bring every step with an effect to it.


def into_main(walk: Walk) -> None:
    """The usual one; its deployment fails at first, and customers are told in the end."""
    walk.desk.world.hosted["acme/shop"].failing_deploys = 1
    walk.give(lambda: walk.desk.start(WILLING, can_ask=True))


def into_production(walk: Walk) -> None:
    """Picked, into a branch that is not there yet."""
    world = walk.desk.world
    del world.hosted["acme/shop"].branches[PRODUCTION]
    clone = world.clones[walk.desk.machine.clone]
    root = clone.branches["main"]
    made = {**world.history.tree(root), FIX: FIXED}
    pick = world.history.commit([root], made, "Fix the checkout", "rena")
    clone.known.add(pick)
    walk.give(lambda: walk.desk.start(WILLING, picks=(pick,)))


def by_the_queue(walk: Walk) -> None:
    """The fix is left uncommitted, and the merge to GitHub."""
    walk.desk.world.commits_the_fix = False
    walk.give(lambda: walk.desk.start(WILLING))


def into_releases_too(walk: Walk) -> None:
    """Deployed, verified, and brought to a release."""
    hosted = walk.desk.world.hosted["acme/shop"]
    hosted.branches["release/1.2"] = hosted.branches["main"]
    walk.give(lambda: walk.desk.start(WILLING))


def without_a_review(walk: Walk) -> None:
    """Nobody reviews, and the glass is broken."""
    walk.desk.world.reviewers = frozenset()
    broken = Person(yes=True, break_glass="production is down", agrees=AGREES)
    walk.give(lambda: walk.desk.start(broken))


def back_in_the_cluster(walk: Walk) -> None:
    """Deployed, verified, and rolled back all the same."""
    walk.give(lambda: walk.desk.start(WILLING))
    walk.give(walk.desk.roll_back)


def back_under_way(walk: Walk) -> None:
    """Killed in the merge, and rolled back while its deploy run is queued."""
    walk.desk.death = Death(kind="merge")
    walk.give(lambda: walk.desk.start(WILLING))
    walk.give(walk.desk.roll_back)


def back_from_the_queue(walk: Walk) -> None:
    """Killed once it was left to GitHub to merge, and rolled back before GitHub did."""
    walk.desk.death = Death(kind="hand_over")
    walk.give(lambda: walk.desk.start(WILLING))
    walk.give(walk.desk.roll_back)


def back_while_github_is_gone(walk: Walk) -> None:
    """Killed when the deploy run was begun anew, and rolled back before GitHub answers again."""
    walk.desk.world.hosted["acme/shop"].failing_deploys = 1
    walk.desk.death = Death(kind="run_failed_again")
    walk.give(lambda: walk.desk.start(WILLING))
    take_out_of_reach(walk.desk.world, GITHUB, _GITHUB_IS_GONE_FOR)
    walk.give(walk.desk.roll_back)


def back_by_actions(walk: Walk) -> None:
    """The run of the commit before is run again."""
    walk.give(lambda: walk.desk.start(WILLING))
    walk.give(lambda: walk.desk.roll_back(flags=WILLING, via=Via.ACTIONS))


def back_by_hand(walk: Walk) -> None:
    """The workflow is started with the commit before."""
    walk.desk.world.hosted["acme/shop"].runs.clear()
    walk.give(lambda: walk.desk.start(WILLING))
    walk.give(lambda: walk.desk.roll_back(flags=WILLING, via=Via.ACTIONS))


def given_up(walk: Walk) -> None:
    """Ended before its merge, and its pull request closed."""
    waits = Person(yes=True, agrees=AGREES, waits_at=frozenset({"merge"}))
    walk.give(lambda: walk.desk.start(waits))
    walk.give(lambda: walk.desk.abort(close=True))


ROUTES: tuple[tuple[Callable[[Walk], None], Settings], ...] = (
    (into_main, Settings()),
    (into_production, Settings(merge_into=PRODUCTION, annotate=True)),
    (by_the_queue, Settings(merge_how="queue")),
    (into_releases_too, Settings(also_into=("release/*",))),
    (without_a_review, Settings(post_mortem=True)),
    (back_in_the_cluster, Settings()),
    (back_under_way, Settings()),
    (back_from_the_queue, Settings(merge_how="queue")),
    (back_while_github_is_gone, Settings()),
    (back_by_actions, Settings()),
    (back_by_hand, Settings(dispatch_input="commit")),
    (given_up, Settings()),
)


# What is ordered then.


def resume(desk: Desk, _run: str) -> Iterator[Result]:
    yield desk.resume(flags=WILLING)


def abort(desk: Desk, _run: str) -> Iterator[Result]:
    yield desk.abort(close=True)


def rollback(desk: Desk, _run: str) -> Iterator[Result]:
    yield desk.roll_back()


def stop(desk: Desk, _run: str) -> Iterator[Result]:
    yield desk.resume(flags=STOPPING)


def takeover(desk: Desk, run: str) -> Iterator[Result]:
    other = a_desk(desk.world, desk.machine.state.parent, "robin", desk.settings)
    yield other.take_over(run, WILLING)


def budget(desk: Desk, _run: str) -> Iterator[Result]:
    desk.world.advance(_A_BUDGET)
    yield desk.resume(flags=Flags(yes=True, on_budget=Answer("stop", "too late")))


def status(desk: Desk, _run: str) -> Iterator[Result]:
    yield desk.status()


Order = Callable[[Desk, str], Iterator[Result]]
ORDERS: tuple[Order, ...] = (resume, abort, rollback, stop, takeover, budget, status)


# How a run ends that goes on from a crash, by the plan that it was in.
_ENDS = {"hotfix": RunState.DONE, "rollback": RunState.ROLLED_BACK, "abort": RunState.ABORTED}


@dataclass(frozen=True)
class Cell:
    """One crash, one order, and what is wrong with it."""

    name: str
    found: Findings


def _did_not_go_on(moment: Moment, order: str, last: Result) -> Iterator[str]:
    """Say where a run that is gone on with does not come to its end: then something is lost."""
    is_shared = moment.results[-1].run in moment.world.records
    if order != "resume" and not (order == "takeover" and is_shared):
        return
    progress = last.progress
    if last.problem is not None:
        yield f"was refused: {last.problem.what} {last.problem.why}"
    elif progress is not None and progress.state is not _ENDS[moment.plan]:
        what = progress.problem.what if progress.problem else progress.pending
        yield f"came to {progress.state.value} at {progress.step}: {what}"


def in_memory() -> str | None:
    """Where a sync costs little, if there is such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made there


def moments_of(route: Callable[[Walk], None], settings: Settings, folder: Path) -> list[Moment]:
    """Walk a route in a folder that is not there yet."""
    walk = Walk(folder, settings)
    route(walk)
    return walk.moments


def every_moment(folder: Path) -> dict[str, list[Moment]]:
    """Return the moments by route; one that an earlier route had is not had again."""
    known: set[tuple[str, str, str]] = set()
    found: dict[str, list[Moment]] = {}
    for route, settings in ROUTES:
        moments = moments_of(route, settings, folder / route.__name__)
        new = [each for each in moments if each.what not in known]
        known |= {each.what for each in new}
        found[route.__name__] = new
    return found


@pytest.fixture(scope="module")
def moments():
    with tempfile.TemporaryDirectory(prefix="hotfix-moments-", dir=in_memory()) as folder:
        yield every_moment(Path(folder))


def cells_of(moments: Sequence[Moment], order: Order, folder: Path) -> Iterator[Cell]:
    """Give an order at every moment; the disks are made in ``folder``."""
    places = (folder / str(number) for number in itertools.count())
    for moment in moments:
        waits = (0.0, _A_WHILE) if moment.kind in _GOES_ON else (0.0,)
        for wait in waits:
            disks = next(places)
            desk = moment.branched(disks)
            desk.world.advance(wait)
            results = [*moment.results]
            results += order(desk, results[-1].run)
            machines = _machines(desk)
            found = check(desk.world, machines, results)
            found.effects += _did_not_go_on(moment, order.__name__, results[-1])
            after = f" {wait:.0f} s later" if wait else ""
            name = f"{moment.name} x {order.__name__}{after} {results[-1].exit_code}"
            yield Cell(name, found)
            shutil.rmtree(disks)


def _machines(desk: Desk) -> list[Machine]:
    other = a_desk(desk.world, desk.machine.state.parent, "robin", desk.settings)
    return [desk.machine, *([other.machine] if other.machine.state.exists() else [])]


def test_every_step_with_an_effect_has_a_moment(moments):
    found = {each.step for each in itertools.chain(*moments.values())}
    assert steps_with_an_effect() - found == set()


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.__name__)
@pytest.mark.parametrize("route", [route.__name__ for route, _ in ROUTES])
def test_what_is_said_after_a_crash_is_true_and_nothing_is_done_twice(
    route, order, moments, record_property
):
    with tempfile.TemporaryDirectory(prefix="hotfix-model-", dir=in_memory()) as folder:
        cells = list(cells_of(moments[route], order, Path(folder)))
    sayings = sum(len(each.found.sayings) for each in cells)
    effects = sum(len(each.found.effects) for each in cells)
    record_property("model_cells", (sayings, effects, len(cells)))
    wrong = [f"{each.name}\n{each.found}" for each in cells if each.found]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cells)} cells", *wrong])
