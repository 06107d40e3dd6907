"""Somebody else's program that gets every event of a run."""

from typing import Protocol


class EventReceiver(Protocol):
    """One that is configured; what it has got is known over restarts."""

    @property
    def name(self) -> str:
        """Return what it is called: its address is a secret."""
        ...

    def received(self) -> int:
        """Return the sequence number of the last event that it has confirmed; 0 for none."""
        ...

    def begin_anew(self) -> None:
        """Forget what it has confirmed: what is on record by now is another machine's."""
        ...

    def send(self, seq: int, event_id: str, body: bytes) -> None:
        """Send one event, and remember that it was confirmed.

        Raises:
            TemporaryTroubleError: it may have arrived; it is to be sent again before the next one.
            ProblemError: it cannot be sent as things are.
        """
        ...
