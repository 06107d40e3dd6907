"""The keyboard: what is typed counts for the question that it was typed for, and for no other.

Left to itself, the terminal collects a line and shows what is typed wherever its cursor is. While
rows are kept under the record, the line is collected here instead, so that it can be drawn again
with them; the keys are the terminal's own, and Ctrl-C, Ctrl-Z and Ctrl-S stay with it.
"""

import codecs
import os
import queue
import select
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

# A paste arrives in pieces; by then the next of them would have come, also over a slow line.
_QUIET_SECONDS = 0.1
_LONGEST_SECONDS = 2.0
_CHUNK = 4096
_LOCAL, _KEYS = 3, 6
_ESCAPE = "\x1b"


class LineEditor:
    """Collects lines from single keys, as a terminal does.

    Args:
        keys: the signs of the terminal's control keys, by their number in ``termios``.
        encoding: of what is typed.
        changed: is called after every change of ``text``.
    """

    def __init__(
        self, keys: dict[int, str], encoding: str, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.text = ""
        #: whoever holds it reads the keyboard
        self.reading = threading.Lock()
        self._keys = keys
        self._changed = changed
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._escape = ""

    def hear(self, seconds: float) -> None:
        """Read what is typed within ``seconds``; returns after the first of it."""
        if not select.select([sys.stdin], [], [], seconds)[0]:
            return
        with self.reading:
            # It may have been thrown away meanwhile.
            if select.select([sys.stdin], [], [], 0)[0]:
                self.feed(_read())

    def feed(self, raw: bytes) -> None:
        """Take note of what was typed; nothing is the end of the input."""
        for sign in self._decoder.decode(raw):
            self._take(sign)
        if not raw:
            self._lines.put(None)
        self._changed()

    def feed_some(self, raw: bytes) -> None:
        """Take note of what was typed, be it nothing, which is no end here."""
        if raw:
            self.feed(raw)

    def line(self, seconds: float) -> str | None:
        """Return the next line that is finished within ``seconds``, stripped, or None.

        Raises:
            EOFError: the input ended.
        """
        try:
            found = self._lines.get(timeout=seconds) if seconds > 0 else self._lines.get_nowait()
        except queue.Empty:
            return None
        if found is None:
            raise EOFError
        return found

    def forget(self) -> str:
        """Forget what was typed; returns it, in one line, ``Enter`` for nothing but that."""
        lines: list[str | None] = []
        with suppress(queue.Empty):
            while True:
                lines.append(self._lines.get_nowait())
        lines.append(self.text.strip())
        self.text, self._escape = "", ""
        self._decoder.reset()
        self._changed()
        return ", ".join(filter(None, lines)) or ("Enter" if "" in lines[:-1] else "")

    def _take(self, sign: str) -> None:
        if self._escape or sign == _ESCAPE:
            self._skip(sign)
        elif sign in "\r\n":
            self._lines.put(self.text.strip())
            self.text = ""
        elif sign == self._keys.get(termios.VEOF):
            if not self.text:
                self._lines.put(None)
        elif sign in {self._keys.get(termios.VERASE), "\b", "\x7f"}:
            self.text = self.text[:-1]
        elif sign == self._keys.get(termios.VKILL):
            self.text = ""
        elif sign == self._keys.get(termios.VWERASE):
            self.text = self.text.rstrip().rpartition(" ")[0]
            self.text += " " if self.text else ""
        elif sign.isprintable():
            self.text += sign

    def _skip(self, sign: str) -> None:
        """Leave out the rest of what an arrow, say, or a function key sends."""
        self._escape += sign
        opens = self._escape in {_ESCAPE, f"{_ESCAPE}[", f"{_ESCAPE}O"}
        is_long = self._escape.startswith(f"{_ESCAPE}[")
        if not opens and (not is_long or "@" <= sign <= "~"):
            self._escape = ""


_editor: LineEditor | None = None
_as_it_was: list[Any] = []


@contextmanager
def collected_here(changed: Callable[[], None]) -> Iterator[LineEditor]:
    """Collect lines here while the block runs, and let the terminal show nothing of them.

    ``changed`` is called after every key.
    """
    global _editor  # noqa: PLW0603 - there is one keyboard
    _as_it_was[:] = termios.tcgetattr(sys.stdin)
    keys = {at: key.decode("latin-1") for at, key in enumerate(_as_it_was[_KEYS]) if _is_key(key)}
    _editor = LineEditor(keys, sys.stdin.encoding or "utf-8", changed)
    take_the_keys()
    try:
        yield _editor
    finally:
        _editor = None
        give_the_keys_back()


def take_the_keys() -> None:
    """Have every key handed over at once, and not shown."""
    now = termios.tcgetattr(sys.stdin)
    now[_LOCAL] &= ~(termios.ICANON | termios.ECHO)
    now[_KEYS][termios.VMIN], now[_KEYS][termios.VTIME] = 1, 0
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, now)


def give_the_keys_back() -> None:
    """Leave the line to the terminal again; what was not read stays for whoever reads next."""
    with suppress(termios.error):
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, _as_it_was)


def is_ours() -> bool:
    """Tell whether the keyboard is this process's, and not the shell's behind which it runs."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return False


def throw_away() -> str:
    """Throw away what was typed until now, and what of a paste is still on its way.

    Returns what that was, in one line, so that it can be said; empty for nothing.
    """
    if not sys.stdin.isatty():
        return ""
    if _editor is not None:
        with _editor.reading:
            _editor.feed_some(_taken_out())
        return _editor.forget()
    with suppress(termios.error), _line_by_line_no_more():
        passing = LineEditor({}, sys.stdin.encoding or "utf-8")
        passing.feed_some(_taken_out())
        return passing.forget()
    return ""  # a terminal that is gone; whoever reads next finds that out


@contextmanager
def _line_by_line_no_more() -> Iterator[None]:
    """Have a line that is not finished handed over, too, while the block runs."""
    before = termios.tcgetattr(sys.stdin)
    now = termios.tcgetattr(sys.stdin)
    now[_LOCAL] &= ~termios.ICANON
    now[_KEYS][termios.VMIN], now[_KEYS][termios.VTIME] = 1, 0
    termios.tcsetattr(sys.stdin, termios.TCSANOW, now)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSANOW, before)


def _taken_out() -> bytes:
    """Take out all there is to read until nothing more comes; returns the beginning of it."""
    until, found = time.monotonic() + _LONGEST_SECONDS, b""
    while time.monotonic() < until and select.select([sys.stdin], [], [], _QUIET_SECONDS)[0]:
        raw = _read()
        if not raw:
            break
        found = found if len(found) > _CHUNK else found + raw
    with suppress(termios.error):
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    return found


def typed_line(seconds: float) -> str | None:
    """Return the next line that is typed within ``seconds``, stripped, or None.

    Raises:
        EOFError: the input ended: Ctrl-D, or the terminal is gone.
    """
    if _editor is not None:
        return _editor.line(seconds)
    readable, _, _ = select.select([sys.stdin], [], [], seconds)
    if not readable:
        return None
    try:
        line = sys.stdin.readline()
    except OSError as error:
        raise EOFError from error
    if not line:
        raise EOFError
    return line.strip()


def _read() -> bytes:
    """Return what was typed; nothing where the terminal is gone."""
    try:
        return os.read(sys.stdin.fileno(), _CHUNK)
    except OSError:
        return b""


def _is_key(key: Any) -> bool:
    return isinstance(key, bytes) and key not in {b"\x00", b"\xff"}
