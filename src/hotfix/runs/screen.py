"""What a command's work shows, and where it reads an answer; ``cli`` hands in which one it is."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from hotfix.domain.event import Event
from hotfix.domain.leaving import Leave
from hotfix.domain.progress import Progress
from hotfix.domain.question import Question


class Screen(Protocol):
    """A person's terminal, or lines for a program, which is shown events alone."""

    @property
    def leave(self) -> Leave:
        """Tell what becomes of the run where whoever is at it leaves."""
        ...

    def show(self, event: Event, progress: Progress) -> None:
        """Show one event; ``progress`` is the state after it."""
        ...

    def running_clock(self) -> AbstractContextManager[None]:
        """Keep the clock, and what is waited for, on the screen, where there is one."""
        ...

    def lines(self, lines: Sequence[str], style: str = "") -> None:
        """Show a person plain lines."""
        ...

    def question(self, question: Question) -> None:
        """Show what is asked, and what there is to decide on."""
        ...

    def choose(self, text: str, options: Sequence[tuple[str, str]]) -> str:
        """Ask a person for one of ``(key, label)`` and return its key."""
        ...

    def line(self, prompt: str, stands: Callable[[], bool] = ...) -> str:
        """Read one line from a person, stripped, as long as ``stands`` says that it is asked for.

        Raises:
            InputEndedError: the input ended in its place.
            AskedNoMoreError: it is not asked for any more.
        """
        ...

    def edited(self, text: str) -> str:
        """Return what a person saves of a text in their editor.

        Raises:
            NotEditedError: nothing came of it.
        """
        ...

    def aside(self, text: str) -> None:
        """Say what no event says and everybody must know, a program's owner too."""
        ...

    def end(self, progress: Progress) -> None:
        """Show how the walk ended, and what to type next."""
        ...


class OwnScreen(Screen, Protocol):
    """A screen that is told what becomes of the run; else it is any run."""

    leave: Leave
