"""Where a command shows its work: a person's terminal, or lines of JSON for a program.

Every command imports this file to be listed by ``--help``, so what it speaks of is not imported.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from hotfix.domain.foreign_text import clean, json_line
from hotfix.view.printing import must_be_read, print_lines

if TYPE_CHECKING:
    from hotfix.domain.event import Event
    from hotfix.domain.leaving import Leave
    from hotfix.domain.progress import Progress
    from hotfix.domain.question import Question
    from hotfix.runs.screen import OwnScreen


def say(text: str) -> None:
    """Tell whoever gave the command what its output has no place for."""
    print_lines(clean(text), file=sys.stderr)


def can_ask(*, as_json: bool = False) -> bool:
    """Tell whether a person can be asked: both ends are a terminal, and no program reads."""
    return not as_json and sys.stdin.isatty() and sys.stdout.isatty()


def now() -> datetime:
    """Return the present moment, for a screen that is there before the run is chosen."""
    from hotfix.composition.tools import system_clock

    return system_clock().now()


def screen_for(
    moment: Callable[[], datetime], *, as_json: bool, plain: bool = False, quiet: bool = False
) -> "OwnScreen":
    """Return the screen of a command; a program does not wait for the terminal's import.

    Args:
        moment: tells the present moment (UTC, aware).
        as_json: whether a program reads.
        plain: whether a person is shown line after line, with nothing redrawn.
        quiet: whether they are shown only what needs a person, and the end.
    """
    if as_json:
        return JsonLines()
    from hotfix.domain.leaving import A_RUN
    from hotfix.view.run_screen import RunScreen

    screen = RunScreen(moment, is_plain=plain or is_plain_wanted(), is_quiet=quiet)
    # Commands that are given in the world of a drill are told so.
    counts_in = os.environ.get("HOTFIX_DRILL")
    if not counts_in:
        screen.leave = A_RUN
        return screen
    from pathlib import Path

    from hotfix.cli.counted_screen import ScreenInADrill, WrongTurns

    return ScreenInADrill(screen, WrongTurns(Path(counts_in)))


def is_plain_wanted() -> bool:
    """Tell whether ``HOTFIX_PLAIN`` asks for plain lines, whatever the command says."""
    return os.environ.get("HOTFIX_PLAIN", "") not in {"", "0"}


class JsonLines:
    """Prints one JSON object a line, each an event, and nothing else to standard output."""

    leave: "Leave"

    def show(self, event: "Event", progress: "Progress") -> None:  # noqa: ARG002 - as every screen
        """Print the event; one that asks says how each answer is given."""
        from hotfix.domain.answering import ways
        from hotfix.domain.event_data import DecisionNeeded, StepWaiting

        told, said = dict(event.to_json()), event.said
        if isinstance(said, DecisionNeeded | StepWaiting) and said.question is not None:
            told["answers"] = [way.to_json() for way in ways(said.question, event.run)]
        print(json_line(told), flush=True)

    @contextmanager
    def running_clock(self) -> Iterator[None]:
        """Scripts need no clock; one that reads no more has the walk broken off."""
        must_be_read()
        yield

    def lines(self, lines: Sequence[str], style: str = "") -> None:
        """Leave out what is said to a person."""

    def question(self, question: "Question") -> None:
        """Leave it to its event."""

    def choose(self, text: str, options: Sequence[tuple[str, str]]) -> str:
        """Refuse: a program is asked nothing."""
        raise NotImplementedError

    def line(self, prompt: str, stands: Callable[[], bool] = bool) -> str:
        """Refuse: a program is asked nothing."""
        raise NotImplementedError

    def edited(self, text: str) -> str:
        """Refuse: a program has no editor."""
        raise NotImplementedError

    def aside(self, text: str) -> None:
        """Print it to standard error, where whoever runs the program looks."""
        print_lines(clean(text), file=sys.stderr)

    def end(self, progress: "Progress") -> None:
        """Leave it to the last event and the exit code."""
