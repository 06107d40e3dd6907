"""What a person types at a question: what is understood, and what is said where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain.leaving import A_RUN
from hotfix.domain.question import Option, Question, Then
from hotfix.runs.asker import REFUSED, Flags, TerminalAsker, minutes_in
from hotfix.view.question_lines import explained

MERGE = Question(
    "merge",
    "Merge into main and deploy?",
    (Option("merge", "Merge", typed=True), Option("stop", "Stop", then=Then.STOP)),
    by_yes="merge",
)
EXTEND = Question("late", "What now?", (Option("extend", "Extend", needs_minutes=True),))

EXTEND_WITH_REASON = Question(
    "late", "What now?", (Option("extend", "Extend", needs_minutes=True, needs_reason=True),)
)


class Keyboard:
    """A screen at which these lines are typed, one after the other."""

    leave = A_RUN

    def __init__(self, *lines):
        self.typed = list(lines)
        self.shown = []

    def question(self, question):
        self.shown.append(question.text)

    def lines(self, lines, _style=""):
        self.shown += lines

    def line(self, prompt, _stands):
        self.shown.append(prompt)
        return self.typed.pop(0)


def asked(question, *lines):
    screen = Keyboard(*lines)
    return TerminalAsker(screen, Flags()).ask(question, "step"), screen.shown  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "minutes"),
    [("10", 10), ("10m", 10), (" 10 Min ", 10), ("1 minute", 1), ("2.5", 2.5)],
)
def test_minutes_are_understood_as_people_write_them(line, minutes):
    answer, _ = asked(EXTEND, "extend", line)
    assert answer.minutes == minutes


@pytest.mark.parametrize("line", ["0", "-3", "ten", "1h", "10 m x", "1e3", "99999", "m", "٣x"])
def test_what_are_no_minutes_is_answered_with_what_is_accepted(line):
    answer, shown = asked(EXTEND, "extend", line, "5")
    assert answer.minutes == 5
    assert "Minutes are a number above 0 and below 10000, such as 10 or 10m." in shown


@pytest.mark.parametrize(
    ("lines", "explains"),
    [
        (("?", "10", "why"), "So many are added to the total"),
        (("10", "?", "why"), "Say in a few words why"),
    ],
)
def test_a_question_mark_explains_wherever_something_is_typed_and_is_no_wrong_turn(lines, explains):
    answer, shown = asked(EXTEND_WITH_REASON, "extend", *lines)
    assert (answer.minutes, answer.reason) == (10, "why")
    told = [line for line in shown if explains in line]
    assert told
    assert "Ctrl-D goes back to the question." in told[0]
    assert not any(line.startswith(REFUSED) for line in shown)


@given(st.text(max_size=12))
def test_minutes_are_never_less_than_some(line):
    minutes = minutes_in(line)
    assert minutes is None or minutes > 0


def test_a_question_mark_explains_every_answer_and_decides_nothing():
    answer, shown = asked(MERGE, "?", "merge")
    assert answer.choice == "merge"
    text = "\n".join(shown)
    for option in MERGE.options:
        assert f"{option.word}: " in text
    assert "It ends the run, and nothing takes that up again. What was done stays done." in text
    assert "A command that is given with --yes does not ask this: it takes merge." in text


def test_a_wrong_answer_is_told_what_is_accepted():
    _, shown = asked(MERGE, "sure", "stop")
    assert "That is none of the answers: type merge, or 2." in shown
    _, shown = asked(MERGE, "yes", "stop")
    told = 'That is none of the answers: type merge, or 2. "Merge" takes its whole word.'
    assert told in shown


def test_what_nobody_answers_by_yes_is_not_said_to_be():
    assert not any("--yes" in line for line in explained(EXTEND, A_RUN))


@pytest.mark.parametrize("line", ["roll back", "ROLL-back", "again", "yes", "n"])
def test_an_answer_to_the_question_is_taken_for_no_reason(line):
    red = Question(
        "still-red",
        "What now?",
        (
            Option("roll-back", "Roll back", Then.ROLL_BACK),
            Option("again", "Probe again", Then.GO_BACK, "probe"),
            Option("accept", "Accept it as it is", needs_reason=True),
        ),
    )
    answer, shown = asked(red, "3", line, "only in staging")
    assert (answer.choice, answer.reason) == ("accept", "only in staging")
    assert any("Ctrl-D goes back to the question." in each for each in shown)
