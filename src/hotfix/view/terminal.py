"""The screen: a line for each event, and at a terminal a few rows under them that stay."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.text import Text
from rich.theme import Theme

from hotfix.domain.event import Event
from hotfix.domain.event_data import DecisionNeeded, RunInterrupted, StepWaiting
from hotfix.domain.leaving import A_RUN, Leave
from hotfix.domain.problem import InputEndedError, Problem
from hotfix.domain.progress import Progress
from hotfix.domain.question import AskedNoMoreError, Question
from hotfix.view import attention
from hotfix.view.console import LONGEST_LINE, standard_output
from hotfix.view.durations import clock
from hotfix.view.editor import in_the_editor
from hotfix.view.fitting import cells, code_rows, is_of_marks, parted
from hotfix.view.foot import Foot, Rows, typed
from hotfix.view.foot_lines import (
    FootLine,
    beside_a_question,
    cut,
    foot_lines,
    how_to_answer,
    within,
)
from hotfix.view.foreign_text import clean, is_code, one_line
from hotfix.view.keyboard import is_ours, throw_away, typed_line
from hotfix.view.phase_table import phase_table
from hotfix.view.problem_lines import problem_lines
from hotfix.view.question_lines import choices, how_to_pick, not_taken, picked
from hotfix.view.said_once import SaidOnce
from hotfix.view.summary import left_lines, summary_lines
from hotfix.view.tail import folded, is_said, named_once

# Words have the terminal's own colour, or red or magenta, which can be read on black and on white;
# what cannot (green) is kept to signs, whose shape says the same.
THEME = Theme(
    {
        "title": "bold",
        "phase": "bold",
        "waiting": "none",
        "done": "none",
        "done.mark": "green",
        "failed": "bold red",
        "expected": "none",
        "expected.mark": "bold red",
        "warning": "bold",
        "warning.mark": "bold red",
        "question": "bold magenta",
        "decision": "magenta",
        "note": "none",
        "note.mark": "magenta",
        "clock": "none",
    },
    inherit=False,
)
_UNDER_THE_TEXT, _ASKED, _AGAIN = (" " * 9, ""), ("? ", "question"), (" " * 7 + "? ", "question")
_LOOK_SECONDS = 1.0
# What is left to the record, however much the foot has to say.
_LEAST_RECORD_ROWS = 3
_HEARKENED = "> "
# Of printable signs alone; what ends a sentence is none of it.
_ADDRESS = re.compile(r"https?://[!-~]+(?<![.,;:)\]])")


class Terminal:
    """Shows a run to a person.

    Args:
        now: tells the present moment (UTC, aware) for the running clock.
        console: where to; by default standard output, with colours where it can show them.
        is_plain: whether to show nothing but line after line, as for a screen reader.
        is_quiet: whether to show only what needs a person, and the end.
    """

    leave: Leave = A_RUN

    def __init__(
        self,
        now: Callable[[], datetime],
        console: Console | None = None,
        *,
        is_plain: bool = False,
        is_quiet: bool = False,
    ) -> None:
        self._now = now
        self.console = console or standard_output(is_plain=is_plain)
        self.console.push_theme(THEME)
        # Signs that are written in others take more room than they were given.
        has_signs = self.console.encoding.startswith("utf")
        self._is_plain = is_plain or self.console.is_dumb_terminal or not has_signs
        self._is_quiet = is_quiet
        self._can_link = not self._is_plain and os.environ.get("TERM") != "linux"
        self._progress = Progress()
        self._asked: Question | None = None
        self._foot: Foot | None = None
        self._prompt = ""
        self._called_to: Question | None = None
        self._once = SaidOnce(is_all_shown=not is_quiet)
        # Writes the question below which its answers are to stand, at once.
        self._held: Callable[[], None] | None = None
        # What others said while the run waited, and behind how many rows it stands.
        self._shown_at: dict[str, int] = {}
        self._written_rows = 0
        # What the newest event said, and the row that it ended in.
        self._newest, self._newest_row = "", 0

    def show(self, event: Event, progress: Progress) -> None:
        """Show one event; ``progress`` is the state after it."""
        is_asked_anew = self._is_asked_anew(progress.pending)
        typed_ahead = throw_away() if is_asked_anew and self.console.is_terminal else ""
        self._progress = progress
        said = self._once.of(event, progress)
        if said is None:
            return
        needs = attention.needs(event, is_asked_anew=is_asked_anew)
        if needs and not isinstance(event.said, DecisionNeeded):
            asked = progress.pending if isinstance(event.said, StepWaiting) else None
            self._call(one_line(asked.text) if asked is not None else said.text)
        if self._is_quiet and not (needs or attention.is_the_end(event)):
            return
        self._leave_the_prompt()
        self._before(event, typed_ahead, is_asked_anew=is_asked_anew)
        heads = [(f"{clock(_since_start(progress, event)):>6} ", "clock")]
        if not said.is_heading:
            heads.append((f"{said.mark} ", self._style_of_mark(said.style)))
        self._held = partial(self._write, said.text, said.style, *heads)
        if not (self._is_of_lines and isinstance(event.said, DecisionNeeded)):
            self._let_go_of_the_question()
        self._newest, self._newest_row = said.text, self._written_rows
        # Lines that say more about the line above them.
        if isinstance(event.said, StepWaiting):
            self._shown(self.not_on_the_screen(event.said.shown))
            self._shown_at |= dict.fromkeys(event.said.shown, self._written_rows)
        asked = progress.pending if isinstance(event.said, StepWaiting) else None
        if self._is_of_lines and is_asked_anew and asked is not None:
            # No foot holds it there; one that stops the run is the event's own sentence.
            words = one_line(f"{asked.text} {how_to_answer(asked, self.leave)}")
            self._write(words, "question", _ASKED)

    def _before(self, event: Event, typed_ahead: str, *, is_asked_anew: bool) -> None:
        """Say before a question what is no part of it, also what a foot would say beside it.

        Right below it its answers stand.
        """
        self._let_go_of_the_question()
        for line in not_taken(typed_ahead):
            self._write(line, "warning", _UNDER_THE_TEXT)
        if self._is_of_lines and is_asked_anew:
            self.lines(beside_a_question(self._progress, self._now(), self.leave))
        if self._is_of_lines and isinstance(event.said, RunInterrupted):
            self.console.print()  # the terminal has written ^C where its cursor was

    def _let_go_of_the_question(self) -> None:
        """Write what was held back; of a question, that there is nothing to read before it."""
        held, self._held = self._held, None
        if held is not None:
            held()

    def not_on_the_screen(self, lines: Sequence[str]) -> list[str]:
        """Return the lines without those that were shown as said by others, and stand there yet."""
        top = self._written_rows - self.console.height
        return [line for line in lines if self._shown_at.get(line, top) <= top]

    def _shown(self, lines: Iterable[str], head: tuple[str, str] = _UNDER_THE_TEXT) -> None:
        """Show what there is to read beside something; of code and logs every blank stays."""
        texts: list[str] = []
        for line in named_once(map(clean, folded(lines)), self.console.width - cells(head[0])):
            if texts and is_of_marks(line) and "\n" not in texts[-1]:
                texts[-1] += f"\n{line}"
            else:
                texts.append(line)
        for text in texts:
            self._write(text, "", head, is_whole=is_code(text) or is_said(text))

    def _write(
        self, text: str, style: str = "", *heads: tuple[str, str], is_whole: bool = False
    ) -> None:
        """Print text so that it fits, further lines of it under the first one's.

        Args:
            text: foreign or ours; may hold several lines.
            style: its style.
            heads: what stands before it, each with its style.
            is_whole: whether it is code, whose blanks stay; a second line points into the first.
        """
        self._let_go_of_the_question()
        head = "".join(words for words, _ in heads)
        for row in self._rows_of(head, clean(text).split("\n"), is_whole=is_whole):
            shown, at = Text(row), 0
            for words, its_style in heads:
                shown.stylize(its_style, at, at + len(words))
                at += len(words)
            shown.stylize(style, at)
            # What is wider still is the terminal's to wrap: it can be copied in one piece.
            self.console.print(self._linked(shown), soft_wrap=True)
            self._written_rows += 1
            heads = ((" " * cells(head), ""),) if row.startswith(" ") else ()

    def _rows_of(self, head: str, lines: Sequence[str], *, is_whole: bool) -> Iterator[str]:
        width = None if self.console.width >= LONGEST_LINE else self.console.width
        blank = " " * cells(head)
        whole = [head + lines[0], *(blank + line for line in lines[1:])]
        if is_whole and list(map(is_of_marks, lines)) == [False, True]:
            yield from code_rows(whole[0], width, cells(head), whole[1])
            return
        for line in whole:
            yield from (code_rows if is_whole else parted)(line, width, cells(head))

    def _linked(self, text: Text) -> Text:
        """Return the text with its addresses as links, where the terminal may know them."""
        for found in _ADDRESS.finditer(text.plain) if self._can_link else ():
            text.stylize(Style(link=found[0]), *found.span())
        return text

    def _call(self, words: str) -> None:
        """Call the person, who may look at another window: by a bell, and by a notice."""
        if not self.console.is_terminal:
            return
        signs = f"\x1b]9;hotfix: {words}\x1b\\\a" if self._can_link else "\a"
        if self._foot is not None:
            self._foot.send(signs)
        else:
            self.console.file.write(signs)
            self.console.file.flush()

    def _leave_the_prompt(self) -> None:
        """Begin a line of its own where a person has begun to type behind a prompt."""
        if self._prompt and self._foot is None:
            self._prompt = ""
            self.console.print()

    def _style_of_mark(self, style: str) -> str:
        return f"{style}.mark" if f"{style}.mark" in THEME.styles else style

    def _is_asked_anew(self, asked: Question | None) -> bool:
        before, self._asked = self._asked, asked
        return asked is not None and (before is None or before.text != asked.text)

    @property
    def _is_of_lines(self) -> bool:
        """Whether a person looks at it, and it is to show nothing but line after line."""
        return self.console.is_terminal and (self._is_plain or self._is_quiet)

    @contextmanager
    def running_clock(self) -> Iterator[None]:
        """Keep the foot under the events, where a person sits at a terminal that can show it."""
        both_ends = sys.stdin.isatty() and sys.stdout.isatty()
        is_at_a_terminal = self.console.is_terminal and both_ends and is_ours()
        if self._is_of_lines or self._foot is not None or not is_at_a_terminal:
            yield
            return
        self._foot = Foot(sys.stdout, self._rows, lambda: self.console.size)
        try:
            with self._foot.kept():
                yield
        finally:
            self._foot = None

    def _rows(self) -> Rows:
        """Return the foot as it is now; no lock of the console's is taken for it."""
        width, height = self.console.size
        lines = foot_lines(self._progress, self._now(), width - 1, self.leave)
        lines = within(lines, height - 1 - _LEAST_RECORD_ROWS)
        text = self._foot.typed if self._foot is not None else ""
        is_heard = bool(self._prompt) or self._progress.pending is not None
        prompt = self._prompt or _HEARKENED
        row, caret = typed(prompt, text, width - 1) if is_heard else ("", 0)
        return Rows((*map(self._painted_line, lines), row), caret, is_heard)

    def _painted_line(self, line: FootLine) -> str:
        return self._painted(line.label, "title") + self._painted(line.text, line.style)

    def _painted(self, text: str, style: str) -> str:
        found = self.console.get_style(style or "none")
        if self.console.no_color:
            found = found.without_color
        system = None if self.console.color_system is None else ColorSystem.STANDARD
        return found.render(text, color_system=system)

    def question(self, question: Question) -> None:
        """Show what is asked, and what there is to decide on; call the person to it, once."""
        (held, self._held), lines = (self._held, None), question.shown
        is_once_more, self._called_to = question is self._called_to, question
        if not is_once_more:
            self._call(one_line(question.text))
            lines = tuple(self.not_on_the_screen(lines))
        room, brief = self.console.width - cells(_UNDER_THE_TEXT[0]), question.brief
        if is_once_more and not self._is_plain:
            self._write(one_line(question.text), "question", _AGAIN)
        self._shown(line for line in lines if line not in brief)
        if brief:
            whole = "" if self._is_plain else ", a row of each (? shows them whole)"
            self._write(f"Later{whole}:", "", _UNDER_THE_TEXT)
        for shown in map(one_line, brief):
            self._write(shown if self._is_plain else cut(shown, room), "", _UNDER_THE_TEXT)
        if held is not None:
            held()
        elif is_once_more and self._is_plain:
            self._write(one_line(question.text), "question", _ASKED)
        for number, label in choices(question):
            self._write(label, "decision", _UNDER_THE_TEXT, (f"{number} ", "decision"))

    def choose(self, text: str, options: Sequence[tuple[str, str]]) -> str:
        """Ask for one of ``(key, label)``, as of ``picked``; raises as ``line`` does."""
        typed_ahead = throw_away()
        self._write(one_line(text), "question")
        self.lines(not_taken(typed_ahead), "warning")
        for number, (_, label) in enumerate(options, start=1):
            self._write(one_line(label), "decision", (f"  {number}. ", "decision"))
        accepted = f"1-{len(options)}" if len(options) > 1 else "1"
        while True:
            line = self.line(f"[{accepted}, ? explains] ")
            if (key := picked(line, options)) is not None:
                return key
            told = [how_to_pick(line, accepted), *not_taken(throw_away(), behind=line)]
            self.lines(told, "" if line == "?" else "warning")

    def line(self, prompt: str, stands: Callable[[], bool] = lambda: True) -> str:
        """Read one line, stripped.

        Args:
            prompt: what it is typed behind.
            stands: is called about every second, and tells whether it is still asked for.

        Raises:
            InputEndedError: the input ended in its place.
            AskedNoMoreError: it is not asked for any more.
        """
        try:
            if not sys.stdin.isatty():
                return self.console.input(Text(prompt)).strip()
            self._ask(prompt)
            return self._typed(prompt, stands)
        except EOFError as error:
            self.console.print()
            raise InputEndedError from error
        finally:
            self._prompt = ""

    def _ask(self, prompt: str) -> None:
        self._prompt = prompt
        if self._foot is None:
            self.console.print(Text(prompt), end="")
        else:
            self._foot.paint()

    def _typed(self, prompt: str, stands: Callable[[], bool]) -> str:
        while (line := typed_line(_LOOK_SECONDS)) is None:
            if not stands():
                raise AskedNoMoreError
            if not self._prompt:
                self._ask(prompt)  # something was said meanwhile
        if self._foot is not None:
            # What was typed stays on the screen, as a terminal would have it.
            self.console.print(Text(f"{prompt}{line}"))
        return line

    def edited(self, text: str) -> str:
        """Return what a person saves of a text in their editor; raises as ``in_the_editor``."""
        self._leave_the_prompt()
        with self._foot.lent() if self._foot is not None else nullcontext():
            return in_the_editor(text)

    def problem(self, problem: Problem) -> None:
        """Show what happened, unless the row above says it; why, and what to type next."""
        what, *why, next_line = problem_lines(problem)
        if (what, self._written_rows) != (self._newest, self._newest_row):
            self._write(what, "failed")
        for line in why:
            self._write(line)
        self._write(next_line, "title")

    def lines(self, lines: Sequence[str], style: str = "") -> None:
        """Show plain lines, cleaned."""
        for line in lines:
            self._write(line, style)

    def summary(self, progress: Progress, now: datetime) -> None:
        """Show the whole run: phases with target and spent time, and what was achieved."""
        self.console.print()
        self.console.print(phase_table(progress, now))
        self.lines([*summary_lines(progress), *left_lines(progress)])


def _since_start(progress: Progress, event: Event) -> float:
    if progress.started_at is None:
        return 0.0
    return max(0.0, (event.at - progress.started_at).total_seconds())
