"""Who answers: a person at the terminal, or the flags of a command that nobody watches."""

import select
import sys
import termios
import threading
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import partial
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.progress import BUDGET_STEP
from hotfix.domain.question import BREAK_GLASS_KEY, Answer, Option, Question
from hotfix.runs.screen import Screen

_LOOK_SECONDS = 0.2


class Asker(Protocol):
    """Gets answers for a run."""

    def ask(self, question: Question, step: str) -> Answer | None:
        """Return the answer to a question that stops the run, or None when nobody can give one."""
        ...

    def listen(self, question: Question, *, ready: bool, send: Callable[[Answer], None]) -> bool:
        """Let somebody answer while the run goes on waiting; ``send`` is called from any thread.

        Returns whether there is any point in waiting: somebody or something can still answer.
        ``ready`` says whether ``--yes`` may answer by now.
        """
        ...

    def announce(self, question: Question) -> None:
        """Show a question that is going to answer itself."""
        ...

    def wants_to_answer(self) -> bool:
        """Tell whether somebody called that off since; returns at once."""
        ...

    def stop_listening(self) -> None:
        """Leave the keyboard to others."""
        ...


@frozen
class Flags:
    """What the flags of a command answer in advance."""

    yes: bool = False  #: answers every question that ``--yes`` stands for
    #: answers the budget decision; None where the flag was not given
    on_budget: Answer | None = None
    #: options by the key of the question, for what a flag of its own answers
    answers: Mapping[str, str] = field(default_factory=dict)
    break_glass: str = ""  #: why to go on without a review; empty where the flag was not given

    def answer(self, question: Question, step: str) -> Answer | None:
        """Return what the flags say to ``question``, or None."""
        if step == BUDGET_STEP:
            offered = {option.key for option in question.options}
            # An escalation that is on record leaves the decision to a person.
            is_open = self.on_budget is not None and self.on_budget.choice in offered
            return self.on_budget if is_open else None
        if question.key in self.answers:
            return Answer(self.answers[question.key], f"--{question.key}")
        if question.key == BREAK_GLASS_KEY:
            return Answer("break", self.break_glass) if self.break_glass else None
        if self.yes and question.by_yes:
            return Answer(question.by_yes, "--yes")
        return None


class FlagAsker:
    """Answers by flags alone: no terminal, ``--json``, or a script."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags
        self._has_answered = False

    def ask(self, question: Question, step: str) -> Answer | None:
        """Return what the flags say."""
        answer = self._flags.answer(question, step)
        if answer is not None and step == BUDGET_STEP:
            # One extension is what the flag grants; a second overrun is a new decision.
            self._flags = replace(self._flags, on_budget=None)
        return answer

    def listen(self, question: Question, *, ready: bool, send: Callable[[Answer], None]) -> bool:
        """Answer as soon as ``--yes`` may."""
        if not (self._flags.yes and question.by_yes):
            return False
        if ready and not self._has_answered:
            self._has_answered = True
            send(Answer(question.by_yes, "--yes"))
        return True

    def announce(self, question: Question) -> None:
        """Say nothing: nobody is there to read it."""

    def wants_to_answer(self) -> bool:
        """Nobody is there who could."""
        return False

    def stop_listening(self) -> None:
        """Forget the question that was waited on."""
        self._has_answered = False


class TerminalAsker:
    """Asks the person at the terminal, for what the flags leave open."""

    def __init__(self, screen: Screen, flags: Flags) -> None:
        self._screen = screen
        self._flags = FlagAsker(flags)
        self._listener: _Listener | None = None

    def ask(self, question: Question, step: str) -> Answer | None:
        """Show the question and read the answer."""
        by_flag = self._flags.ask(question, step)
        if by_flag is not None:
            return by_flag
        self._screen.question(question)
        # An Enter that was pressed once too often earlier must not merge anything now.
        if sys.stdin.isatty():
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
        option = self._choose(question)
        minutes = self._minutes() if option.needs_minutes else 0.0
        reason = self._line("Reason: ", needed=True) if option.needs_reason else ""
        return Answer(option.key, reason, minutes)

    def listen(self, question: Question, *, ready: bool, send: Callable[[Answer], None]) -> bool:
        """Take Enter for the first option."""
        if self._flags.listen(question, ready=ready, send=send):
            return True
        if self._listener is None:
            self._listener = _Listener(partial(self._go_on, question, send))
        return True

    def announce(self, question: Question) -> None:
        """Show what is asked, what happens by itself, and how to call that off."""
        self._screen.question(question)
        label = question.option(question.by_itself).label
        words = f"{label}: by itself in {question.by_itself_in:.0f} s. Enter to decide yourself."
        self._screen.lines([words], "warning")
        if sys.stdin.isatty():
            termios.tcflush(sys.stdin, termios.TCIFLUSH)

    def wants_to_answer(self) -> bool:
        """Tell whether a line was typed."""
        readable, _, _ = select.select([sys.stdin], [], [], 0)
        return bool(readable) and bool(sys.stdin.readline())

    def _go_on(self, question: Question, send: Callable[[Answer], None]) -> None:
        self._screen.enter_was_pressed()
        send(Answer(question.options[0].key))

    def stop_listening(self) -> None:
        """Stop watching for Enter."""
        self._flags.stop_listening()
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def _choose(self, question: Question) -> Option:
        options = question.options
        while True:
            line = self._line(f"[1-{len(options)}, Enter for 1] ", needed=False) or "1"
            if line.isdecimal() and 1 <= int(line) <= len(options):
                return options[int(line) - 1]
            matching = [option for option in options if option.key.startswith(line.casefold())]
            if len(matching) == 1:
                return matching[0]

    def _minutes(self) -> float:
        while True:
            line = self._line("Minutes: ", needed=True)
            if line.isdecimal() and int(line) > 0:
                return float(line)

    def _line(self, prompt: str, *, needed: bool) -> str:
        while True:
            line = self._screen.line(prompt)
            if line or not needed:
                return line


class _Listener:
    """Watches standard input for Enter, without taking it away from whoever asks next."""

    def __init__(self, on_enter: Callable[[], None]) -> None:
        self._on_enter = on_enter
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="keyboard", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._is_stopped.set()
        self._thread.join(timeout=2 * _LOOK_SECONDS)

    def _watch(self) -> None:
        while not self._is_stopped.is_set():
            readable, _, _ = select.select([sys.stdin], [], [], _LOOK_SECONDS)
            if readable and not self._is_stopped.is_set():
                if sys.stdin.readline():
                    self._on_enter()
                return
