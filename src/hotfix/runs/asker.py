"""Who answers: a person at the terminal, or the flags of a command that nobody watches."""

import re
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field, replace
from functools import partial
from typing import Protocol, TypeAlias

from hotfix.domain.answering import is_for_a_person
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import InputEndedError, Problem, ProblemCode, ProblemError
from hotfix.domain.progress import BUDGET_STEP
from hotfix.domain.question import (
    BREAK_GLASS_KEY,
    Answer,
    AskedNoMoreError,
    Option,
    Question,
    Then,
)
from hotfix.runs.keyboard_listener import NO_ANSWER, Listener
from hotfix.runs.screen import Screen
from hotfix.runs.writer import Writer
from hotfix.view.keyboard import throw_away, typed_line
from hotfix.view.question_lines import explained, how_to_choose, not_taken, refusal

Stands: TypeAlias = Callable[[], bool]

_NO_MINUTES, _NO_REASON = "Minutes are a number", "That is an answer, and no reason"
#: how what is said begins where a line is refused; a wrong word at a question is told by the line
REFUSED = (NO_ANSWER, _NO_MINUTES, _NO_REASON)


def _always() -> bool:
    return True


class Asker(Protocol):
    """Gets answers for a run."""

    def ask(self, question: Question, step: str, stands: Stands = _always) -> Answer | None:
        """Return the answer to a question that stops the run, or None when nobody can give one.

        ``stands`` is called now and then meanwhile, and tells whether it is asked still.
        """
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

    def typed(self) -> str:
        """Return what somebody typed since, one line; empty for nothing. Returns at once."""
        ...

    def stop_listening(self) -> None:
        """Leave the keyboard to others."""
        ...

    @property
    def has_left(self) -> bool:
        """Whether whoever could answer has left, and broken off the waiting."""
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
    #: options by the key of the question, as ``--answer`` names them; each counts once
    chosen: Mapping[str, str] = field(default_factory=dict)

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
        if question.key in self.chosen:
            return _chosen(question, self.chosen[question.key])
        if self.yes and question.by_yes:
            return Answer(question.by_yes, "--yes")
        return None


def _chosen(question: Question, choice: str) -> Answer:
    """Return what ``--answer`` says; raises ProblemError where it may not, or says nothing."""
    option = next((each for each in question.options if each.key == choice), None)
    if option is not None and not is_for_a_person(question, option):
        return Answer(choice, f"--answer {question.key}={choice}")
    keys = ", ".join(each.key for each in question.options)
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"--answer does not choose {choice!r} here: {question.text}",
            why=f"It is none of the answers: {keys}."
            if option is None
            else f"Only a person may choose that: {option.label}.",
            next_command="hotfix resume, in a terminal",
        )
    )


