"""Telling people, in the background: makes the channel look like the run, again and again.

Level-triggered: what should be there is a pure function of the progress, what is there is read
from the channel, and the difference is sent. A crash, an outage or a lost answer costs nothing,
and nothing here can hold up or fail a hotfix.
"""

from collections.abc import Callable, Mapping

from hotfix.domain.event_data import Told, Untold
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.messenger import Announcement, Message, Messenger, Posted
from hotfix.ports.signals import Signal, Signals

PARENT = "parent"
_RETRY_SECONDS = 5.0


class Teller:
    """Reconciles the channel with the newest progress, in a thread of its own.

    Args:
        messenger: the channel.
        signals: where it reports what was told and what could not be.
        announce: progress to announcement, pure.
    """

    def __init__(
        self,
        messenger: Messenger,
        signals: Signals,
        announce: Callable[[Progress], Announcement],
    ) -> None:
        self._messenger = messenger
        self._signals = signals
        self._announce = announce
        self._wanted: Announcement | None = None
        self._run = ""
        self._parent: Posted | None = None
        self._replied: dict[str, Posted] | None = None
        self._reported: dict[str, tuple[type[Told | Untold], str]] = {}
        self._telling = Reconciler("teller", self._tell)

    def show(self, progress: Progress) -> None:
        """Let the channel become what ``progress`` says; returns at once."""
        wanted = self._announce(progress)
        if wanted == self._wanted:
            return
        self._run, self._wanted = progress.run, wanted
        self._telling.want(wanted)

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is told, at most ``timeout_seconds``; tells whether it is."""
        return self._telling.close(timeout_seconds)

    def _tell(self, wanted: Announcement) -> Attempt:
        """Send the difference."""
        try:
            parent = self._tell_parent(wanted.parent)
            self._tell_replies(parent, wanted.replies)
        except TemporaryTroubleError as trouble:
            # The answer may be lost: what is there must be read again before anything is sent.
            self._parent, self._replied = None, None
            self._report_untold(wanted, trouble.saying)
            return Attempt(trouble.retry_in)
        except ProblemError as error:
            self._report_untold(wanted, error.problem.what)
            return Attempt(_RETRY_SECONDS)
        except Exception as error:  # noqa: BLE001 - telling never blocks fixing, and nothing is hidden
            self._parent, self._replied = None, None
            self._report_untold(wanted, f"unforeseen: {type(error).__name__}: {error}")
            return Attempt(_RETRY_SECONDS)
        return Attempt()

    def _tell_parent(self, message: Message) -> Posted:
        if self._parent is None:
            self._parent = self._messenger.find(self._run)
        if self._parent is None:
            self._parent = self._messenger.post(self._run, PARENT, message)
        elif self._parent.text != message.text:
            self._messenger.update(self._parent, message)
            self._parent = Posted(self._parent.id, PARENT, message.text)
        self._report_told(PARENT, message)
        return self._parent

    def _tell_replies(self, parent: Posted, replies: Mapping[str, Message]) -> None:
        if self._replied is None:
            there = self._messenger.replies(self._run, parent.id)
            self._replied = {posted.key: posted for posted in there}
        for key, message in replies.items():
            if key not in self._replied:
                self._replied[key] = self._messenger.post(self._run, key, message, parent.id)
            self._report_told(key, message)

    def _report_told(self, key: str, message: Message) -> None:
        before, self._reported[key] = self._reported.get(key), (Told, message.text)
        # An update of what is known to be there is no news.
        if before is None or before[0] is Untold:
            self._signals.send(Signal(Told(key, message.text)))

    def _report_untold(self, wanted: Announcement, why: str) -> None:
        for key, message in {PARENT: wanted.parent, **wanted.replies}.items():
            if self._reported.get(key, (None, ""))[1] != message.text:
                self._reported[key] = (Untold, message.text)
                self._signals.send(Signal(Untold(key, message.text, why)))
