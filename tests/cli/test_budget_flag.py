import pytest

from hotfix.cli.budget_flag import parsed
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.question import Answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", None),
        ("extend:10", Answer("extend", "--on-budget extend:10", 10.0)),
        ("escalate", Answer("escalate", "--on-budget escalate")),
        ("stop", Answer("stop", "--on-budget stop")),
    ],
)
def test_the_decision_can_be_taken_in_advance(text, answer):
    assert parsed(text) == answer


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
        parsed(text)
    assert caught.value.problem.code is ProblemCode.USAGE
    assert "extend:MIN" in caught.value.problem.why
