"""A clock that jumps: a walk of half an hour takes as long as its real work does."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# Long enough for a child process to get the processor, short enough that nobody waits for it.
_BREATH_SECONDS = 0.004
# A program that is not up by then never will be, and time passes all the same.
_START_SECONDS = 15.0


class MemoryClock:
    """Time passes when somebody waits, and only then.

    Each wait also yields the processor for a moment: the programs that a walk starts (tests, the
    storefront) run in real time, whatever this clock says. A walk that starts none needs no breath.
    """

    def __init__(
        self, start: datetime | None = None, *, breath_seconds: float = _BREATH_SECONDS
    ) -> None:
        self._breath_seconds = breath_seconds
        #: whether a program is being started; on a busy machine, hours would pass until it is up
        self.is_starting: Callable[[], bool] = lambda: False
        self._now = start or datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
        self._passed = 0.0
        self._jump = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the moment this clock stands at: UTC, aware."""
        with self._lock:
            return self._now

    def wait(self, seconds: float) -> None:
        """Jump ``seconds`` ahead."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._passed += seconds
        if self._breath_seconds:
            time.sleep(self._breath_seconds)
            until = time.monotonic() + _START_SECONDS
            while self.is_starting() and time.monotonic() < until:
                time.sleep(self._breath_seconds)

    def monotonic(self) -> float:
        """Return the seconds that were waited."""
        with self._lock:
            return self._passed

    def not_before(self, moment: datetime) -> None:
        """Stand at ``moment`` where that is later."""
        with self._lock:
            self._jump -= max(0.0, (moment - self._now).total_seconds())
            self._now = max(self._now, moment)

    def jump(self) -> float:
        """Return by how many seconds it was set since this was last asked."""
        with self._lock:
            jump, self._jump = self._jump, 0.0
            return jump

    def set(self, seconds: float) -> None:
        """Set the clock, as somebody does; back is never told (negative ``seconds``)."""
        with self._lock:
            self._jump += seconds
            self._now += timedelta(seconds=max(0.0, seconds))
