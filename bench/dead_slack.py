"""What a service that only tells people adds to a run where it is down: whole processes, in pairs.

Each run is a ``hotfix start`` through all checks to the first question, which nobody is there to
answer, and to its end, where what is still to be told is waited for: between the two, telling is in
the background. All services answer on loopback. In one of two worlds all of them do; in the other,
one is down: it answers 503 to everything, or takes every connection and never answers. Which of a
pair is first changes from pair to pair.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from statistics import median
from threading import Thread
from time import perf_counter

from large_start import ABORT, SPEED, START, give

from hotfix.adapters.system_clock import SystemClock
from hotfix.simulators.git_origin import git_in
from hotfix.simulators.server import SILENT, Fault
from hotfix.simulators.world import World

PAIRS = 4
GOAL_SECONDS = 0.2
# Who is on call goes on record, and is waited for until it is known that nothing answers.
WHO_IS_ON_CALL_SECONDS = 0.5
_SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
_CONFIGURED = (
    '\n[notify]\naddresses_in = "NOTIFY"\n'
    '\n[[webhooks]]\nname = "audit"\naddress = "HOOK"\nsigned_with = "HOOK_SECRET"\n'
)
_ALL = 1_000_000


class _Receiver(BaseHTTPRequestHandler):
    """Takes notices and events."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep silent."""


def main() -> int:
    """Measure and print; returns 1 where the goal is missed."""
    holds = True
    with tempfile.TemporaryDirectory() as folder, ExitStack() as worlds:
        place = worlds.enter_context(_receiving())
        silent = worlds.enter_context(_silent())
        alive = worlds.enter_context(_world(Path(folder) / "alive"))
        dead = worlds.enter_context(_world(Path(folder) / "dead"))
        head = f"{'a run, and who is down in it':<32}{'alive s':>9}{'dead s':>9}{'added s':>9}"
        print(f"{head}   ({PAIRS} pairs)")
        for name, status, service, goal in (
            ("Slack: 503", 503, dead.slack, GOAL_SECONDS),
            ("Slack: silent", SILENT, dead.slack, GOAL_SECONDS),
            ("status page: silent", SILENT, dead.statuspage, GOAL_SECONDS),
            ("PagerDuty: silent", SILENT, dead.pagerduty, WHO_IS_ON_CALL_SECONDS),
        ):
            fault = Fault(status=status, times=_ALL)
            service.faults.append(fault)
            holds &= _measure(
                name,
                lambda: _walked(alive, place, place),
                lambda: _walked(dead, place, place),
                goal,
            )
            service.faults.remove(fault)
        holds &= _measure(
            "[notify]: silent",
            lambda: _walked(alive, place, place),
            lambda: _walked(dead, silent, place),
        )
        holds &= _measure(
            "webhook: silent",
            lambda: _walked(alive, place, place),
            lambda: _walked(dead, place, silent),
        )
    print("met" if holds else "MISSED")
    return 0 if holds else 1


def _measure(
    name: str,
    alive: Callable[[], float],
    dead: Callable[[], float],
    goal_seconds: float = GOAL_SECONDS,
) -> bool:
    taken: list[tuple[float, float]] = []
    for number in range(PAIRS):
        if number % 2:
            taken.append((alive(), dead()))
        else:
            taken.append(tuple(reversed((dead(), alive()))))
    with_one, without = (median(values) for values in zip(*taken, strict=True))
    added = median(later - first for first, later in taken)
    holds = added <= goal_seconds
    goal = f"{'met' if holds else 'MISSED':<8}at most {goal_seconds:g} s"
    print(f"{name:<32}{with_one:>9.2f}{without:>9.2f}{added:>9.2f}   {goal}", flush=True)
    return holds


@contextmanager
def _receiving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _silent() -> Iterator[str]:
    """The kernel takes the connections, and nobody ever answers."""
    with create_server(("127.0.0.1", 0), backlog=1000) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def _world(folder: Path) -> Iterator[World]:
    world = World(folder, SystemClock(), speed=SPEED)
    try:
        world.start()
        world.configure(_CONFIGURED)
        world.timeline.keep_ticking()
        yield world
    finally:
        world.stop()


def _walked(world: World, notified: str, received: str) -> float:
    """Return the seconds of one run to its first question and its end; it is called off then."""
    besides: Mapping[str, str] = {
        "NOTIFY": f"json://{notified}/notices",
        "HOOK": f"http://{received}/events",
        "HOOK_SECRET": _SECRET,
    }
    begun = perf_counter()
    give(world, START, besides)
    taken = perf_counter() - begun
    give(world, ABORT, besides)
    git_in(world.clone, "checkout", "--quiet", "main")
    return taken


if __name__ == "__main__":
    sys.exit(main())
