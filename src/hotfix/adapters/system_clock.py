"""The machine's clock."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# Less than that is how clocks are kept right; more is a clock that was set, or a machine's sleep.
_SET_SECONDS = 1.0
# From here on it is worth a line on the timeline.
_SAID_SECONDS = 10.0


class SystemClock:
    """Wall time, for a run is timed over restarts and machines; but it never goes back.

    Args:
        wall: the time of day (UTC, aware), which may be set.
        passed: seconds that passed, which may not, and which leave out a machine's sleep.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        passed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._passed = passed
        self._lock = threading.Lock()
        self._ahead = timedelta()
        self._last, self._last_passed = wall(), passed()
        self._jump = 0.0

    def now(self) -> datetime:
        """Return the present moment: UTC, aware, and never before one that was told earlier."""
        with self._lock:
            return self._look()

    def monotonic(self) -> float:
        """Return seconds that only differ by what passed, whatever the clock is set to."""
        return self._passed()

    def wait(self, seconds: float) -> None:
        """Sleep; only an interrupt ends it early."""
        time.sleep(max(0.0, seconds))

    def not_before(self, moment: datetime) -> None:
        """Go on from ``moment`` (aware) where the clock is behind it."""
        with self._lock:
            behind = moment - self._look()
            if behind > timedelta():
                self._ahead += behind
                self._last = moment
                self._jump -= behind.total_seconds()

    def jump(self) -> float:
        """Return by how many seconds it jumped since this was last asked; negative is back."""
        with self._lock:
            self._look()
            jump, is_said = self._jump, abs(self._jump) >= _SAID_SECONDS
            self._jump = 0.0 if is_said else jump
            return jump if is_said else 0.0

    def _look(self) -> datetime:
        passed, now = self._passed(), self._wall() + self._ahead
        expected = self._last + timedelta(seconds=passed - self._last_passed)
        moved = (now - expected).total_seconds()
        if abs(moved) >= _SET_SECONDS:
            self._jump += moved
        if moved <= -_SET_SECONDS:
            self._ahead += expected - now
            now = expected
        self._last, self._last_passed = max(now, self._last), passed
        return self._last
