"""Reminds of what the team is to hear, whenever others are heard."""

from collections.abc import Sequence

from hotfix.domain.cadence import Cadence, due
from hotfix.domain.event_data import Noted
from hotfix.domain.heard import Heard
from hotfix.domain.progress import Progress
from hotfix.ports.clock import Clock
from hotfix.ports.signals import Signal, Signals


class RemindingSignals:
    """A mailbox that puts in a note of its own when something is due.

    Args:
        box: the mailbox.
        clock: whose time it is.
        cadence: when the team is to hear something.
    """

    def __init__(self, box: Signals, clock: Clock, cadence: Cadence) -> None:
        self._box = box
        self._clock = clock
        self._cadence = cadence
        self._progress: Progress | None = None
        self._put = ""

    def show(self, progress: Progress) -> None:
        """Take note of where the run stands."""
        self._progress = progress

    def send(self, signal: Signal) -> None:
        """Put a signal into the box."""
        self._box.send(signal)

    def take(self) -> Sequence[Signal]:
        """Take out what has come, and what is due."""
        if self._progress is not None:
            found = due(self._progress, self._cadence, self._clock.now())
            if found is not None and found.source != self._put:
                self._put = found.source
                heard = Heard(found.source, found.at)
                self._box.send(Signal(Noted(found.text, by="hotfix", heard=heard)))
        return self._box.take()
