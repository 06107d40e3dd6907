"""Tells PagerDuty what it should have heard, in the background: each thing once.

Before the first of a kind goes out, PagerDuty is asked whether an earlier process has sent it: its
answer, or its record of it, may be lost. Where it cannot be asked, what an earlier process has
tried is perhaps sent: that is said, and it is not sent again, for an alert that somebody has
resolved since would call them once more. Nothing here can hold up or fail a hotfix.
"""

from collections.abc import Mapping
from contextlib import suppress

from hotfix.domain.event_data import Told, Untold
from hotfix.domain.page_texts import PAGER, PERHAPS
from hotfix.domain.paging import SENT_BY_ROUTING_KEY, Call, Kind, Page, calls
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.standing import Standing
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.notifier import UnconfirmedError
from hotfix.ports.pager import PagerEvents, Sent, UnansweredError
from hotfix.ports.signals import Signal, Signals

_RETRY_SECONDS = 5.0
_NOT_RECORDED = "hotfix ended before the answer was on record, and PagerDuty cannot be asked."
_NOT_ANSWERED = "no answer came, and PagerDuty cannot be asked whether it is there."
# So often, within half a minute or so, an alert goes out again whose answer was lost: nobody has
# resolved it so soon. Later, it may be a new one to PagerDuty, and calls them once more.
_MOST_UNANSWERED = 5


class Paging:
    """Reconciles PagerDuty with the newest progress, in a thread of its own.

    Args:
        events: where to.
        signals: where it reports what arrived and what did not.
        page: when those on call are paged.
        sent: what this machine has sent of the run.
    """

    def __init__(self, events: PagerEvents, signals: Signals, page: Page, sent: Sent) -> None:
        self._events = events
        self._sent = sent
        self._signals = signals
        self._page = page
        self._run = ""
        # What needs no further try: it is there, or it is refused for good.
        self._settled: set[str] = set()
        self._untold: set[str] = set()
        # What an earlier process has sent, or perhaps sent.
        self._tried: set[str] = set()
        # How many tries there were since this process had no answer, by the key.
        self._unanswered: dict[str, int] = {}
        self._telling: Reconciler[Mapping[str, Call]] = Reconciler("paging", self._tell)

    def show(self, progress: Progress) -> None:
        """Let PagerDuty hear what there is to hear by now; returns at once."""
        wanted = calls(progress, self._page)
        if not self._run:
            self._take_up(progress, wanted)
        self._run = progress.run
        if wanted.keys() - self._settled:
            self._telling.want(wanted)

    def _take_up(self, progress: Progress, wanted: Mapping[str, Call]) -> None:
        """Take from the records what an earlier process has met with."""
        untold = {key: text for key, text in progress.untold.items() if key.startswith(PAGER)}
        if any(not text.startswith(PERHAPS) for text in untold.values()):
            self._telling.take_as_down(progress)
        self._tried = {
            key
            for key in wanted
            # After a takeover the record of what was tried is on the other machine.
            if progress.is_taken_over or self._sent.standing(key) is not Standing.NEW
        }
        self._untold |= {key for key, text in untold.items() if text.startswith(PERHAPS)}

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is told, at most ``timeout_seconds``; tells whether it is."""
        return self._telling.close(timeout_seconds)

    def _tell(self, wanted: Mapping[str, Call]) -> Attempt:
        retry_in: float | None = None
        has_told = is_asked_to_wait = False
        for key, call in wanted.items():
            is_possible = call.kind not in SENT_BY_ROUTING_KEY or self._events.can_page()
            if key in self._settled or not is_possible:
                continue
            try:
                self._tell_one(key, call)
            except UnconfirmedError as error:
                self._settled.add(key)
                self._report(key, call, f"perhaps sent: {error}", PERHAPS)
            except TemporaryTroubleError as trouble:
                self._report(key, call, trouble.saying)
                is_asked_to_wait |= trouble.is_refusal
                retry_in = max(retry_in or 0.0, trouble.retry_in)
            except ProblemError as error:
                self._settled.add(key)
                self._report(key, call, error.problem.what)
            except Exception as error:  # noqa: BLE001 - telling never blocks fixing, and nothing is hidden
                self._report(key, call, f"unforeseen: {type(error).__name__}: {error}")
                retry_in = _RETRY_SECONDS
            else:
                has_told = True
                self._telling.got_through()
                self._settled.add(key)
                self._signals.send(Signal(Told(key, call.text)))
        is_down = retry_in is not None and not (has_told or is_asked_to_wait)
        return Attempt(retry_in, is_down=is_down, is_asked_to_wait=is_asked_to_wait)

    def _tell_one(self, key: str, call: Call) -> None:
        """Tell it where it is not there; raises as ``PagerEvents``, and UnconfirmedError."""
        is_told = self._events.is_told(self._run, key, call)
        if is_told:
            return
        if is_told is None and key in self._tried:
            if self._sent.standing(key) is Standing.SENT:
                return
            raise UnconfirmedError(_NOT_RECORDED)
        tries = self._unanswered.get(key, 0)
        if is_told is None and tries >= _MOST_UNANSWERED:
            raise UnconfirmedError(_NOT_ANSWERED)
        self._note(key, Standing.PERHAPS)
        try:
            self._events.tell(self._run, key, call)
        except UnansweredError as trouble:
            # By its key, an alert stays one as long as nobody resolves it.
            if is_told is None and call.kind is Kind.CHANGE:
                raise UnconfirmedError(trouble.saying) from trouble
            self._unanswered[key] = tries + 1
            raise
        except (TemporaryTroubleError, ProblemError):
            if tries:
                # What became of the one before is as little known as it was.
                self._unanswered[key] = tries + 1
            else:
                self._note(key, Standing.NEW)
            raise
        self._note(key, Standing.SENT)

    def _note(self, key: str, standing: Standing) -> None:
        # A disk that is full keeps nobody from being called.
        with suppress(OSError):
            self._sent.note(key, standing)

    def _report(self, key: str, call: Call, why: str, mark: str = "") -> None:
        if key not in self._untold or (mark and key not in self._tried):
            self._untold.add(key)
            self._signals.send(Signal(Untold(key, f"{mark}{call.text}", why)))
