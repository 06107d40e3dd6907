"""What others want to add to a run while it is walked: a note, an answer, a message that arrived.

Only one process writes a journal. Whoever else has something to say (another terminal, the
screen, the messenger in the background) hands it over as a signal, and the engine writes it down.
"""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from hotfix.domain.event_data import EventType, LockLost, Noted, Record, Told, Untold
from hotfix.domain.frozen import frozen


@frozen
class Reply(Record):
    """An answer to what is asked; it becomes a decision where that is still pending."""

    type: ClassVar = EventType.DECISION_MADE
    key: str  #: of the question
    choice: str  #: the key of the option
    reason: str = ""  #: in their words
    minutes: float = 0.0  #: for an option that asks for minutes, else 0


@frozen
class Signal:
    """Something to be written down."""

    said: Noted | Told | Untold | LockLost | Reply  #: what
    id: str = ""  #: given by the box; written down with the event, so that none is taken twice


class Signals(Protocol):
    """A mailbox with many senders and one reader."""

    def send(self, signal: Signal) -> None:
        """Put a signal into the box; it survives the sender."""
        ...

    def take(self) -> Sequence[Signal]:
        """Take out what has come, oldest first; empty most of the time, and quick then."""
        ...
