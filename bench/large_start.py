"""``hotfix start`` to its first question in a large repository, next to a small one.

The whole process at a real terminal, in the drill's world: services that answer on loopback, an
origin on disk, production that runs the branch's last commit.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import pexpect

from hotfix.adapters.system_clock import SystemClock
from hotfix.simulators.git_origin import git_in
from hotfix.simulators.webrana import DEPLOY_BRANCH
from hotfix.simulators.world import World

ROUNDS = 3
OVER_GOAL_SECONDS = 5.0
_LONGEST_SECONDS = 120
SPEED = 200.0
_HOTFIX = str(Path(sys.executable).with_name("hotfix"))
START = (
    *("start", "checkout returns 500", "--category=api-errors", "--issue=1"),
    *("--root-cause=A KeyError without a voucher.", "--fix-summary=No voucher, no discount."),
)
ABORT = ("abort", "--yes")
_FIRST_QUESTION = r"Edit\s+/"


def measure_start(folder: Path, history: Iterable[str]) -> bool:
    """Print the medians of ``ROUNDS``, in turns; return whether the goal holds.

    Args:
        folder: an empty one.
        history: what ``git fast-import`` reads, for ``refs/heads/main`` as it is given.
    """
    with ExitStack() as worlds:
        large = worlds.enter_context(_world(folder / "large", history))
        small = worlds.enter_context(_world(folder / "small", ()))
        taken = [tuple(map(to_the_first_question, (large, small))) for _ in range(ROUNDS)]
    in_large, in_small = (median(values) for values in zip(*taken, strict=True))
    what = "`start` to the first question"
    print(f"{'':<32}{'large s':>10}{'small s':>9}{'over s':>8}   ({ROUNDS} runs)")
    print(f"{what:<32}{in_large:>10.2f}{in_small:>9.2f}{in_large - in_small:>8.2f}", flush=True)
    holds = in_large - in_small <= OVER_GOAL_SECONDS
    goal = f"at most {OVER_GOAL_SECONDS:g} s over the small one's"
    print(f"{'met' if holds else 'MISSED':<8}{what}: {goal}")
    return holds


@contextmanager
def _world(folder: Path, history: Iterable[str]) -> Iterator[World]:
    world = World(folder, SystemClock(), speed=SPEED)
    try:
        _add(world, history)
        world.start()
        world.timeline.keep_ticking()
        yield world
    finally:
        world.stop()


def _add(world: World, history: Iterable[str]) -> None:
    """Let ``main``, what deploys, and the clone go on by ``history``."""
    shop = world.first_commit
    text = "".join(history)
    if not text:
        return
    importing = ["git", "-C", str(world.origin.path), "fast-import", "--quiet"]
    subprocess.run(importing, input=text, text=True, check=True)
    git_in(world.clone, "fetch", "--quiet")
    git_in(world.clone, "reset", "--quiet", "--hard", "origin/main")
    world.first_commit = git_in(world.clone, "rev-parse", "HEAD")
    world.origin.delete_branch(DEPLOY_BRANCH)
    world.origin.create_branch(DEPLOY_BRANCH, world.first_commit)
    # What production runs is the shop alone: its pods need nothing of the rest.
    world.origin.check_out(shop, world.folder / "production" / world.first_commit)


def to_the_first_question(world: World) -> float:
    """Return the seconds that a person waits; the run is called off after it."""
    begun = perf_counter()
    child = _at_a_terminal(world, (*START, "--internal"))
    try:
        child.expect(_FIRST_QUESTION)
        taken = perf_counter() - begun
        child.sendintr()
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    give(world, ABORT)
    git_in(world.clone, "checkout", "--quiet", "main")
    return taken


def _at_a_terminal(world: World, words: Sequence[str]) -> "pexpect.spawn[str]":
    return pexpect.spawn(
        _HOTFIX,
        list(words),
        cwd=str(world.clone),
        env=environ_of(world),
        dimensions=(50, 120),
        encoding="utf-8",
        timeout=_LONGEST_SECONDS,
        preexec_fn=_hear_ctrl_c,
    )


def _hear_ctrl_c() -> None:
    # A bench in the background of a shell is deaf to it, and so would be what it starts.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def give(world: World, words: Sequence[str], besides: Mapping[str, str] | None = None) -> None:
    """Give a command where nobody is there to answer, and wait for its end.

    ``besides`` are variables beside those of the world.
    """
    subprocess.run(
        [_HOTFIX, *words],
        cwd=world.clone,
        env={**environ_of(world), **(besides or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )


def environ_of(world: World) -> dict[str, str]:
    """Return the variables of whoever works in this world, and nothing of whoever measures."""
    home = world.folder / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TERM": "xterm",
        "NO_COLOR": "1",
        **world.environ,
    }
