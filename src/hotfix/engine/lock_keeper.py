"""Keeps the hotfix lock alive in the background, and notices when somebody else holds it.

Never blocks and never fails a run: a renewal that does not get through only lets colleagues see
that there was no sign of life. A lock that is lost stops the walk through a signal.
"""

import threading

from hotfix.domain.event_data import LockLost
from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.progress import Progress
from hotfix.ports.lock import HotfixLock, LockHolder, lost
from hotfix.ports.signals import Signal, Signals

_RENEW_SECONDS = 5.0
# From here on the lock is given back: whoever holds it then has not taken it from us.
_RELEASING = "release_the_lock"


class LockKeeper:
    """Renews the lock of one run, in a thread of its own.

    Args:
        lock: the lock.
        signals: where a lost lock is reported.
        renew_seconds: between two signs of life.
    """

    def __init__(
        self, lock: HotfixLock, signals: Signals, renew_seconds: float = _RENEW_SECONDS
    ) -> None:
        self._lock = lock
        self._signals = signals
        self._seconds = renew_seconds
        self._held: tuple[str, int] | None = None
        self._stand = ("", "")
        self._is_news = False
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def show(self, progress: Progress) -> None:
        """Let colleagues see where the run stands; returns at once."""
        is_given_back = (
            progress.state.is_over or progress.step == _RELEASING or progress.is_done(_RELEASING)
        )
        held = progress.facts
        has_token = LOCK_TOKEN in held and not is_given_back
        stand = (progress.phase, progress.step or self._stand[1])
        with self._changed:
            self._held = (progress.run, held[LOCK_TOKEN]) if has_token else None
            self._is_news = self._is_news or stand[0] != self._stand[0]
            self._stand = stand
            self._changed.notify_all()
        if has_token and self._thread is None and not self._is_closed:
            self._thread = threading.Thread(target=self._keep, name="lock keeper", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop renewing; returns at once. The lock stays the run's."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _keep(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed or self._is_news, self._seconds)
                if self._is_closed:
                    return
                held, stand, self._is_news = self._held, self._stand, False
            if held is None:
                continue
            try:
                holder = self._lock.renew_lock(*held, *stand)
            except Exception:  # noqa: BLE001, S112 - a lease that makes no sense must not end it
                # Shown to nobody: before each write that matters the lock is looked at anyway.
                continue
            if holder is None or not holder.is_held_by(*held):
                self._report(held, holder)

    def _report(self, held: tuple[str, int], holder: LockHolder | None) -> None:
        with self._changed:
            if self._held != held or self._is_closed:
                return
            self._is_closed = True
        by_this_run = holder is not None and holder.run == held[0]
        self._signals.send(Signal(LockLost(lost(held[0], holder), by_this_run)))