class FlagAsker:
    """Answers by flags alone: no terminal, ``--json``, or a script."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags
        self._has_answered = False

    def ask(self, question: Question, step: str, stands: Stands = _always) -> Answer | None:  # noqa: ARG002 - nobody thinks
        """Return what the flags say."""
        answer = self._flags.answer(question, step)
        if answer is not None and step == BUDGET_STEP:
            # One extension is what the flag grants; a second overrun is a new decision.
            self._flags = replace(self._flags, on_budget=None)
        if answer is not None and question.key in self._flags.chosen:
            # What is asked once more was not settled by it.
            chosen = {key: it for key, it in self._flags.chosen.items() if key != question.key}
            self._flags = replace(self._flags, chosen=chosen)
        return answer

    def listen(self, question: Question, *, ready: bool, send: Callable[[Answer], None]) -> bool:
        """Answer as soon as ``--yes`` may, and at once what ``--answer`` chooses instead of it."""
        choice = self._flags.chosen.get(question.key, "")
        if choice and choice != question.by_yes:
            ready = True
        elif not ((self._flags.yes or choice) and question.by_yes):
            return self._has_answered
        if ready and not self._has_answered:
            answer = self.ask(question, "")
            self._has_answered = answer is not None
            if answer is not None:
                send(answer)
        return True

    def announce(self, question: Question) -> None:
        """Say nothing: nobody is there to read it."""

    def typed(self) -> str:
        """Nobody is there who could."""
        return ""

    def stop_listening(self) -> None:
        """Forget the question that was waited on."""
        self._has_answered = False

    @property
    def has_left(self) -> bool:
        """Nobody was there."""
        return False


class TerminalAsker:
    """Asks the person at the terminal, for what the flags leave open."""

    def __init__(self, screen: Screen, flags: Flags) -> None:
        self._screen = screen
        self._flags = FlagAsker(flags)
        self._listener: Listener | None = None
        self._has_left = False
        self._writer = Writer(screen)
        # The key of the option by whose word an editor was asked for while the run waited.
        self._is_to_open = ""

    @property
    def has_left(self) -> bool:
        """Whether the person ended the input twice in a row while the run waited."""
        return self._has_left

    def ask(self, question: Question, step: str, stands: Stands = _always) -> Answer | None:
        """Show the question and read the answer; None where the input ends twice instead.

        Who asked for an editor while the run waited is not asked once more: it opens.
        """
        wanted, self._is_to_open = self._is_to_open, ""
        for option in question.options:
            if option.key == wanted and option.then is Then.WRITE:
                answer = Answer(option.key, self._writer.reason(option))
                return answer if stands() else None
        by_flag = self._flags.ask(question, step)
        if by_flag is not None:
            return by_flag
        self._screen.question(question)
        with suppress(InputEndedError, AskedNoMoreError):
            try:
                return self._read(question, stands)
            except InputEndedError:
                self._screen.lines([self._screen.leave.ctrl_d], "warning")
                self._screen.question(question)
                return self._read(question, stands)
        return None

    def listen(self, question: Question, *, ready: bool, send: Callable[[Answer], None]) -> bool:
        """Take Enter for the first option, and an option's word for that one.

        What the flags may answer by and by a person may answer before.
        """
        self._flags.listen(question, ready=ready, send=send)
        if self._listener is None:
            self._listener = Listener(question, self._screen, send, self._leave)
        self._listener.hear_for(question, partial(self._sent, question, send))
        return True

    def _sent(self, question: Question, send: Callable[[Answer], None], answer: Answer) -> None:
        is_written = question.option(answer.choice).then is Then.WRITE
        self._is_to_open = answer.choice if is_written else ""
        send(answer)

    def announce(self, question: Question) -> None:
        """Show what is asked, what happens by itself, and how to call that off."""
        self._screen.question(question)
        option = question.option(question.by_itself)
        words = (
            f"{option.label}: by itself in {question.by_itself_in:.0f} s. Type {option.word} to do "
            "it now, or anything else to decide yourself."
        )
        self._screen.lines([words], "warning")

    def typed(self) -> str:
        """Return the first line that says something; Enter alone and Ctrl-D say nothing."""
        with suppress(EOFError):
            while (line := typed_line(0)) is not None:
                if line:
                    throw_away()
                    return line
        return ""

    def stop_listening(self) -> None:
        """Stop watching the keyboard."""
        self._flags.stop_listening()
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def _leave(self) -> None:
        self._has_left = True
        # The waiting is the main thread's, and nothing else ends it at once.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def _read(self, question: Question, stands: Stands) -> Answer:
        line = partial(self._line, stands=stands)
        option, written = self._choose(question, line), ""
        while option.then is Then.WRITE and not written:
            written = self._writer.reason(option)
            if not stands():
                raise AskedNoMoreError
            option = option if written else self._choose(question, line)
        if written:
            return Answer(option.key, written)
        minutes = self._minutes(line) if option.needs_minutes else 0.0
        reason = self._reason(question, line) if option.needs_reason else ""
        return Answer(option.key, reason, minutes)

    def _reason(self, question: Question, read: Callable[..., str]) -> str:
        """Return why; an answer to the question itself is none, such as ``roll back``."""
        while True:
            reason = read("Reason: ", needed=True)
            if reason == "?":
                self._screen.lines([_OF_A_REASON])
            elif question.is_whole(reason):
                self._screen.lines([f"{_NO_REASON}. {_BACK_TO_IT}"], "warning")
            else:
                # A person who pasted more must see what goes on record.
                rest = not_taken(throw_away(), behind=reason)
                self._screen.lines(rest, "warning")
                return reason

    def _choose(self, question: Question, read: Callable[[str], str]) -> Option:
        prompt = f"[{how_to_choose(question)}, ? explains] "
        while True:
            line = read(prompt)
            option = question.meant(line)
            if option is not None:
                return option
            rest = not_taken(throw_away(), behind=line)
            if line == "?":
                self._screen.lines([*explained(question, self._screen.leave), *rest])
            else:
                self._screen.lines([refusal(question, line), *rest], "warning")

    def _minutes(self, read: Callable[[str], str]) -> float:
        while True:
            line = read(_HOW_MANY)
            minutes = minutes_in(line)
            if minutes is not None:
                return minutes
            if line == "?":
                self._screen.lines([_OF_MINUTES])
            else:
                self._screen.lines([f"{_NO_MINUTES} {_ACCEPTED}"], "warning")

    def _line(self, prompt: str, *, stands: Stands, needed: bool = False) -> str:
        while True:
            line = self._screen.line(prompt, stands)
            if line or not needed:
                return line


def minutes_in(line: str) -> float | None:
    """Return the minutes that a person means by ``10``, ``10m`` or ``10 minutes``, or None.

    They are above 0 and below 10000.
    """
    found = _MINUTES.fullmatch(line.strip().casefold())
    minutes = float(found[1]) if found else 0.0
    return minutes if minutes > 0 else None


_BACK_TO_IT = "Ctrl-D goes back to the question."
_OF_A_REASON = f"Say in a few words why: it goes on record with your answer. {_BACK_TO_IT}"
_ACCEPTED = "above 0 and below 10000, such as 10 or 10m."
_OF_MINUTES = f"So many are added to the total: {_ACCEPTED} {_BACK_TO_IT}"
_HOW_MANY = "How many more minutes? For example 10: "
_MINUTES = re.compile(r"(\d{1,4}(?:\.\d+)?)\s*(?:m|min|minutes?)?")
