"""The clock: the only way to learn the time or to let it pass."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits. Every wait of a run goes through it, so that the budget binds."""

    def now(self) -> datetime:
        """Return the present moment: UTC, aware, and never before one that was told earlier."""
        ...

    def monotonic(self) -> float:
        """Return seconds whose differences are what passed, whatever the clock is set to.

        A machine's sleep is not in them: what is counted down goes on where it was.
        """
        ...

    def wait(self, seconds: float) -> None:
        """Let ``seconds`` pass; returns early for nothing but an interrupt."""
        ...

    def not_before(self, moment: datetime) -> None:
        """Go on from ``moment`` (aware) where the clock is behind it: the record is ahead."""
        ...

    def jump(self) -> float:
        """Return by how many seconds the clock jumped since this was last asked; 0 where it ran.

        Negative: it was set back, or was behind the record, which ``now`` makes nothing of. Else:
        it was set forward, or the machine slept, which ``now`` counts.
        """
        ...
