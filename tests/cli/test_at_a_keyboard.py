"""A person at a real keyboard: what is typed counts for the question it was typed for."""

import os
import pty
import signal
import termios
import threading
from dataclasses import replace
from typing import Any, cast

import pytest
from rich.console import Console
from tests.memory_clock import MemoryClock

from hotfix.domain.problem import InputEndedError
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.runs.asker import Flags, TerminalAsker
from hotfix.view import keyboard as keyboard_module
from hotfix.view.run_screen import RunScreen

MERGE = Question(
    "merge", "Merge?", (Option("merge", "Merge", typed=True), Option("stop", "Stop", Then.STOP))
)
READY = Question("fix-ready", "Ready?", (Option("go-on", "Go on"), Option("stop", "Stop")))
DOOMED = Question(
    "doomed",
    "Roll back?",
    (Option("roll-back", "Roll back", Then.ROLL_BACK), Option("wait", "Wait")),
    by_itself="roll-back",
    by_itself_in=30.0,
)
PASTED = "KeyError: None\n\nat checkout.py\n"
CTRL_D = "\x04"


class Desk:
    """A keyboard on a pseudo terminal, and a screen in memory."""

    def __init__(self, fingers: int, keys: int) -> None:
        self._fingers, self._keys = fingers, keys
        self.asker = TerminalAsker(
            RunScreen(MemoryClock().now, Console(file=cast("Any", self))), Flags()
        )
        self.shown = ""
        self._when: dict[str, list[str]] = {}

    def when(self, words: str, *typed: str) -> None:
        """Type the next of ``typed`` each time the screen shows ``words``."""
        self._when[words] = list(typed)

    def type(self, text: str) -> None:
        os.write(self._fingers, text.encode())

    def write(self, text: str) -> int:
        self.shown += text
        for words, typed in self._when.items():
            if words in text and typed:
                self.type(typed.pop(0))
        return len(text)

    def flush(self) -> None:
        pass


@pytest.fixture
def desk(monkeypatch):
    fingers, keys = pty.openpty()
    with os.fdopen(keys, closefd=True, buffering=-1) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr(keyboard_module, "_QUIET_SECONDS", 0.02)
        at = Desk(fingers, keys)
        yield at
        at.asker.stop_listening()
    os.close(fingers)


def test_a_paste_at_the_merge_is_no_answer_and_is_thrown_away_to_its_end(desk):
    desk.when("type merge, or 2", PASTED, "merge\n")
    assert desk.asker.ask(MERGE, "merge_the_fix") == Answer("merge")
    assert desk.shown.count("That is none of the answers") == 1


def test_enter_merges_nothing(desk):
    desk.when("type merge, or 2", "\n", "1\n", "y\n", "stop\n")
    assert desk.asker.ask(MERGE, "merge_the_fix") == Answer("stop")


def test_ctrl_d_once_is_no_answer_and_the_question_comes_again(desk):
    desk.when("type merge, or 2", CTRL_D, "merge\n")
    assert desk.asker.ask(MERGE, "merge_the_fix") == Answer("merge")
    assert desk.shown.count("Merge?") == 1


def test_a_question_that_comes_again_stands_above_what_there_is_to_decide_on(desk):
    desk.when("[1-2, Enter", CTRL_D, "1\n")
    shown = replace(READY, shown=("Left of the total: 0:47.",))
    assert desk.asker.ask(shown, "budget") == Answer("go-on")
    again = desk.shown[desk.shown.index("That was Ctrl-D") :].splitlines()
    rows = [row for row in again if row.strip()][1:4]
    assert rows == [
        "       ? Ready?",
        "         Left of the total: 0:47.",
        "         1. Go on (Enter)",
    ]


def test_what_is_pasted_behind_the_first_line_of_a_reason_is_said_not_to_be_taken(desk):
    desk.when("[1, Enter", "1\n")
    desk.when("Reason: ", "the pool\nis full\nsince noon\n")
    wanted = Question("late", "What now?", (Option("extend", "Extend", needs_reason=True),))
    assert desk.asker.ask(wanted, "budget") == Answer("extend", "the pool")
    assert "Not taken: typed behind that: is full, since noon" in desk.shown


def test_ctrl_d_twice_leaves_without_an_answer(desk):
    desk.when("type merge, or 2", CTRL_D, CTRL_D)
    assert desk.asker.ask(MERGE, "merge_the_fix") is None


def test_a_choice_outside_of_a_run_ends_with_words_where_the_input_ends(desk):
    desk.when("[1-2, ? explains]", CTRL_D)
    with pytest.raises(InputEndedError, match="Ctrl-D"):
        desk.asker._screen.choose("Sure?", [("yes", "Yes"), ("no", "No")])


