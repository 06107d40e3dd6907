"""What ``--on-budget`` and ``--break-glass`` answer in advance, and what they refuse."""

import pytest

from hotfix.cli.flags import break_glass_reason, budget_answer
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.question import BREAK_GLASS_KEY, Answer, Option, Question
from hotfix.runs.asker import Flags

ASKED = Question(BREAK_GLASS_KEY, "Go on without a review?", (Option("break", "Break the glass"),))


def test_a_reason_is_one_line():
    assert break_glass_reason(" nobody\n answers ") == "nobody answers"
    assert break_glass_reason(None) == ""


@pytest.mark.parametrize("text", ["", "  "])
def test_without_a_reason_the_glass_stays_whole(text):
    with pytest.raises(ProblemError) as refusal:
        break_glass_reason(text)
    assert refusal.value.problem.code is ProblemCode.USAGE


def test_yes_does_not_break_the_glass_and_its_reason_answers_nothing_else():
    assert Flags(yes=True).answer(ASKED, "await_approval") is None
    answer = Flags(break_glass="nobody answers").answer(ASKED, "await_approval")
    assert answer is not None
    assert (answer.choice, answer.reason) == ("break", "nobody answers")
    other = Question("merge", "Merge?", (Option("merge", "Merge"),), by_yes="merge")
    assert Flags(break_glass="nobody answers").answer(other, "merge_the_fix") is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", None),
        ("extend:10", Answer("extend", "--on-budget extend:10", 10.0)),
        ("escalate", Answer("escalate", "--on-budget escalate")),
        ("stop", Answer("stop", "--on-budget stop")),
    ],
)
def test_the_budget_decision_can_be_taken_in_advance(text, answer):
    assert budget_answer(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        *("extend", "extend:", "extend:0", "extend:-5", "extend:1.5", "extend:ten", "extend:5:5"),
        *("stop:5", "escalate:", "roll-back", "EXTEND:10", " stop"),
        *("extend:" + "9" * 400, "extend:" + "9" * 5000),
    ],
)
def test_anything_else_is_refused_with_the_three(text):
    with pytest.raises(ProblemError) as caught:
        budget_answer(text)
    assert caught.value.problem.code is ProblemCode.USAGE
    assert "extend:MIN" in caught.value.problem.why
