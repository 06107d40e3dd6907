"""Whether a service takes requests and never answers: whoever knows that does not wait for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hotfix.domain.problem import TemporaryTroubleError

# A request that has no answer after so long is one to a silent service.
_SILENT_SECONDS = 1.0
# So long after one that came to nothing no further one is sent: then it may be well again.
_REST_SECONDS = 4.0
# What a look at a request that is under way may add.
_LOOK_SECONDS = 0.15


class Silence:
    """What the requests of this process to one service met with; ``service`` is its name."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._begun: dict[int, float] = {}
        self._rests_until = 0.0
        self._changed = threading.Condition()

    def refuse(self) -> None:
        """Raise TemporaryTroubleError where the service is known to be silent: nothing was sent.

        What is under way is looked at for a moment, until it is known whether it is answered.
        """
        with self._changed:
            now = time.monotonic()
            if self._begun:
                young = _SILENT_SECONDS - (now - min(self._begun.values()))
                self._changed.wait_for(lambda: not self._begun, max(young, _LOOK_SECONDS))
                if self._begun:
                    raise self._trouble()
            if self.is_known:
                raise self._trouble()

    @property
    def is_known(self) -> bool:
        """Tell whether the last request came to nothing, and was made a moment ago."""
        return time.monotonic() < self._rests_until

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take note of a request that is made meanwhile; one that raises got no answer."""
        mark = threading.get_ident()
        with self._changed:
            self._begun[mark] = time.monotonic()
        until = 0.0
        try:
            yield
        except BaseException:
            took = time.monotonic() - self._begun[mark]
            until = time.monotonic() + _REST_SECONDS if took >= _SILENT_SECONDS else 0.0
            raise
        finally:
            with self._changed:
                del self._begun[mark]
                self._rests_until = until
                self._changed.notify_all()

    def _trouble(self) -> TemporaryTroubleError:
        saying = f"{self._service} has not answered what it was asked a moment ago."
        return TemporaryTroubleError(saying, _REST_SECONDS)
