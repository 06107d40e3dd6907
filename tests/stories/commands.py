"""The drill's world in real time, and the real commands as processes in it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from hotfix.adapters.system_clock import SystemClock
from hotfix.simulators.world import World

HOTFIX = str(Path(sys.executable).with_name("hotfix"))
START = (
    "start",
    "checkout returns 500",
    "--category=api-errors",
    "--issue=1",
    "--root-cause=A KeyError without a voucher.",
    "--fix-summary=No voucher, no discount.",
    "--yes",
    "--json",
)
_DEADLINE_SECONDS = 60
Json = dict[str, Any]


@dataclass
class Commands:
    """Gives commands in a world, in its clone unless told otherwise."""

    world: World
    seen: dict[str, Any] = field(default_factory=dict)
    environ_besides: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, cwd: Path | None = None, **environ: str):
        """Run a command to its end."""
        return subprocess.run(
            [HOTFIX, *words],
            cwd=cwd or self.world.clone,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_DEADLINE_SECONDS,
            check=False,
        )

    def json(self, *words: str):
        """Run a command that must succeed, and read the one JSON value it prints."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def events(self, *words: str, **environ: str) -> tuple[int, list[Json]]:
        """Run a command that prints events; returns its exit code and them."""
        done = self.run(*words, cwd=None, **environ)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def killed(self, *words: str, when) -> Json | None:
        """Run a command and kill -9 it as soon as ``when(event)``; None where it ended first."""
        with subprocess.Popen(
            [HOTFIX, *words],
            cwd=self.world.clone,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            for line in process.stdout or ():
                event = cast("Json", json.loads(line))
                if when(event):
                    process.send_signal(signal.SIGKILL)
                    return event
        return None

    @property
    def environ(self) -> dict[str, str]:
        """What a shell in this world has, with nothing of this machine's user."""
        home = self.world.folder / "home"
        home.mkdir(exist_ok=True)
        return {"PATH": os.environ["PATH"], "HOME": str(home), **self.world.environ} | (
            self.environ_besides
        )


@contextmanager
def commands(folder: Path, speed: float = 200.0) -> Iterator[Commands]:
    """Bring a world up in real time."""
    world = World(folder, SystemClock(), speed=speed)
    try:
        world.start()
        world.timeline.keep_ticking()
        yield Commands(world)
    finally:
        world.stop()
