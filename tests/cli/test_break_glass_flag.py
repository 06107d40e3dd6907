"""``--break-glass REASON``: only with a reason, and only for its own question."""

import pytest

from hotfix.cli import break_glass_flag
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.question import BREAK_GLASS, Option, Question
from hotfix.runs.asker import Flags

ASKED = Question(BREAK_GLASS, "Go on without a review?", (Option("break", "Break the glass"),))


def test_a_reason_is_one_line():
    assert break_glass_flag.parsed(" nobody\n answers ") == "nobody answers"
    assert break_glass_flag.parsed(None) == ""


@pytest.mark.parametrize("text", ["", "  "])
def test_without_a_reason_it_is_refused(text):
    with pytest.raises(ProblemError) as refusal:
        break_glass_flag.parsed(text)
    assert refusal.value.problem.code is ProblemCode.USAGE


def test_yes_does_not_answer_it_and_it_answers_nothing_else():
    assert Flags(yes=True).answer(ASKED, "await_approval") is None
    answer = Flags(break_glass="nobody answers").answer(ASKED, "await_approval")
    assert answer is not None
    assert (answer.choice, answer.reason) == ("break", "nobody answers")
    other = Question("merge", "Merge?", (Option("merge", "Merge"),), by_yes="merge")
    assert Flags(break_glass="nobody answers").answer(other, "merge_the_fix") is None
