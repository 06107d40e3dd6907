"""Tells PagerDuty what it should have heard, in the background: each thing once.

Before the first of a kind goes out, PagerDuty is asked whether an earlier process has sent it: its
answer, or its record of it, may be lost. Nothing here can hold up or fail a hotfix.
"""

from collections.abc import Mapping

from hotfix.domain.event_data import Told, Untold
from hotfix.domain.page_texts import PAGER
from hotfix.domain.paging import SENT_BY_ROUTING_KEY, Call, Page, calls
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.pager import PagerEvents
from hotfix.ports.signals import Signal, Signals

_RETRY_SECONDS = 5.0


class Paging:
    """Reconciles PagerDuty with the newest progress, in a thread of its own.

    Args:
        events: where to.
        signals: where it reports what arrived and what did not.
        page: when those on call are paged.
    """

    def __init__(self, events: PagerEvents, signals: Signals, page: Page) -> None:
        self._events = events
        self._signals = signals
        self._page = page
        self._run = ""
        # What needs no further try: it is there, or it is refused for good.
        self._settled: set[str] = set()
        self._untold: set[str] = set()
        self._telling: Reconciler[Mapping[str, Call]] = Reconciler("paging", self._tell)

    def show(self, progress: Progress) -> None:
        """Let PagerDuty hear what there is to hear by now; returns at once."""
        if not self._run and any(key.startswith(PAGER) for key in progress.untold):
            self._telling.take_as_down(progress)
        self._run = progress.run
        wanted = calls(progress, self._page)
        if wanted.keys() - self._settled:
            self._telling.want(wanted)

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
                if not self._events.is_told(self._run, key, call):
                    self._events.tell(self._run, key, call)
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

    def _report(self, key: str, call: Call, why: str) -> None:
        if key not in self._untold:
            self._untold.add(key)
            self._signals.send(Signal(Untold(key, call.text, why)))
