"""A screen of a drill counts what is typed wrong there, over all commands of the drill."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from hotfix.domain.event import Event
from hotfix.domain.leaving import IN_A_DRILL, Leave
from hotfix.domain.progress import Progress
from hotfix.domain.question import Question
from hotfix.runs.asker import REFUSED
from hotfix.runs.screen import OwnScreen

_EXPLAIN = "?"


class WrongTurns:
    """How often something was typed that meant nothing: a byte each in a file of the world.

    So those count, too, that are typed at commands which are processes of their own.

    Args:
        file: one that is there; without it, nothing is counted.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self) -> None:
        """Count one more."""
        with suppress(OSError):
            handle = os.open(self._file, os.O_WRONLY | os.O_APPEND)
            try:
                os.write(handle, b".")
            finally:
                os.close(handle)

    @property
    def number(self) -> int:
        """Return how many there were."""
        try:
            return self._file.stat().st_size
        except OSError:
            return 0


class CountedScreen:
    """Hands everything on to the screen inside, and counts what is typed wrong."""

    def __init__(self, inner: OwnScreen, wrong_turns: WrongTurns) -> None:
        self._inner = inner
        self._asked: Question | None = None
        self.wrong_turns = wrong_turns

    def show(self, event: Event, progress: Progress) -> None:
        """Show one event."""
        self._inner.show(event, progress)

    def running_clock(self) -> AbstractContextManager[None]:
        """Keep a clock on the screen, where there is one."""
        return self._inner.running_clock()

    def lines(self, lines: Sequence[str], style: str = "") -> None:
        """Show plain lines; a warning that refuses what was typed is a wrong turn."""
        if style == "warning" and any(line.startswith(REFUSED) for line in lines):
            self.wrong_turns.add()
        self._inner.lines(lines, style)

    def question(self, question: Question) -> None:
        """Show what is asked."""
        self._asked = question
        self._inner.question(question)

    def choose(self, text: str, options: Sequence[tuple[str, str]]) -> str:
        """Ask a person for one of ``(key, label)`` and return its key."""
        return self._inner.choose(text, options)

    def edited(self, text: str) -> str:
        """Return what a person saves of a text in their editor."""
        return self._inner.edited(text)

    def line(self, prompt: str, stands: Callable[[], bool] = lambda: True) -> str:
        """Read one line, and count one that does not answer what was asked."""
        line = self._inner.line(prompt, stands)
        if self._asked is not None and line != _EXPLAIN:
            if self._asked.meant(line) is None:
                self.wrong_turns.add()
            else:
                self._asked = None
        return line

    def aside(self, text: str) -> None:
        """Say what no event says."""
        self._inner.aside(text)

    def end(self, progress: Progress) -> None:
        """Show how the walk ended."""
        self._inner.end(progress)


class ScreenInADrill(CountedScreen):
    """The screen of a command that is given in the world of a drill."""

    leave: Leave = IN_A_DRILL

    def __init__(self, inner: OwnScreen, wrong_turns: WrongTurns) -> None:
        super().__init__(inner, wrong_turns)
        inner.leave = self.leave
