"""Keeps the status page up to date during the run, in the background.

Level-triggered, as the teller is: what the page should say is a pure function of the progress. A
page that is down holds up nothing and hides nothing.
"""

from collections.abc import Callable

from hotfix.domain.event_data import Told, Untold
from hotfix.domain.page_texts import PAGE
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.page_update import PageUpdate, ResolvedByOthersError, say
from hotfix.ports.signals import Signal, Signals
from hotfix.ports.status_page import PageIncident, StatusPage

_RETRY_SECONDS = 5.0


class PageTeller:
    """Makes the run's incident say what the newest progress says, in a thread of its own.

    Args:
        page: the status page.
        signals: where it reports what was told and what could not be.
        update: progress to what the page should say, pure; None for nothing.
    """

    def __init__(
        self,
        page: StatusPage,
        signals: Signals,
        update: Callable[[Progress], PageUpdate | None],
    ) -> None:
        self._page = page
        self._signals = signals
        self._update = update
        self._newest: PageUpdate | None = None
        self._reported: tuple[type[Told | Untold], str] | None = None
        # To these no answer came: they may be there all the same.
        self._unanswered: list[PageUpdate] = []
        self._telling = Reconciler("page teller", self._tell)

    def show(self, progress: Progress) -> None:
        """Let the page become what ``progress`` says; returns at once."""
        update = self._update(progress)
        if update is None or update == self._newest:
            return
        if self._newest is None and PAGE in progress.untold:
            self._telling.take_as_down(progress)
        self._newest = update
        self._telling.want((progress.run, update))

    def close(self, timeout_seconds: float) -> bool:
        """Wait until it is said, at most ``timeout_seconds``; tells whether it is."""
        return self._telling.close(timeout_seconds)

    def _tell(self, wanted: tuple[str, PageUpdate]) -> Attempt:
        run, update = wanted
        try:
            found = say(self._page, run, lambda: self._newest or update)
        except ResolvedByOthersError as error:
            return self._untold(update, error.problem.what, None)
        except TemporaryTroubleError as trouble:
            self._unanswered.append(update)
            self._report(Untold(PAGE, _text(update), trouble.saying))
            asked = trouble.is_refusal
            return Attempt(trouble.retry_in, is_down=not asked, is_asked_to_wait=asked)
        except ProblemError as error:
            return self._untold(update, error.problem.what, _RETRY_SECONDS)
        except Exception as error:  # noqa: BLE001 - telling never blocks fixing, and nothing is hidden
            saying = f"unforeseen: {type(error).__name__}: {error}"
            return self._untold(update, saying, _RETRY_SECONDS)
        self._tell_what_is_there(found, update)
        self._report(_told(update, found))
        return Attempt()

    def _untold(self, update: PageUpdate, why: str, retry_in: float | None) -> Attempt:
        self._report(Untold(PAGE, _text(update), why))
        return Attempt(retry_in, is_down=retry_in is not None)

    def _tell_what_is_there(self, found: PageIncident, newest: PageUpdate) -> None:
        """Report what is there although its answer was lost, where something newer followed."""
        for each in dict.fromkeys(self._unanswered):
            if each != newest and found.has_said(each.status, each.body):
                self._report(_told(each, found))
        self._unanswered = []

    def _report(self, said: Told | Untold) -> None:
        reported = (type(said), said.text)
        if reported != self._reported:
            self._reported = reported
            self._signals.send(Signal(said))


def _told(update: PageUpdate, found: PageIncident) -> Told:
    return Told(PAGE, f"{_text(update)}\n{found.url}".rstrip(), url=found.url)


def _text(update: PageUpdate) -> str:
    return f"Status page: {update.status}: {update.body}"
