"""Mirrors the record of a run for the team, in the background: other machines see it and go on.

Level-triggered, as the teller is: what should be there is the journal, and it is written again and
again until it is there. Nothing here can hold up or fail a hotfix.
"""

from collections.abc import Callable

from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.problem import MissingRightError, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.redacted_values import redacted_values
from hotfix.domain.shared_lines import shared_lines
from hotfix.domain.status import status
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.shared_records import SharedRecords, SharedRun

_CALM_SECONDS = 0.5
_RETRY_SECONDS = 5.0


class Mirror:
    """Writes the record of one run, in a thread of its own.

    Args:
        records: where to.
        read: returns the lines of the journal as they are on disk.
        redactor: returns what takes the secrets that are known by now out of a text, and the same
            one as long as they are the same; a text stays as it is where none is given.
    """

    def __init__(
        self,
        records: SharedRecords,
        read: Callable[[], bytes],
        redactor: Callable[[], Callable[[str], str]] = lambda: str,
    ) -> None:
        self._records = records
        self._read = read
        self._redactor = redactor
        self._trouble = ""
        self._is_fenced = False
        # Many events come in a burst: one write for all of them will do.
        self._writing = Reconciler("mirror", self._write, _CALM_SECONDS)

    @property
    def trouble(self) -> str:
        """Return why the record is behind; empty where it is not."""
        return self._trouble

    @property
    def is_fenced(self) -> bool:
        """Tell whether the record is under a higher token than the run's: it is left alone then."""
        return self._is_fenced

    def show(self, progress: Progress) -> None:
        """Let the record follow; returns at once. What has not got past the lock is not shared."""
        is_ours = progress.has_passed("claim_the_lock") or LOCK_TOKEN in progress.facts
        if not is_ours or progress.state is RunState.TAKEN_OVER:
            return
        self._writing.want(progress)

    def close(self, timeout_seconds: float) -> bool:
        """Wait until the record is up to date, at most ``timeout_seconds``; tells whether it is."""
        return self._writing.close(timeout_seconds)

    def _write(self, progress: Progress) -> Attempt:
        try:
            redact = self._redactor()
            token = progress.facts.get(LOCK_TOKEN, 0)
            operator = redact(progress.operator)
            said = redacted_values(status(progress), redact)
            seen = said if isinstance(said, dict) else {}
            shared = SharedRun(progress.run, operator, token, progress.last_at, seen)
            is_ours = self._records.write(shared, shared_lines(self._read(), redact))
        except TemporaryTroubleError as trouble:
            return self._behind(trouble.saying)
        except ProblemError as error:
            # An expired login may be renewed meanwhile; a missing right is not.
            return self._behind(error.problem.what, for_good=isinstance(error, MissingRightError))
        except Exception as error:  # noqa: BLE001 - mirroring never blocks fixing, and nothing is hidden
            return self._behind(f"unforeseen: {type(error).__name__}: {error}")
        self._trouble = ""
        # Another machine walks the run, and its record is the record now; or somebody edited it.
        self._is_fenced = not is_ours
        return Attempt(is_last=not is_ours)

    def left_out(self, run: str) -> int:
        """Return how many lines of the journal did not fit into what was written last."""
        return self._records.left_out(run)

    def _behind(self, why: str, *, for_good: bool = False) -> Attempt:
        self._trouble = why
        return Attempt(_RETRY_SECONDS, is_last=for_good)
