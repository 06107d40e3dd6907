"""Rows that stay under what is written to a terminal, drawn with nothing but standard sequences.

Each frame is one write. Rows are drawn where they stand, one by one, and only those that have
changed; what is written in between goes above them. The cursor is left in the last row, where a
person types. No scroll region is set: a process that is killed leaves a terminal as it should be.
"""

import io
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from typing import Any, TextIO

from rich.cells import cell_len
from rich.text import Text

from hotfix.domain.frozen import frozen
from hotfix.view.keyboard import (
    LineEditor,
    collected_here,
    give_the_keys_back,
    is_ours,
    take_the_keys,
)

_TICK_SECONDS = 0.25
# So many lines are kept to fill a screen anew whose size has changed.
_KEPT_LINES = 500
_ERASE_DOWN, _ERASE_LINE, _TOP = "\x1b[J", "\x1b[K", "\x1b[H"


@frozen
class Rows:
    """What the foot shows at a moment."""

    rows: tuple[str, ...]  #: as they are written, no wider than the screen; at least one
    caret: int = 0  #: in which cell of the last row the cursor stands
    is_heard: bool = False  #: whether what is typed is meant for it

    def __len__(self) -> int:
        return len(self.rows)


class Foot(io.TextIOBase):
    """A terminal's stream with rows under what is written to it.

    Args:
        stream: the terminal.
        draw: makes the rows; called from any thread, about four times a second.
        size: tells columns and lines of the terminal.
    """

    def __init__(
        self, stream: TextIO, draw: Callable[[], Rows], size: Callable[[], tuple[int, int]]
    ) -> None:
        self._stream = stream
        self._draw = draw
        self._size = size
        self._lock = threading.RLock()
        self._shown: Rows | None = None  # None where none of them stands on the screen
        self._size_shown = (0, 0)
        self._is_away = False
        self._is_lent, self._held = False, ""
        self._has_stumbled = False
        self._typed: LineEditor | None = None
        self._begun_line = ""
        self._kept: deque[str] = deque(maxlen=_KEPT_LINES)

    @property
    def typed(self) -> str:
        """Return what is typed, and not entered yet."""
        return self._typed.text if self._typed is not None else ""

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the rows, and the keyboard, while the block runs."""
        is_over = threading.Event()
        with collected_here(self.paint) as typed, self._minding_stops():
            self._typed = typed
            self.paint()
            ticks = threading.Thread(
                target=self._tick, args=(typed, is_over), name="foot", daemon=True
            )
            ticks.start()
            try:
                # What goes elsewhere, into a file say, goes there still.
                errors = self if sys.stderr.isatty() else sys.stderr
                with redirect_stdout(self), redirect_stderr(errors):
                    yield
            finally:
                is_over.set()
                ticks.join()
                with self._lock:
                    self._put(self._erased() + self._begun_line)
                    self._shown, self._begun_line = None, ""

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Leave keyboard and screen to a program while the block runs; what is written waits."""
        with self._typed.reading if self._typed is not None else nullcontext():
            with self._lock:
                self._put(self._erased())
                self._shown, self._is_lent = None, True
                give_the_keys_back()
            try:
                yield
            finally:
                with self._lock:
                    self._is_lent, held, self._held = False, self._held, ""
                    self._put(held)
                    take_the_keys()
                    self.paint()

    def paint(self) -> None:
        """Draw what has changed."""
        with self._lock:
            if self._is_away or self._is_lent:
                return
            (rows, size), before = self._measured(), self._shown
            if size != self._size_shown and before is not None:
                self._put(self._anew(rows, size))
            elif before is None or len(before) != len(rows):
                self._put(self._erased() + whole(rows))
            elif rows != before:
                self._put(changes(before, rows))
            self._shown, self._size_shown = rows, size

    def write(self, text: str) -> int:
        """Write above the rows; a line that is not ended yet waits for its end."""
        with self._lock:
            self._begun_line += text
            done, end, self._begun_line = self._begun_line.rpartition("\n")
            if end:
                self._kept += done.split("\n")
                self._write_above(done + end)
        return len(text)

    def send(self, signs: str) -> None:
        """Write signs that move nothing on the screen, such as a bell."""
        with self._lock:
            self._put(signs)

    def flush(self) -> None:
        """Leave it: each frame is flushed."""

    def isatty(self) -> bool:
        """It is one."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Return the encoding of the terminal."""
        return self._stream.encoding

    def _write_above(self, text: str) -> None:
        if self._is_away or self._is_lent:
            self._put(text)
            return
        rows, size = self._measured()
        if self._shown is not None and size != self._size_shown:
            self._put(self._anew(rows, size))
        else:
            self._put(self._erased() + text + whole(rows))
        self._shown, self._size_shown = rows, size

    def _erased(self) -> str:
        return erased(self._shown)

    def _anew(self, rows: Rows, size: tuple[int, int]) -> str:
        """Return the whole screen: where its rows are after a change of its size, nobody knows."""
        width, height = size
        left, lines = height - len(rows), deque[str]()
        for line in reversed(self._kept):
            left -= max(1, -(-Text.from_ansi(line).cell_len // width))
            if left < 0:
                break
            lines.appendleft(line)
        return f"{_TOP}{_ERASE_DOWN}" + "\n".join([*lines, whole(rows)])

    def _put(self, text: str) -> None:
        if self._is_lent:
            self._held += text
        elif text:
            self._stream.write(text)
            self._stream.flush()

    def _tick(self, typed: LineEditor, is_over: threading.Event) -> None:
        while not is_over.is_set():
            if self._shown is not None and self._shown.is_heard:
                typed.hear(_TICK_SECONDS)
            else:
                is_over.wait(_TICK_SECONDS)
            self._mind_the_shell()
            self.paint()

    def _measured(self) -> tuple[Rows, tuple[int, int]]:
        """Return the rows, and the size for which they were drawn: a person may be dragging it."""
        while True:
            size = self._size()
            rows = self._drawn()
            if self._size() == size:
                return rows, size

    def _drawn(self) -> Rows:
        """Return the rows; a fault in making them is said, once, and takes nothing else along."""
        try:
            return self._draw()
        except Exception:  # noqa: BLE001 - as above
            if not self._has_stumbled:
                self._has_stumbled = True
                fault = (*sys.exc_info(), threading.current_thread())
                threading.excepthook(threading.ExceptHookArgs(fault))
            return Rows(("",), is_heard=True)

    def _mind_the_shell(self) -> None:
        """Keep still behind a shell, where neither keys nor rows are ours; begin anew before it."""
        with self._lock:
            if self._is_lent:
                return
            was_away, self._is_away = self._is_away, not is_ours()
            if was_away and not self._is_away:
                take_the_keys()
            if was_away or self._is_away:
                self._shown = None

    @contextmanager
    def _minding_stops(self) -> Iterator[None]:
        """Leave the terminal as it was where Ctrl-Z stops the process, and draw anew after fg."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, _frame: Any) -> None:
            with self._lock:
                if not self._is_lent:
                    self._put(self._erased())
                    self._is_away, self._shown = True, None
                    give_the_keys_back()
            # By the system's own rules: where no shell would wake it, nothing is stopped.
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
            signal.signal(number, stop)

        def go_on(_number: int, _frame: Any) -> None:
            if is_ours() and not self._is_lent:
                take_the_keys()
                self._mind_the_shell()
                self.paint()

        handlers = {signal.SIGTSTP: stop, signal.SIGCONT: go_on}
        before = {each: signal.signal(each, handler) for each, handler in handlers.items()}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def erased(rows: Rows | None, *, is_resized: bool = False) -> str:
    """Return what takes rows away that are shown; where the size has changed, all of the screen."""
    if rows is None:
        return ""
    return _TOP + _ERASE_DOWN if is_resized else f"\r{_up(len(rows) - 1)}{_ERASE_DOWN}"


def whole(rows: Rows) -> str:
    """Return what shows rows from the cursor's row on."""
    return "\n".join(rows.rows) + _to(rows.caret)


def changes(before: Rows, rows: Rows) -> str:
    """Return what turns the rows that are shown into others, as many: no line feed is in it."""
    last, text = len(rows) - 1, ""
    for at, (old, new) in enumerate(zip(before.rows, rows.rows, strict=True)):
        if old != new:
            text += f"\r{_up(last - at)}{new}{_ERASE_LINE}\r{_down(last - at)}"
    return text + _to(rows.caret)


def _up(rows: int) -> str:
    return f"\x1b[{rows}A" if rows else ""


def _down(rows: int) -> str:
    return f"\x1b[{rows}B" if rows else ""


def _to(cell: int) -> str:
    return f"\r\x1b[{cell}C" if cell else "\r"


def typed(prompt: str, text: str, width: int) -> tuple[str, int]:
    """Return the row in which a person types, and the cell of its end: of a long text the end."""
    row = f"{prompt}{text}"
    while row and cell_len(row) > width:
        row = row[1:]
    return row, cell_len(row)
