import io

import pytest
from rich.console import Console
from tests.memory_clock import MemoryClock

from hotfix.domain.progress import BUDGET_STEP
from hotfix.domain.question import Answer, Option, Question
from hotfix.runs.asker import FlagAsker, Flags, TerminalAsker
from hotfix.view.run_screen import RunScreen

MERGE = Question("merge", "Merge?", (Option("go", "Merge"), Option("no", "No")), by_yes="go")
OPEN = Question("which", "Which?", (Option("a", "A"), Option("b", "B")))
BUDGET = Question(
    "no-longer-fits",
    "What now?",
    (
        Option("extend", "Extend", needs_reason=True, needs_minutes=True),
        Option("escalate", "Escalate"),
        Option("stop", "Stop"),
    ),
)
EXTEND = Answer("extend", "--on-budget extend:10", 10.0)


def test_yes_answers_where_a_yes_is_enough():
    assert FlagAsker(Flags(yes=True)).ask(MERGE, "merge") == Answer("go", "--yes")
    assert FlagAsker(Flags(yes=True)).ask(OPEN, "step") is None
    assert FlagAsker(Flags()).ask(MERGE, "merge") is None


def test_yes_never_extends_the_budget():
    assert FlagAsker(Flags(yes=True)).ask(BUDGET, BUDGET_STEP) is None


def test_the_budget_flag_answers_once():
    asker = FlagAsker(Flags(yes=True, on_budget=EXTEND))
    assert asker.ask(MERGE, "merge") == Answer("go", "--yes")
    assert asker.ask(BUDGET, BUDGET_STEP) == EXTEND
    assert asker.ask(BUDGET, BUDGET_STEP) is None
    assert asker.ask(MERGE, "merge") == Answer("go", "--yes")


def test_the_budget_flag_gives_no_answer_that_is_not_offered():
    flags = Flags(on_budget=Answer("escalate"))
    without = Question("no-longer-fits", "What now?", (Option("stop", "Stop"),))
    assert FlagAsker(flags).ask(without, BUDGET_STEP) is None


def test_yes_ends_a_waiting_once_it_may_and_only_once():
    sent: list[Answer] = []
    asker = FlagAsker(Flags(yes=True))
    assert asker.listen(MERGE, ready=False, send=sent.append)
    assert sent == []
    assert asker.listen(MERGE, ready=True, send=sent.append)
    assert asker.listen(MERGE, ready=True, send=sent.append)
    assert sent == [Answer("go", "--yes")]
    asker.stop_listening()
    asker.listen(MERGE, ready=True, send=sent.append)
    assert len(sent) == 2


@pytest.mark.parametrize(("flags", "question"), [(Flags(), MERGE), (Flags(yes=True), OPEN)])
def test_without_an_answer_to_come_there_is_no_point_in_waiting(flags, question):
    sent: list[Answer] = []
    assert not FlagAsker(flags).listen(question, ready=True, send=sent.append)
    assert sent == []


def typed(lines, question, monkeypatch, flags=None, step="step"):
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    terminal = RunScreen(MemoryClock().now, Console(file=io.StringIO(), width=80))
    return TerminalAsker(terminal, flags or Flags()).ask(question, step)


@pytest.mark.parametrize(
    ("lines", "choice"), [("\n", "go"), ("2\n", "no"), ("n\n", "no"), ("7\nx\nGO\n", "go")]
)
def test_a_person_answers_by_number_word_or_enter(lines, choice, monkeypatch):
    assert typed(lines, MERGE, monkeypatch) == Answer(choice)


def test_a_person_is_asked_for_minutes_and_reason_until_they_come(monkeypatch):
    lines = "ext\n\nten\n0\n10\n\n?\nnearly there\n"
    assert typed(lines, BUDGET, monkeypatch) == Answer("extend", "nearly there", 10.0)


def test_e_alone_is_no_answer_where_two_begin_with_it(monkeypatch):
    assert typed("e\nesc\n", BUDGET, monkeypatch) == Answer("escalate")


def test_flags_go_before_the_person(monkeypatch):
    assert typed("", MERGE, monkeypatch, Flags(yes=True)) == Answer("go", "--yes")
    assert typed("", BUDGET, monkeypatch, Flags(on_budget=EXTEND), BUDGET_STEP) == EXTEND


def test_nobody_calls_anything_off_where_nobody_is_there():
    assert FlagAsker(Flags(yes=True)).typed() == ""
    assert not FlagAsker(Flags(yes=True)).has_left


def test_a_flag_of_its_own_answers_its_question_alone():
    asker = FlagAsker(Flags(answers={"which": "b"}))
    assert asker.ask(OPEN, "step") == Answer("b", "--which")
    assert asker.ask(MERGE, "merge") is None
