"""What is going to happen in the world, and when: a pod gets ready, a reviewer approves.

The world is a discrete-event simulation on a ``Clock``. Nothing sleeps: each request first lets
everything happen that is due by now, so that on a memory clock a ten-minute deployment is over
as soon as somebody has waited ten minutes. On the system clock, ``keep_ticking`` does the same
in the background, for what nobody asks about.
"""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotfix.ports.clock import Clock

_log = logging.getLogger(__name__)
_TICK_SECONDS = 0.05


@dataclass(frozen=True)
class WorldTimings:
    """Seconds of life that each thing takes, before ``Timeline.speed``: an ordinary night."""

    ci: float = 90.0  # from a push to the result of the required checks
    review: float = 240.0  # from the review request to the reviewer's approval
    workflow_queue: float = 5.0  # from a push to the first job of the deploy workflow
    merge_queue: float = 60.0  # from the front of the merge queue to the merge
    build: float = 60.0  # the workflow's build job
    deploy_job: float = 20.0  # the workflow's deploy job, up to the patch of the deployments
    cancel: float = 5.0  # from the request to cancel a run to its end
    pod_start: float = 15.0  # from a pod's creation to its readiness
    pod_stop: float = 5.0  # from a pod's deletion to its end
    fix: float = 180.0  # how long the played engineer takes to write the fix


class Timeline:
    """A queue of due actions on a clock.

    Args:
        clock: whose time it is.
        speed: how many times faster than life the world moves: a delay of 60 seconds passed to
            ``after`` is over after ``60 / speed`` seconds of the clock.
    """

    def __init__(self, clock: Clock, speed: float = 1.0) -> None:
        self.clock = clock
        self.speed = speed
        # One lock for the whole world: its parts call each other, and a simulation that is
        # consistent is worth more than one that is parallel.
        self.lock = threading.RLock()
        self._due: list[tuple[datetime, int, str, Callable[[], None]]] = []
        self._order = itertools.count()
        self._stopped = threading.Event()
        self._ticker: threading.Thread | None = None

    def now(self) -> datetime:
        """Return the world's present: UTC, aware."""
        return self.clock.now()

    def after(self, seconds: float, action: Callable[[], None], name: str) -> None:
        """Let ``action`` happen ``seconds`` (of life, before speeding up) from now."""
        self.at(self.now() + timedelta(seconds=seconds / self.speed), action, name)

    def at(self, moment: datetime, action: Callable[[], None], name: str) -> None:
        """Let ``action`` happen at ``moment`` (UTC, aware)."""
        with self.lock:
            heapq.heappush(self._due, (moment, next(self._order), name, action))

    def tick(self) -> None:
        """Let everything happen that is due by now, in order of time."""
        with self.lock:
            now = self.now()
            while self._due and self._due[0][0] <= now:
                _, _, name, action = heapq.heappop(self._due)
                _log.debug("happens: %s", name)
                action()

    def keep_ticking(self) -> None:
        """Tick in the background until ``stop``: for a world on the system clock."""
        self._ticker = threading.Thread(target=self._tick_until_stopped, name="world", daemon=True)
        self._ticker.start()

    def stop(self) -> None:
        """End the background ticking."""
        self._stopped.set()
        if self._ticker is not None:
            self._ticker.join(timeout=5)

    def _tick_until_stopped(self) -> None:
        while not self._stopped.wait(_TICK_SECONDS):
            try:
                self.tick()
            except Exception:  # noqa: BLE001 - one thing that goes wrong must not stop the world
                _log.exception("something went wrong in the drill's world")
