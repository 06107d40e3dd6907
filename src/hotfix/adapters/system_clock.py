"""The machine's clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Wall time: a run is timed over restarts and machines."""

    def now(self) -> datetime:
        """Return the present moment: UTC, aware."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Sleep; only an interrupt ends it early."""
        time.sleep(max(0.0, seconds))
