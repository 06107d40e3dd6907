"""Telling people, in the background: makes the channel look like the run, again and again.

Level-triggered: what should be there is a pure function of the progress, what is there is read
from the channel, and the difference is sent. A crash, an outage or a lost answer costs nothing,
and nothing here can hold up or fail a hotfix. Nor does one message hold up another: one that is
refused for good is left, and one that meets trouble again and again is passed by.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from html import unescape

from hotfix.domain.event_data import Told, Untold
from hotfix.domain.heard import PARENT
from hotfix.domain.page_texts import TEAM, whom_of
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.messenger import (
    Announcement,
    Message,
    MessageRefusedError,
    Messenger,
    Posted,
)
from hotfix.ports.signals import Signal, Signals

_RETRY_SECONDS = 5.0
# After so much trouble in a row with one message, the next is tried: that tells whose fault it is.
_PASSED_BY_AFTER = 3
_LONGEST_RETRY_SECONDS = 15.0
_NO_ANSWER = "it has not answered yet."


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
        # What was refused for good, by key and text.
        self._refused: dict[tuple[str, str], MessageRefusedError] = {}
        # How often in a row there was trouble, by key.
        self._troubled: Counter[str] = Counter()
        self._telling = Reconciler("teller", self._tell)

    def show(self, progress: Progress) -> None:
        """Let the channel become what ``progress`` says; returns at once."""
        wanted = self._announce(progress)
        if wanted == self._wanted:
            return
        if self._wanted is None and any(whom_of(key) == TEAM for key in progress.untold):
            self._telling.take_as_down(progress)
        self._run, self._wanted = progress.run, wanted
        self._telling.want(wanted)

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is told, at most ``timeout_seconds``; tells whether it is.

        What is not is said, also where the channel has not answered at all.
        """
        is_told = self._telling.close(timeout_seconds)
        if not is_told and self._wanted is not None:
            wanted = {PARENT: self._wanted.parent, **self._wanted.replies}
            left = {key: each for key, each in wanted.items() if not self._is_there(key, each)}
            self._report_untold(left, _NO_ANSWER)
        return is_told

    def _is_there(self, key: str, message: Message) -> bool:
        kind, text = self._reported.get(key, (None, ""))
        # A reply is posted once, whatever would be said of it by now.
        return kind is Told and (key != PARENT or text == message.text)

    def _tell(self, wanted: Announcement) -> Attempt:
        """Send the difference, message by message."""
        left = {PARENT: wanted.parent, **wanted.replies}
        retry_in: float | None = None
        is_troubled = has_told = is_asked_to_wait = False
        for key, message in list(left.items()):
            try:
                self._tell_one(key, message)
            except MessageRefusedError as error:
                self._refused[key, message.text] = error
                self._troubled.pop(key, None)
                # Without a parent there is no thread to reply in.
                untold = left if self._parent is None else {key: message}
                self._report_untold(untold, error.problem.what)
            except ProblemError as error:
                self._report_untold(left, error.problem.what)
                retry_in = _RETRY_SECONDS
                break
            except Exception as error:  # noqa: BLE001 - telling never blocks fixing, and nothing is hidden
                saying, pause = _in_words(error)
                is_asked_to_wait |= _is_asked_to_wait(error)
                self._troubled[key] += 1
                retry_in = max(retry_in or 0.0, pause, self._pause_of(key))
                is_second, is_troubled = is_troubled, True
                if is_second or not self._is_passed_by(key):
                    self._report_untold(left, saying)
                    break
                self._report_untold({key: message}, saying)
            else:
                is_troubled, has_told = False, True
                self._telling.got_through()
                self._troubled.pop(key, None)
            del left[key]
        if is_troubled or self._troubled:
            # The answer may be lost: what is there must be read again before anything is sent.
            self._parent, self._replied = None, None
        is_down = retry_in is not None and not (has_told or is_asked_to_wait)
        return Attempt(retry_in, is_down=is_down, is_asked_to_wait=is_asked_to_wait)

    def _tell_one(self, key: str, message: Message) -> None:
        if key == PARENT:
            self._tell_parent(message)
        elif self._parent is not None:
            self._tell_reply(key, message, self._parent)

    def _tell_parent(self, message: Message) -> None:
        if self._parent is None:
            self._parent = self._messenger.find(self._run)
        if self._parent is None:
            self._refuse_again(PARENT, message)
            self._parent = self._messenger.post(self._run, PARENT, message)
        elif self._parent.text != message.text:
            self._refuse_again(PARENT, message)
            self._messenger.update(self._parent, message)
            self._parent = Posted(self._parent.id, PARENT, message.text)
        self._report_told(PARENT, message)

    def _tell_reply(self, key: str, message: Message, parent: Posted) -> None:
        if self._replied is None:
            there = self._messenger.replies(self._run, parent.id)
            self._replied = {posted.key: posted for posted in there}
        if key not in self._replied:
            self._refuse_again(key, message)
            self._replied[key] = self._messenger.post(self._run, key, message, parent.id)
        self._report_told(key, message)

    def _refuse_again(self, key: str, message: Message) -> None:
        """Spare the channel what it has refused already."""
        error = self._refused.get((key, message.text))
        if error is not None:
            raise error

    def _is_passed_by(self, key: str) -> bool:
        return self._parent is not None and self._troubled[key] >= _PASSED_BY_AFTER

    def _pause_of(self, key: str) -> float:
        """Return the least seconds to another try: more and more for one that is passed by."""
        over = self._troubled[key] - _PASSED_BY_AFTER
        return min(max(over, 0) * _RETRY_SECONDS, _LONGEST_RETRY_SECONDS)

    def _report_told(self, key: str, message: Message) -> None:
        before, self._reported[key] = self._reported.get(key), (Told, message.text)
        # An update of what is known to be there is no news.
        if before is None or before[0] is Untold:
            self._signals.send(Signal(Told(key, message.text)))

    def _report_untold(self, left: Mapping[str, Message], why: str) -> None:
        for key, message in left.items():
            is_said = self._reported.get(key, (None, ""))[1] == message.text
            if not (is_said or self._is_there(key, message)):
                self._reported[key] = (Untold, message.text)
                # It is pasted by hand, into whatever escapes it itself.
                self._signals.send(Signal(Untold(key, unescape(message.text), why)))


def _is_asked_to_wait(error: Exception) -> bool:
    return isinstance(error, TemporaryTroubleError) and error.is_refusal


def _in_words(error: Exception) -> tuple[str, float]:
    """Return what there is to say about a trouble, and the seconds to wait after it."""
    if isinstance(error, TemporaryTroubleError):
        return error.saying, error.retry_in
    return f"unforeseen: {type(error).__name__}: {error}", _RETRY_SECONDS
