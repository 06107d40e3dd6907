"""A terminal in memory: what a person sees of a process, and what they type."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

import pyte

_PATIENCE_SECONDS = 20.0
# pyte does not know it: an operating system command is shown as text otherwise.
_COMMAND = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class Emulated:
    """A process at a terminal of so many columns and lines."""

    def __init__(
        self,
        words: Sequence[str],
        environ: Mapping[str, str],
        columns: int = 80,
        lines: int = 24,
        folder: str = ".",
    ) -> None:
        self.screen = pyte.HistoryScreen(columns, lines, history=5000, ratio=0.5)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = ""
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            # Not before the window has its size.
            os.read(0, 1)
            os.execvpe(words[0], list(words), dict(environ))  # noqa: S606 - as a shell starts it
        self.resize(columns, lines)
        self.type("\n")

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size, as the person drags it."""
        self.screen.resize(lines, columns)
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self._end, text.encode())

    def look(self, seconds: float) -> int:
        """Take in for ``seconds`` what the process writes; returns how many bytes came."""
        until, count = time.monotonic() + seconds, 0
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._end], [], [], left)[0]:
                break
            try:
                raw = os.read(self._end, 65536)
            except OSError:
                break
            if not raw:
                break
            count += len(raw)
            # A character may come in two pieces.
            text = self._decoder.decode(raw)
            self.raw += text
            self._stream.feed(_COMMAND.sub("", text))
        return count

    def until(self, words: str) -> None:
        """Look until the screen, with what has scrolled off it, shows ``words``."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while words not in self.whole():
            assert time.monotonic() < until, f"no {words!r} in:\n{self.whole()}"
            self.look(0.1)

    def rows(self) -> list[str]:
        """Return what stands on the screen, without the blank rows at its end."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip("\n").split("\n")

    def whole(self) -> str:
        """Return what has scrolled off, and what stands on the screen."""
        gone = [
            "".join(line[at].data for at in range(self.screen.columns)).rstrip()
            for line in self.screen.history.top
        ]
        return "\n".join([*gone, *self.rows()])

    def ended(self) -> int:
        """Wait for the end of the process; returns its exit code."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            self.look(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(self.whole())

    def lets_the_terminal_edit(self) -> bool:
        """Tell whether the terminal collects and shows lines by itself, as in the beginning."""
        wanted = termios.ICANON | termios.ECHO | termios.ISIG
        return bool(termios.tcgetattr(self._end)[3] & wanted == wanted)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._end)
