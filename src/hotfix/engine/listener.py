"""Brings what people say in the channel onto the timeline, in the background."""

import threading

from hotfix.domain.clocks import by_ours
from hotfix.domain.event_data import Noted
from hotfix.domain.heard import PARENT, REMINDER, SLACK, Heard
from hotfix.domain.json_record import utc_text
from hotfix.domain.page_texts import TEAM, whom_of
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.ports.clock import Clock
from hotfix.ports.remarks import Remark, Remarks
from hotfix.ports.signals import Signal, Signals

# The whole thread is read each time: a mark may be set on what was said long ago.
_LOOK_SECONDS, _LOOK_AGAIN_SECONDS = 10.0, 60.0
# So much trouble in a row is worth a word.
_SAID_AFTER = 3


class Listener:
    """Reads the thread of a run, and notes what is marked there, each once.

    Args:
        remarks: the thread.
        signals: where it notes it.
        clock: whose time it is on the record.
    """

    def __init__(self, remarks: Remarks, signals: Signals, clock: Clock) -> None:
        self._remarks = remarks
        self._signals = signals
        self._clock = clock
        self._progress = Progress()
        self._noted: set[str] = set()
        self._troubles = 0
        self._has_read = False
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def show(self, progress: Progress) -> None:
        """Take note of where the run stands; returns at once. A run that ends is read once more."""
        with self._changed:
            self._progress = progress
            if progress.state.is_over:
                self._changed.notify_all()
        # Before the first message is there, there is no thread.
        if self._thread is None and PARENT in progress.told:
            self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)
            self._thread.start()

    def close(self, timeout_seconds: float) -> bool:
        """Read no more; where the run is over, once more first, waited for at most so long.

        Returns:
            Whether nothing is read any more.
        """
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        if self._thread is None:
            return True
        is_awaited = self._progress.state.is_over and not self._is_down
        self._thread.join(timeout_seconds if is_awaited else 0)
        return not self._thread.is_alive()

    def _listen(self) -> None:
        while True:
            is_last = self._progress.state.is_over
            pause = self._look()
            if is_last or pause is None:
                return
            with self._changed:
                self._changed.wait_for(
                    lambda: self._is_closed or self._progress.state.is_over, pause
                )
                if self._is_closed and not self._progress.state.is_over:
                    return

    def _look(self) -> float | None:
        """Note what is new; return the seconds to the next look, None where it is useless."""
        try:
            found = self._remarks.remarks(self._progress.run)
            for remark in found:
                self._hear(remark)
        except TemporaryTroubleError as trouble:
            self._troubles += 1
            if self._troubles == _SAID_AFTER:
                self._say(trouble.saying)
            return max(_LOOK_SECONDS, trouble.retry_in)
        except ProblemError as error:
            self._say(f"{error.problem.what} {error.problem.next_command}")
            return _LOOK_AGAIN_SECONDS
        except Exception as error:  # noqa: BLE001 - hearing never blocks fixing, and nothing is hidden
            self._say(f"unforeseen: {type(error).__name__}: {error}")
            return None
        self._troubles, self._has_read = 0, True
        return _LOOK_SECONDS

    @property
    def _is_down(self) -> bool:
        """Whether it is known that nothing can be read: by the last look, or by the record."""
        untold = any(whom_of(key) == TEAM for key in self._progress.untold)
        return self._troubles > 0 or (untold and not self._has_read)

    def _say(self, why: str) -> None:
        heard = Heard(f"{REMINDER}the thread is not read", self._clock.now())
        self._note(f"What is marked in the channel's thread is not noted here: {why}", "", heard)

    def _hear(self, remark: Remark) -> None:
        """Note what was said; what was noted stays, and what its writer made of it is added."""
        source, edited = f"{SLACK}{remark.id}", remark.edited_at
        # On one record, all times are of one clock.
        now, there = self._clock.now(), remark.read_at
        at = by_ours(remark.at, there, now)
        known = self._known()
        if edited is None:
            self._note(remark.text, remark.by, Heard(source, at))
        elif source not in known and not any(each.startswith(f"{source}/") for each in known):
            self._note(remark.text, remark.by, Heard(f"{source}/{utc_text(edited)}", at))
        else:
            heard = Heard(f"{source}/{utc_text(edited)}", by_ours(edited, there, now))
            self._note(f"Corrected: {remark.text}", remark.by, heard)

    def _known(self) -> set[str]:
        found = {note.heard.source for note in self._progress.notes if note.heard is not None}
        return found | self._noted

    def _note(self, text: str, by: str, heard: Heard) -> None:
        if heard.source in self._known():
            return
        self._noted.add(heard.source)
        self._signals.send(Signal(Noted(text, by=by or "hotfix", heard=heard)))
