"""What others want to add to a run while it is walked: a note, an answer, a message that arrived.

Only one process writes a journal. Whoever else has something to say (another terminal, the
screen, the messenger in the background) hands it over as a signal, and the engine writes it down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hotfix.domain.event import EventType
from hotfix.domain.json_value import JsonValue


@dataclass(frozen=True)
class Signal:
    """Something to be written down.

    Attributes:
        kind: ``NOTE``, ``DECISION_MADE``, ``TOLD`` or ``UNTOLD``.
        data: as in the event, except that an answer holds only ``key``, ``choice``, ``reason``
            and ``minutes``.
        id: given by the box; written down with the event, so that none is taken twice.
    """

    kind: EventType
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    id: str = ""


class Signals(Protocol):
    """A mailbox with many senders and one reader."""

    def send(self, signal: Signal) -> None:
        """Put a signal into the box; it survives the sender."""
        ...

    def take(self) -> Sequence[Signal]:
        """Take out what has come, oldest first; empty most of the time, and quick then."""
        ...
