"""Sends notices to an address that cannot be asked what it has got, in the background.

Each is sent once. One that was tried and not confirmed is perhaps there: that is said, and it is
never sent again. An address that is down holds up nothing; it is said at once, and what else it
missed is said at the end of the walk.
"""

from collections.abc import Callable, Mapping

from hotfix.domain.event_data import Told, Untold
from hotfix.domain.page_texts import NOTIFY, PERHAPS
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.standing import Standing
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.notifier import Notice, Notifier, UnconfirmedError
from hotfix.ports.signals import Signal, Signals

_RETRY_SECONDS = 5.0
_NOT_RECORDED = "hotfix ended before the answer was on record."


class NoticeSender:
    """Tells one address what is to be told, in a thread of its own.

    Args:
        notifier: the address.
        signals: where it reports what was told and what was not.
        notices: progress to what is to be told by now, by key, pure.
    """

    def __init__(
        self,
        notifier: Notifier,
        signals: Signals,
        notices: Callable[[Progress], Mapping[str, Notice]],
    ) -> None:
        self._notifier = notifier
        self._signals = signals
        self._notices = notices
        # What is to be told; what needs no further try; what was not told, and what of it was said.
        self._wanted: Mapping[str, Notice] = {}
        self._settled: set[str] = set()
        self._untold: dict[str, tuple[str, str]] = {}
        self._reported: set[tuple[str, str]] = set()
        self._is_down = False
        self._is_first = True
        self._sending = Reconciler(f"notices {notifier.name}", self._send, prepare=notifier.prepare)

    def show(self, progress: Progress) -> None:
        """Let the address hear what there is to hear by now; returns at once."""
        wanted = self._notices(progress)
        if self._is_first:
            self._is_first = False
            self._take_up(progress, wanted)
        before, self._wanted = self._wanted.keys() - self._settled, wanted
        # A question that is answered meanwhile is asked nobody any more.
        if wanted.keys() - self._settled != before:
            self._sending.want(wanted)

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is told, at most ``timeout_seconds``, and not for one that is down.

        Returns whether it is. What is not told is said.
        """
        is_told = self._sending.close(0.0 if self._is_down else timeout_seconds)
        for key, notice in self._wanted.items():
            if key not in self._settled and key not in self._untold:
                is_begun = self._notifier.standing(key) is not Standing.NEW
                self._untold[key] = _untold(notice, "it has not answered yet.", is_begun=is_begun)
        for key in self._untold.keys() & self._wanted.keys():
            self._report(key)
        self._notifier.close()
        return is_told

    def _take_up(self, progress: Progress, wanted: Mapping[str, Notice]) -> None:
        """Take from the record what an earlier process has sent, or has perhaps sent."""
        for key, notice in wanted.items():
            full, standing = self._full(key), self._notifier.standing(key)
            if full in progress.told:
                self._settled.add(key)
            elif standing is Standing.SENT:
                self._settled.add(key)
                self._signals.send(Signal(Told(full, notice.title)))
            elif standing is Standing.PERHAPS or progress.is_taken_over:
                # After a takeover the record of what was tried is on the other machine.
                self._settled.add(key)
                if not progress.untold.get(full, "").startswith(PERHAPS):
                    self._untold[key] = _untold(notice, _NOT_RECORDED, is_begun=True)
                    self._report(key)

    def _send(self, wanted: Mapping[str, Notice]) -> Attempt:
        retry_in: float | None = None
        for key, notice in wanted.items():
            if key not in self._settled and (pause := self._send_one(key, notice)):
                retry_in = pause
        return Attempt(retry_in, is_down=retry_in is not None and self._is_down)

    def _send_one(self, key: str, notice: Notice) -> float | None:
        """Send one; return the seconds to another try, None for none."""
        pause: float | None = None
        try:
            self._notifier.send(key, notice)
        except UnconfirmedError as error:
            self._settled.add(key)
            self._failed(key, _untold(notice, str(error), is_begun=True))
        except TemporaryTroubleError as trouble:
            pause = max(trouble.retry_in, _RETRY_SECONDS)
            self._failed(key, _untold(notice, trouble.saying))
        except ProblemError as error:
            self._settled.add(key)
            self._failed(key, _untold(notice, error.problem.what))
        except Exception as error:  # noqa: BLE001 - telling never blocks fixing, and nothing is hidden
            # It stands nowhere how far it came.
            self._settled.add(key)
            self._failed(key, _untold(notice, f"unforeseen: {type(error).__name__}", is_begun=True))
        else:
            self._is_down = False
            self._untold.pop(key, None)
            self._settled.add(key)
            self._signals.send(Signal(Told(self._full(key), notice.title)))
        return pause

    def _failed(self, key: str, untold: tuple[str, str]) -> None:
        was_down, self._is_down = self._is_down, True
        self._untold[key] = untold
        if not was_down:
            self._report(key)

    def _report(self, key: str) -> None:
        text, why = self._untold[key]
        if (key, text) not in self._reported:
            self._reported.add((key, text))
            self._signals.send(Signal(Untold(self._full(key), text, why)))

    def _full(self, key: str) -> str:
        return f"{NOTIFY}{self._notifier.name}:{key}"


def _untold(notice: Notice, why: str, *, is_begun: bool = False) -> tuple[str, str]:
    text = f"{notice.title}\n{notice.text}".strip()
    return (f"{PERHAPS}{text}", f"perhaps sent: {why}") if is_begun else (text, why)
