"""The drill's world: local servers in the place of every tool."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.adapters.system_clock import SystemClock
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Scenario
    from hotfix.simulators.world import World

# A review of four minutes takes three seconds: quick enough to watch, slow enough to see.
_SPEED = 80.0
# The 30 minutes of somebody who writes the fix are three.
_PACE_OF_A_PERSON = 10.0
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


@contextmanager
def drill_world(*, is_played: bool) -> Iterator["World"]:
    """Bring the drill's world up in real time, in a folder that goes with it.

    ``is_played`` says whether nobody types: then the procedure is walked as fast as the world goes.

    Raises:
        ProblemError: git is missing or too old for it.
    """
    with tempfile.TemporaryDirectory(prefix="hotfix-drill-", ignore_cleanup_errors=True) as folder:
        world = _world(Path(folder))
        if not is_played:
            world.pace = _PACE_OF_A_PERSON
        os.environ.update({name: world.environ[name] for name in ("NO_PROXY", "no_proxy")})
        # All of it is on loopback: a proxy that the libraries trip over must not keep it from it.
        for name in [each for each in os.environ if each.lower() in _PROXIES]:
            del os.environ[name]
        try:
            world.start()
            world.timeline.keep_ticking()
            yield world
        finally:
            world.stop()


def scenarios() -> "dict[str, Scenario]":
    """Return what can happen in a drill, by name."""
    from hotfix.simulators.scenarios import SCENARIOS

    return SCENARIOS


def _world(folder: Path) -> "World":
    from hotfix.simulators.git_origin import GitTooOldError
    from hotfix.simulators.world import World

    try:
        return World(folder, SystemClock(), speed=_SPEED)
    except GitTooOldError as error:
        raise ProblemError(
            Problem(
                ProblemCode.CONFIGURATION,
                what="The drill needs git 2.38 or newer.",
                why=f"{error}.",
                next_command="Install a newer git, then: hotfix drill",
            )
        ) from error
