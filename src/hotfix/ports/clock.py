"""The clock: the only way to learn the time or to let it pass."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits. Every wait of a run goes through it, so that the budget binds."""

    def now(self) -> datetime:
        """Return the present moment: UTC, aware."""
        ...

    def wait(self, seconds: float) -> None:
        """Let ``seconds`` pass; returns early for nothing but an interrupt."""
        ...
