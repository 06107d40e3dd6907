"""Answers to reads that were sent while the command was still starting."""

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from typing import Any

from hotfix.domain.frozen import frozen

# Long enough to start a command on a busy machine, too short for anybody to have looked away.
_FRESH_SECONDS = 2.0


@frozen
class Answer:
    """An HTTP status that was expected, and the decoded body."""

    status: int
    body: dict[str, Any]


class ReadAhead:
    """Holds the answers for two seconds, or until something is written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._coming: dict[str, Future[Any]] = {}

    def begin(self, paths: Collection[str], ask: Callable[[str], Any]) -> None:
        """Ask for each of ``paths`` in a thread of its own; returns at once."""
        coming: dict[str, Future[Any]] = {path: Future() for path in paths}
        with self._lock:
            self._coming, self._until = coming, time.monotonic() + _FRESH_SECONDS
        for path, future in coming.items():
            # A daemon, so that a cluster that does not answer cannot hold up the end of a command.
            threading.Thread(target=_keep, args=(ask, path, future), daemon=True).start()

    def answer(self, path: str) -> Any:
        """Return the answer, waiting for one that is on its way; None where there is none.

        What went wrong on the way is nobody's trouble: whoever asks in earnest meets it again.
        """
        with self._lock:
            future = self._coming.get(path) if time.monotonic() < self._until else None
        return None if future is None or future.exception() is not None else future.result()

    def forget(self) -> None:
        """Hand out nothing more: what was read may not be so any longer."""
        with self._lock:
            self._coming = {}


def _keep(ask: Callable[[str], Any], path: str, future: "Future[Any]") -> None:
    try:
        future.set_result(ask(path))
    except Exception as error:  # noqa: BLE001 - as `answer` says
        future.set_exception(error)
