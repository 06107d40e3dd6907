"""Which answers are left to a person, and what a person is shown to give them."""

import pytest

from hotfix.domain.answering import is_for_a_person
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.unapproved_merge import unapproved_merge

URL = "https://github.example/acme/shop/pull/7"


@pytest.mark.parametrize(
    ("option", "by_yes", "is_a_persons"),
    [
        (Option("stop", "Stop", then=Then.STOP), "", False),
        (Option("back", "Go back", Then.GO_BACK, "await_the_fix"), "", False),
        (Option("stop", "Stop, with a reason", then=Then.STOP, needs_reason=True), "", True),
        (Option("stop", "Stop, by a word", then=Then.STOP, typed=True), "", True),
        (Option("edit", "Write", then=Then.WRITE), "go-on", True),
        (Option("go-on", "Go on"), "", True),
        (Option("go-on", "Go on"), "go-on", False),
        (Option("go-on", "Go on, with a reason", needs_reason=True), "go-on", False),
        (Option("other", "Go on otherwise"), "go-on", False),
    ],
)
def test_what_a_script_leaves_to_a_person(option, by_yes, is_a_persons):
    question = Question("key", "What now?", options=(option,), by_yes=by_yes)
    assert is_for_a_person(question, option) is is_a_persons


@pytest.mark.parametrize(("approved", "said"), [("b" * 40, "bbbbbbbb was"), ("", "nobody has")])
def test_a_merge_that_nobody_approved_is_shown_with_its_pull_request(approved, said):
    question = unapproved_merge(URL, "a" * 40, approved)
    assert "aaaaaaaa" in question.text
    assert said in question.text
    assert URL in question.shown
    assert any("nobody has approved" in line for line in question.shown)
    assert [it.key for it in question.options if is_for_a_person(question, it)] == ["watch"]