class Heard:
    """What a listener sent, and when."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.came = threading.Event()

    def send(self, answer: Answer) -> None:
        self.answers.append(answer)
        self.came.set()


def test_the_ear_stays_open_after_ctrl_d(desk):
    heard = Heard()
    desk.when("That was Ctrl-D", "\n")
    desk.asker.listen(READY, ready=True, send=heard.send)
    desk.type(CTRL_D)
    assert heard.came.wait(5)
    assert heard.answers == [Answer("go-on")]
    assert not desk.asker.has_left


def test_a_paste_while_the_run_waits_answers_nothing(desk):
    heard = Heard()
    desk.when("That is no answer", "go on\n")
    desk.asker.listen(READY, ready=True, send=heard.send)
    desk.type(PASTED)
    assert heard.came.wait(5)
    assert heard.answers == [Answer("go-on")]
    assert desk.shown.count("That is no answer") == 1


def test_a_word_while_the_run_waits_is_taken_at_its_word(desk):
    heard = Heard()
    desk.asker.listen(READY, ready=True, send=heard.send)
    desk.type("stop\n")
    assert heard.came.wait(5)
    assert heard.answers == [Answer("stop")]


def test_what_a_flag_cannot_answer_yet_a_person_can(desk):
    heard, before_the_fix = Heard(), replace(READY, by_yes="go-on")
    asker = TerminalAsker(desk.asker._screen, Flags(yes=True))
    asker.listen(before_the_fix, ready=False, send=heard.send)
    desk.type("stop\n")
    assert heard.came.wait(5)
    asker.stop_listening()
    assert heard.answers == [Answer("stop")]


def test_what_may_be_answered_by_now_is_heard_and_explained(desk):
    heard, more = Heard(), replace(READY, options=(*READY.options, Option("edit", "Edit it")))
    desk.when("edit: Edit it.", "edit\n")
    for question in (READY, more):
        desk.asker.listen(question, ready=False, send=heard.send)
    desk.type("?\n")
    assert heard.came.wait(5)
    assert heard.answers == [Answer("edit")]
    assert "That is no answer" not in desk.shown


@pytest.mark.parametrize(
    ("saved", "reason"), [("Root cause: None.", "Root cause: None."), ("", "")]
)
def test_an_editor_that_was_asked_for_while_the_run_waits_opens_before_anything_is_asked(
    desk, monkeypatch, saved, reason
):
    opened_with = []

    def edited(text):
        opened_with.append(text)
        return saved

    monkeypatch.setattr(desk.asker._screen, "edited", edited)
    draft = "Root cause:\n\nFix summary: x\n"
    edit = Option("edit", "Edit it", Then.WRITE, needs_reason=True, draft=draft)
    heard, question = Heard(), replace(READY, options=(*READY.options, edit))
    desk.asker.listen(question, ready=False, send=heard.send)
    desk.type("edit\n")
    assert heard.came.wait(5)
    desk.asker.stop_listening()
    # Nobody has asked by name for any other question.
    assert heard.answers == [Answer("edit")]
    assert desk.asker.ask(question, "await_the_fix") == Answer("edit", reason)
    assert opened_with == [draft]
    assert "1. Go on" not in desk.shown
    # That was once.
    desk.when("? explains]", "stop\n")
    assert desk.asker.ask(question, "await_the_fix") == Answer("stop")
    assert opened_with == [draft]


def test_ctrl_d_twice_while_the_run_waits_leaves(desk):
    desk.when("That was Ctrl-D", CTRL_D)
    interrupted = threading.Event()
    kept = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        desk.asker.listen(READY, ready=True, send=Heard().send)
        desk.type(CTRL_D)
        assert interrupted.wait(5)
        assert desk.asker.has_left
    finally:
        signal.signal(signal.SIGINT, kept)


def test_in_a_countdown_enter_and_ctrl_d_say_nothing_and_words_do(desk):
    desk.asker.announce(DOOMED)
    assert "by itself in 30 s. Type roll back to do it now" in desk.shown
    desk.type(f"\n{CTRL_D}\n")
    assert [desk.asker.typed() for _ in range(4)] == [""] * 4
    desk.type("\nKeyError: None\n\nroll back\n")
    assert desk.asker.typed() == "KeyError: None"
    assert desk.asker.typed() == ""  # the rest of a paste is no order
    desk.type("roll back\n")
    assert DOOMED.meant(desk.asker.typed()) == DOOMED.option("roll-back")


def test_what_was_typed_ahead_is_gone_before_a_question_is_shown(desk):
    desk.type("merge\n\n")
    assert keyboard_module.throw_away() == "merge"
    assert keyboard_module.typed_line(0.05) is None


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("publish\n", "publish"),
        # A line that nobody has finished is no answer to what comes next, either.
        ("publ", "publ"),
        ("publish\nmerge\nro", "publish, merge, ro"),
        ("\n", "Enter"),
        ("\n\n", "Enter"),
        ("", ""),
        (CTRL_D, ""),
    ],
)
def test_what_is_thrown_away_is_named_and_the_terminal_is_left_as_it_was(desk, typed, what):
    before = termios.tcgetattr(desk._keys)
    desk.type(typed)
    assert keyboard_module.throw_away() == what
    assert termios.tcgetattr(desk._keys) == before
    desk.type("merge\n")
    assert keyboard_module.typed_line(1) == "merge"


def test_what_came_behind_a_wrong_answer_is_said_to_be_not_taken(desk):
    desk.when("type merge, or 2", "roll back\nmerge\n", "merge\n")
    assert desk.asker.ask(MERGE, "merge_the_fix") == Answer("merge")
    assert "Not taken: typed behind that: merge" in desk.shown
    assert desk.shown.count("Not taken") == 1


def test_bytes_that_are_no_text_are_no_end(desk, monkeypatch):
    with os.fdopen(os.dup(desk._keys), errors="replace") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        os.write(desk._fingers, b"caf\xe9\n")
        assert keyboard_module.typed_line(1) == "caf\N{REPLACEMENT CHARACTER}"


def test_a_terminal_that_is_gone_is_an_end(desk):
    gone, keys = pty.openpty()
    os.dup2(keys, desk._keys)
    os.close(keys)
    os.close(gone)
    keyboard_module.throw_away()
    with pytest.raises(EOFError):
        keyboard_module.typed_line(1)
