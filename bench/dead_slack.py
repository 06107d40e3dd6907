"""What a dead Slack adds to a run: whole processes of ``hotfix start``, in pairs.

Each goes through all checks to the first question, which nobody is there to answer, and to its end,
where what is still to be told is waited for: between the two, telling is in the background. All
services answer on loopback; in one of two worlds Slack answers 503 to everything. Which of a pair
is first changes from pair to pair.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from large_start import ABORT, SPEED, START, give

from hotfix.adapters.system_clock import SystemClock
from hotfix.simulators.git_origin import git_in
from hotfix.simulators.scenarios import SCENARIOS
from hotfix.simulators.world import World

PAIRS = 4
GOAL_SECONDS = 0.2


def main() -> int:
    """Measure and print; returns 1 where the goal is missed."""
    taken: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as worlds:
        alive, dead = (
            worlds.enter_context(_world(Path(folder) / name, name))
            for name in ("good-fix", "slack-down")
        )
        for number in range(PAIRS):
            if number % 2:
                taken.append((_walked(alive), _walked(dead)))
            else:
                taken.append(tuple(reversed((_walked(dead), _walked(alive)))))
    with_one, without = (median(values) for values in zip(*taken, strict=True))
    added = median(dead - alive for alive, dead in taken)
    print(f"{'':<32}{'alive s':>9}{'dead s':>9}{'added s':>9}   ({PAIRS} pairs)")
    print(f"{'a run, by its Slack':<32}{with_one:>9.2f}{without:>9.2f}{added:>9.2f}", flush=True)
    holds = added <= GOAL_SECONDS
    print(f"{'met' if holds else 'MISSED':<8}a dead Slack adds at most {GOAL_SECONDS:g} s to a run")
    return 0 if holds else 1


@contextmanager
def _world(folder: Path, scenario: str) -> Iterator[World]:
    world = World(folder, SystemClock(), speed=SPEED)
    try:
        world.start()
        world.timeline.keep_ticking()
        SCENARIOS[scenario].prepare(world)
        yield world
    finally:
        world.stop()


def _walked(world: World) -> float:
    """Return the seconds of one run to its first question and its end; it is called off then."""
    begun = perf_counter()
    give(world, START)
    taken = perf_counter() - begun
    give(world, ABORT)
    git_in(world.clone, "checkout", "--quiet", "main")
    return taken


if __name__ == "__main__":
    sys.exit(main())
