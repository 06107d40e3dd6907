"""Makes something outside like what is wanted, in the background, again and again until it is.

Level-triggered: only the newest wanted state counts, and a crash, an outage or a lost answer costs
another attempt. Nothing here can hold up or fail a hotfix.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from hotfix.domain.frozen import frozen
from hotfix.domain.progress import Progress

WantedT = TypeVar("WantedT")

# One more try in the time that is left at the end, without hammering the service.
_CLOSING_RETRY_SECONDS = 1.0
# What has failed once may be a blip: it is tried once more, so soon.
_BLIP_SECONDS = 0.1
# What is known to be down has so long at the end for its last try.
_LAST_TRY_SECONDS = 0.15
# So often in a row nothing got through: from then on that is known.
_DOWN_AFTER = 2
# Who takes a connection and has said nothing for so long counts as one that nothing got through to.
_SILENT_SECONDS = 1.0
# One that something got through to before may be slow; after so long it is as silent as the others.
_LONG_SILENT_SECONDS = 2.0


@frozen
class Attempt:
    """How an attempt went."""

    retry_in: float | None = None  #: seconds until another one; None where all is as it was wanted
    is_last: bool = False  #: whether it is useless to make another one, even for something newer
    is_down: bool = False  #: whether nothing got through; at the end, such a service is given up
    is_asked_to_wait: bool = False  #: whether ``retry_in`` is the service's own word


class Reconciler(Generic[WantedT]):
    """A thread that makes one attempt at a time, from the first wanted state on.

    Args:
        name: of the thread.
        attempt: makes the outside like the wanted state; raises nothing.
        calm_seconds: from one success to the next attempt, so that one will do for a burst.
        prepare: what an attempt needs of this machine, as a program that is started; called before
            each. How long it takes says nothing of the outside. Raises nothing.
    """

    def __init__(
        self,
        name: str,
        attempt: Callable[[WantedT], Attempt],
        calm_seconds: float = 0.0,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = name
        self._attempt = attempt
        self._calm_seconds = calm_seconds
        self._prepare = prepare
        # What is wanted and not there yet, at most one: a newer one takes the place of an older.
        self._wanted: list[WantedT] = []
        self._is_closing = False
        self._is_over = False
        self._closing_seconds = 0.0  # what there is for all that is left, once it is closing
        self._failures = 0  # in a row, in which nothing got through
        self._has_got_through = False
        # As how many failures the attempt that is under way counts, for so long it is silent.
        self._silences = 0
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

    def take_as_down(self, progress: Progress) -> None:
        """Take it from the record of an earlier process that nothing gets through.

        Not of a run that is over by then: whoever takes that up again wants it told.
        """
        if not progress.state.is_over:
            self._failures = _DOWN_AFTER

    def got_through(self) -> None:
        """Take note, in the middle of an attempt, that something does: the rest is waited for."""
        with self._changed:
            self._failures, self._has_got_through, self._silences = 0, True, 0
            self._changed.notify_all()

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is as wanted, at most ``timeout_seconds``; tells whether it is.

        What is known to be down is tried once more, and not waited for: nothing has ever got
        through, be it that it is silent, or nothing did several times in a row. What is not as
        wanted then is given up: whoever comes next would be overwritten by what is old.
        """
        with self._changed:
            self._is_closing = True
            self._closing_seconds = timeout_seconds
            self._changed.notify_all()
            if self._is_known_to_be_down:
                last_try = min(timeout_seconds, _LAST_TRY_SECONDS)
                self._changed.wait_for(
                    lambda: self._is_settled or not self._is_known_to_be_down, last_try
                )
            # Who is slow is waited for, and who is found to be silent meanwhile is not.
            self._changed.wait_for(
                lambda: self._is_settled or (self._silences > 0 and self._is_known_to_be_down),
                timeout_seconds,
            )
            if self._wanted:
                self._is_over = True
                self._changed.notify_all()
            return not self._wanted

    @property
    def _is_settled(self) -> bool:
        return not self._wanted or self._is_over

    @property
    def _is_known_to_be_down(self) -> bool:
        failures = self._failures + self._silences
        return failures >= (_DOWN_AFTER if self._has_got_through else 1)

    def _reconcile(self) -> None:
        while not self._is_over:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted)
                wanted = self._wanted
            made = self._attempted(wanted[0])
            with self._changed:
                if made.retry_in is None and wanted is self._wanted:
                    self._wanted = []
                self._failures = self._failures + 1 if made.is_down else 0
                self._has_got_through |= not made.is_down
                is_given_up = self._is_closing and self._is_hopeless(made)
                if made.is_last or (is_given_up and wanted is self._wanted):
                    self._is_over = True
                self._changed.notify_all()
                if not is_given_up:
                    self._pause(made)

    def _attempted(self, wanted: WantedT) -> Attempt:
        """Make an attempt; while it is under way, take note of a silence that has become long."""
        self._prepare()
        is_over = threading.Event()

        def note_silence() -> None:
            with self._changed:
                if not is_over.is_set():
                    self._silences += 1
                    self._changed.notify_all()

        listening = [
            threading.Timer(seconds, note_silence)
            for seconds in (_SILENT_SECONDS, _LONG_SILENT_SECONDS)
        ]
        for each in listening:
            each.daemon = True
            each.start()
        made = self._attempt(wanted)
        with self._changed:
            is_over.set()
            self._silences = 0
        for each in listening:
            each.cancel()
        return made

    def _is_hopeless(self, made: Attempt) -> bool:
        """Tell whether another attempt would come too late, or meet with the same."""
        is_late = made.is_asked_to_wait and (made.retry_in or 0.0) > self._closing_seconds
        return is_late or (made.is_down and self._is_known_to_be_down)

    def _pause(self, made: Attempt) -> None:
        if self._is_over:
            return
        if made.retry_in is None:
            self._changed.wait_for(lambda: self._is_closing, self._calm_seconds)
        elif not self._is_closing:
            self._changed.wait_for(lambda: self._is_closing, made.retry_in)
        elif made.is_asked_to_wait:
            self._changed.wait(made.retry_in)
        else:
            most = _BLIP_SECONDS if made.is_down else _CLOSING_RETRY_SECONDS
            self._changed.wait(min(made.retry_in, most))
