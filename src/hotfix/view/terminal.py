"""The screen: a line for each event, and at a terminal a clock under them that keeps running."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.control import Control
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from hotfix.domain import budget
from hotfix.domain.event import Event
from hotfix.domain.event_data import StepWaiting
from hotfix.domain.problem import InputEndedError, Problem
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress
from hotfix.domain.question import Question
from hotfix.view.clock_line import clock_line
from hotfix.view.durations import clock
from hotfix.view.foreign_text import clean, one_line
from hotfix.view.keyboard import throw_away
from hotfix.view.problem_lines import problem_lines
from hotfix.view.sentences import sentence
from hotfix.view.summary import summary_lines

_THEME = Theme(
    {
        "title": "bold",
        "phase": "bold cyan",
        "waiting": "dim",
        "done": "green",
        "failed": "bold red",
        "warning": "yellow",
        "question": "bold magenta",
        "decision": "magenta",
        "note": "blue",
        "clock": "dim",
    }
)
_REFRESH_PER_SECOND = 4
_LONGEST_LINE = 10_000
_UNDER_THE_TEXT = (0, 0, 0, 9)


class Terminal:
    """Shows a run to a person.

    Args:
        now: tells the present moment (UTC, aware) for the running clock.
        console: where to; by default standard output, with colours where it can show them.
    """

    def __init__(self, now: Callable[[], datetime], console: Console | None = None) -> None:
        self._now = now
        self.console = console or _standard_output()
        self.console.push_theme(_THEME)
        self._progress = Progress()
        self._asked: Question | None = None

    def show(self, event: Event, progress: Progress) -> None:
        """Show one event; ``progress`` is the state after it."""
        is_asked_anew = self._is_asked_anew(progress.pending)
        if is_asked_anew and self.console.is_terminal:
            throw_away()
        self._progress = progress
        said = sentence(event, progress)
        if said is None:
            return
        row = Table.grid(padding=(0, 1, 0, 0))
        row.add_column(justify="right", min_width=6, no_wrap=True)
        if not said.is_heading:
            row.add_column(min_width=1, no_wrap=True)
        row.add_column(overflow="fold")
        cells = [Text(clock(_since_start(progress, event)), style="clock")]
        if not said.is_heading:
            cells.append(Text(said.mark, style=said.style))
        row.add_row(*cells, Text(said.text, style=said.style))
        self.console.print(row)
        # Lines that say more about the line above them.
        for line in event.said.shown if isinstance(event.said, StepWaiting) else ():
            text = Text(clean(line), style="waiting")
            self.console.print(Padding(text, _UNDER_THE_TEXT, expand=False))
        asked = progress.pending if isinstance(event.said, StepWaiting) else None
        if asked is not None and is_asked_anew and self._is_plain:
            # No footer holds it there; one that stops the run is the event's own sentence.
            self.console.print(Text(f"? {_beside(asked)}", style="question"))

    def _is_asked_anew(self, asked: Question | None) -> bool:
        before, self._asked = self._asked, asked
        return asked is not None and (before is None or before.text != asked.text)

    @property
    def _is_plain(self) -> bool:
        """Whether a person looks at it, and it can show nothing but line after line."""
        return self.console.is_terminal and self.console.is_dumb_terminal

    @contextmanager
    def running_clock(self) -> Iterator[None]:
        """Keep a line with the clock and what is waited for under the events, at a terminal."""
        if not self.console.is_terminal or self._is_plain:
            yield
            return
        with Live(
            get_renderable=self._footer,
            console=self.console,
            refresh_per_second=_REFRESH_PER_SECOND,
            transient=True,
        ):
            yield

    def _footer(self) -> Text:
        progress, now = self._progress, self._now()
        stand = budget.pace(progress, now)
        parts = [f"{clock(stand.elapsed)} gone"]
        phase = progress.phase_named(progress.phase)
        if phase is not None and phase.target_seconds:
            spent = clock(phase.elapsed_seconds(now))
            parts.append(f"{phase.name} {spent} of {clock(phase.target_seconds)}")
        line = clock_line(stand)
        if line:
            parts.append(line)
        text = " · ".join(parts)
        if progress.pending is not None:
            text += f"\n{_beside(progress.pending)}"
        late = stand.left is not None and stand.left < 0
        return Text(text, style="failed" if late else "clock")

    def question(self, question: Question) -> None:
        """Show what is asked, and what there is to decide on."""
        for shown in question.shown:
            self.console.print(Padding(Text(clean(shown)), _UNDER_THE_TEXT, expand=False))
        for number, option in enumerate(question.options, start=1):
            by = f"{one_line(option.word)}:" if option.is_typed else f"{number}."
            label = Text(f"{by} {one_line(option.label)}", style="decision")
            self.console.print(Padding(label, _UNDER_THE_TEXT, expand=False))

    def enter_was_pressed(self) -> None:
        """Take back the line feed with which the terminal echoed Enter under the running clock."""
        self.console.control(Control.move(0, -1))

    def choose(self, text: str, options: Sequence[tuple[str, str]]) -> str:
        """Ask for one of ``(key, label)`` by number and return its key; raises as ``line`` does."""
        throw_away()
        self.console.print(Text(one_line(text), style="question"))
        for number, (_, label) in enumerate(options, start=1):
            self.console.print(Text(f"  {number}. {one_line(label)}", style="decision"))
        while True:
            line = self.line(f"[1-{len(options)}] ")
            if line.isdecimal() and 1 <= int(line) <= len(options):
                return options[int(line) - 1][0]
            throw_away()

    def line(self, prompt: str) -> str:
        """Read one line, stripped; raises InputEndedError where the input ends in its place."""
        try:
            return self.console.input(Text(prompt)).strip()
        except EOFError as error:
            self.console.print()
            raise InputEndedError from error

    def problem(self, problem: Problem) -> None:
        """Show what happened, why, and what to type next."""
        what, *why, next_line = problem_lines(problem)
        self.console.print(Text(what, style="failed"))
        for line in why:
            self.console.print(Text(line))
        self.console.print(Text(next_line, style="title"))

    def lines(self, lines: Sequence[str], style: str = "") -> None:
        """Show plain lines, cleaned."""
        for line in lines:
            self.console.print(Text(clean(line), style=style))

    def summary(self, progress: Progress, now: datetime) -> None:
        """Show the whole run: phases with target and spent time, and what was achieved."""
        self.console.print()
        self.console.print(_phase_table(progress, now))
        self.lines(summary_lines(progress))


def _beside(question: Question) -> str:
    """Return a question beside which the run goes on, and how to answer it."""
    first = question.default
    enter = (
        f"Then press Enter here: {first.label}. Ctrl-C is safe: hotfix resume goes on."
        if first
        else ""
    )
    how = enter or f"Type {question.options[0].word}."
    return one_line(f"{question.text} {how}")


def _standard_output() -> Console:
    """Return standard output; in a file or a pipe a line stays a line, for those who search it."""
    width = None if sys.stdout.isatty() else _LONGEST_LINE
    return Console(highlight=False, markup=False, width=width)


def _phase_table(progress: Progress, now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="title")
    table.add_column("phase")
    table.add_column("target", justify="right")
    table.add_column("spent", justify="right")
    table.add_column("")
    for phase in progress.phases:
        spent = phase.elapsed_seconds(now)
        if phase.state is PhaseState.TO_COME and not spent:
            continue
        table.add_row(*_cells(phase, spent))
    total = progress.total_seconds
    elapsed = progress.elapsed_seconds(now)
    over = total is not None and elapsed > total
    table.add_row(
        Text("total", style="title"),
        clock(total) if total else "-",
        clock(elapsed),
        Text("over", style="failed") if over else Text(""),
    )
    return table


def _cells(phase: PhaseProgress, spent: float) -> tuple[Text | str, ...]:
    target = phase.target_seconds
    over = target is not None and spent > target
    return (
        Text(phase.name, style="phase"),
        clock(target) if target else "-",
        clock(spent),
        Text("over", style="warning") if over else Text(""),
    )


def _since_start(progress: Progress, event: Event) -> float:
    if progress.started_at is None:
        return 0.0
    return max(0.0, (event.at - progress.started_at).total_seconds())
