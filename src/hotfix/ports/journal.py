"""The record of one run: written first, shown afterwards."""

from collections.abc import Sequence
from typing import Protocol

from hotfix.domain.event import Event
from hotfix.domain.event_data import EventData
from hotfix.domain.frozen import frozen
from hotfix.domain.progress import Progress


@frozen
class Kept:
    """An error that nobody foresaw, secrets left out."""

    words: str  #: its kind and what it says
    file: str  #: path of the file with its traceback; empty where that could not be written


class Journal(Protocol):
    """An append-only list of events, on disk before anybody sees them. One writer at a time."""

    @property
    def run(self) -> str:
        """Return the id of the run."""
        ...

    def events(self) -> Sequence[Event]:
        """Return all events so far, in order."""
        ...

    def progress(self) -> Progress:
        """Return where the run stands by all of them: their fold, made once."""
        ...

    def append(self, said: EventData, phase: str = "", step: str = "") -> Event:
        """Write an event and sync it; returns it when it cannot be lost any more.

        Raises:
            ProblemError: the disk is full or read-only, or somebody else writes.
        """
        ...

    def keep_traceback(self, error: BaseException) -> Kept:
        """Keep how ``error`` came about in a private file beside the record; raises nothing."""
        ...
