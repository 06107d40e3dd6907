"""What a killed process of a run has left on this machine, besides what still runs."""

from typing import Protocol


class Leftovers(Protocol):
    """The run's own temporary folders; nobody works in them."""

    def clear(self) -> str:
        """Remove them; returns what could not be and why, or an empty text. Quick without any."""
        ...
