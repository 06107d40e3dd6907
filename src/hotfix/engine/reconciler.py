"""Makes something outside like what is wanted, in the background, again and again until it is.

Level-triggered: only the newest wanted state counts, and a crash, an outage or a lost answer costs
another attempt. Nothing here can hold up or fail a hotfix.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from hotfix.domain.frozen import frozen

WantedT = TypeVar("WantedT")

# One more try in the time that is left at the end, without hammering the service.
_CLOSING_RETRY_SECONDS = 1.0
# After pauses of so long in all in which nothing got through, nothing is waited for at the end.
_DOWN_SECONDS = 1.0


@frozen
class Attempt:
    """How an attempt went."""

    retry_in: float | None = None  #: seconds until another one; None where all is as it was wanted
    is_last: bool = False  #: whether it is useless to make another one, even for something newer
    is_down: bool = False  #: whether nothing got through; at the end, such a service is given up


class Reconciler(Generic[WantedT]):
    """A thread that makes one attempt at a time, from the first wanted state on.

    Args:
        name: of the thread.
        attempt: makes the outside like the wanted state; raises nothing.
        calm_seconds: from one success to the next attempt, so that one will do for a burst.
    """

    def __init__(
        self, name: str, attempt: Callable[[WantedT], Attempt], calm_seconds: float = 0.0
    ) -> None:
        self._name = name
        self._attempt = attempt
        self._calm_seconds = calm_seconds
        # What is wanted and not there yet, at most one: a newer one takes the place of an older.
        self._wanted: list[WantedT] = []
        self._is_closing = False
        self._is_over = False
        self._paused_seconds = 0.0  # in all, since something got through
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def want(self, wanted: WantedT) -> None:
        """Let the outside become so; returns at once."""
        with self._changed:
            if self._is_over:
                return
            self._wanted = [wanted]
            self._changed.notify_all()
        if self._thread is None:
            self._thread = threading.Thread(target=self._reconcile, name=self._name, daemon=True)
            self._thread.start()

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is as wanted, at most ``timeout_seconds``; tells whether it is.

        What nothing gets through to is tried once more, and not waited for. What is not as wanted
        then is given up: whoever comes next would be overwritten by what is old.
        """
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._wanted or self._is_over, timeout_seconds)
            if self._wanted:
                self._is_over = True
                self._changed.notify_all()
            return not self._wanted

    def _reconcile(self) -> None:
        while not self._is_over:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted)
                wanted = self._wanted
            made = self._attempt(wanted[0])
            with self._changed:
                if made.retry_in is None and wanted is self._wanted:
                    self._wanted = []
                if not made.is_down:
                    self._paused_seconds = 0.0
                is_down = made.is_down and self._paused_seconds >= _DOWN_SECONDS
                is_given_up = is_down and self._is_closing
                is_newest = wanted is self._wanted
                if made.is_last or (is_given_up and is_newest):
                    self._is_over = True
                self._changed.notify_all()
                if not is_given_up:
                    self._pause(made.retry_in)

    def _pause(self, retry_in: float | None) -> None:
        if self._is_over:
            return
        if retry_in is None:
            self._changed.wait_for(lambda: self._is_closing, self._calm_seconds)
        elif self._is_closing:
            seconds = min(retry_in, _CLOSING_RETRY_SECONDS)
            self._changed.wait(seconds)
            self._paused_seconds += seconds
        elif not self._changed.wait_for(lambda: self._is_closing, retry_in):
            self._paused_seconds += retry_in
