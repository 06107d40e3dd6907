"""Mirrors the record of a run for the team, in the background: other machines see it and go on.

Level-triggered, as the teller is: what should be there is the journal, and it is written again and
again until it is there. Nothing here can hold up or fail a hotfix.
"""

import threading
from collections.abc import Callable

from hotfix.domain.problem import MissingRightError, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.status import status
from hotfix.ports.shared_records import SharedRecords, SharedRun

_CALM_SECONDS = 0.5
_RETRY_SECONDS = 5.0


class Mirror:
    """Writes the record of one run, in a thread of its own.

    Args:
        records: where to.
        read: returns the lines of the journal as they are on disk.
    """

    def __init__(self, records: SharedRecords, read: Callable[[], bytes]) -> None:
        self._records = records
        self._read = read
        self._wanted: Progress | None = None
        self._is_settled = True
        self._is_closing = False
        self._is_over = False
        self._trouble = ""
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def trouble(self) -> str:
        """Return why the record is behind; empty where it is not."""
        with self._changed:
            return self._trouble

    def show(self, progress: Progress) -> None:
        """Let the record follow; returns at once. What has not got past the lock is not shared."""
        is_ours = progress.has_passed("claim_the_lock") or "lock_token" in progress.facts
        if not is_ours or progress.state is RunState.TAKEN_OVER:
            return
        with self._changed:
            if self._is_over:
                return
            self._wanted, self._is_settled = progress, False
            self._changed.notify_all()
        if self._thread is None:
            self._thread = threading.Thread(target=self._reconcile, name="mirror", daemon=True)
            self._thread.start()

    def close(self, timeout_seconds: float) -> bool:
        """Wait until the record is up to date, at most ``timeout_seconds``; tells whether it is."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_settled or self._is_over, timeout_seconds)
            return self._is_settled and not self._trouble

    def _reconcile(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._is_settled)
                wanted = self._wanted
            if wanted is None:
                continue
            trouble, is_over = self._write(wanted)
            with self._changed:
                self._trouble, self._is_over = trouble, is_over
                self._is_settled = not trouble and wanted is self._wanted
                self._changed.notify_all()
                if is_over:
                    return
                # Many events come in a burst: one write for all of them will do.
                pause = _RETRY_SECONDS if trouble else _CALM_SECONDS
                if self._is_closing and trouble:
                    self._changed.wait(1.0)
                else:
                    self._changed.wait_for(lambda: self._is_closing, pause)

    def _write(self, progress: Progress) -> tuple[str, bool]:
        """Write the record; returns what went wrong, and whether it is useless to go on."""
        facts = progress.facts
        token = facts.number("lock_token") if "lock_token" in facts else 0
        shared = SharedRun(
            progress.run, progress.operator, token, progress.last_at, status(progress)
        )
        try:
            is_ours = self._records.write(shared, self._read())
        except TemporaryTroubleError as trouble:
            return trouble.saying, False
        except ProblemError as error:
            # An expired login may be renewed meanwhile; a missing right is not.
            return error.problem.what, isinstance(error, MissingRightError)
        except Exception as error:  # noqa: BLE001 - mirroring never blocks fixing, and nothing is hidden
            return f"unforeseen: {type(error).__name__}: {error}", False
        # Another machine walks the run: what it writes is the record now.
        return "", not is_ours
