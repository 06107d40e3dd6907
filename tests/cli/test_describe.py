"""``hotfix describe`` says all that there is, and ``--answer`` takes what it says and no more."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from docs.tables.questions import FILE, questions_as_json

from hotfix.cli.answers import chosen
from hotfix.cli.app import EXAMPLES, GROUPS
from hotfix.cli.described import described
from hotfix.cli.exit_codes import MEANINGS
from hotfix.cli.questions import questions
from hotfix.domain.answering import is_for_a_person, ways
from hotfix.domain.event import Event
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.question import BREAK_GLASS_KEY, Answer, Option, Question, Then
from hotfix.runs.asker import FlagAsker, Flags

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "src/hotfix/cli/describe.schema.json").read_text())
RECORDED = sorted((ROOT / "tests" / "journals" / "recorded").glob("*/journal.jsonl"))
GO_ON, STOP = Option("go-on", "Go on"), Option("stop", "Stop", then=Then.STOP)
AGAIN = Option("again", "Again", then=Then.GO_BACK, back_to="x")
BACK = Option("roll-back", "Back", then=Then.ROLL_BACK)
ACCEPT = Option("accept", "Accept", needs_reason=True)
TYPED = Option("merge", "Merge", typed=True)
EXTEND = Option("extend", "Extend", needs_reason=True, needs_minutes=True)


def test_what_it_prints_is_as_its_schema_says():
    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(json.dumps(described())))


def test_enter_and_yes_take_the_same_option():
    apart = {
        (each.key, each.by_yes)
        for each in questions()
        if each.by_yes and not each.options[0].typed and each.by_yes != each.options[0].key
    }
    # Nobody is asked for a review whom no person has chosen.
    assert apart == {("reviewer", "nobody")}


def test_it_lists_every_command_and_every_exit_code():
    found: Any = described()
    names = [each["name"] for each in found["commands"]]
    assert names == [name for group in GROUPS.values() for name in group]
    assert set(names) == set(EXAMPLES)
    assert {each["code"] for each in found["exit_codes"]} == set(MEANINGS)


def test_the_shipped_questions_are_those_of_the_code():
    assert FILE.read_text() == questions_as_json(), "make tables"


@pytest.mark.parametrize("journal", RECORDED, ids=lambda path: path.parent.name)
def test_every_question_that_was_ever_asked_is_listed_with_its_answers(journal):
    for line in journal.read_text().splitlines():
        event = Event.from_json(json.loads(line))
        asked = getattr(event.said, "question", None)
        if event.type != "decision_needed" or asked is None:
            continue
        found = [each for each in questions() if each.is_called(asked.key)]
        assert found, asked.key
        known = [option for each in found for option in each.options]
        for option in asked.options:
            assert any(each.is_called(option.key) for each in known), (asked.key, option.key)


@pytest.mark.parametrize(
    ("question", "a_persons"),
    [
        (Question("merge", "?", (TYPED, STOP), by_yes="merge"), set()),
        (Question("guard", "?", (GO_ON, AGAIN, STOP)), {"go-on"}),
        (Question("red", "?", (BACK, AGAIN, ACCEPT)), {"accept"}),
        (Question("failed", "?", (TYPED, STOP)), {"merge"}),
        (Question("close", "?", (GO_ON, TYPED), by_yes="merge"), set()),
        (Question(BREAK_GLASS_KEY, "?", (ACCEPT, STOP)), {"accept"}),
        (Question("late", "?", (EXTEND, STOP, BACK), unanswered=ProblemCode.BUDGET), set()),
    ],
)
def test_what_only_a_person_may_choose_is_one_rule(question, a_persons):
    found = {each.key for each in question.options if is_for_a_person(question, each)}
    assert found == a_persons
    assert {way.option for way in ways(question, "hf-1") if way.person_only} == a_persons


@pytest.mark.parametrize("question", questions(), ids=lambda each: f"{each.steps[0]}-{each.key}")
def test_answer_takes_what_is_not_a_persons_and_refuses_the_rest(question):
    for option in question.options:
        word = f"{question.key}={option.key}".replace("{", "").replace("}", "")
        others = [each for each in questions() if each.key == question.key]
        sure = {it.person_only for each in others for it in each.options if it.key == option.key}
        if sure == {"always"}:
            with pytest.raises(ProblemError) as refusal:
                chosen([word])
            assert refusal.value.problem.code is ProblemCode.USAGE
            assert "Only a person" in refusal.value.problem.why
        else:
            assert chosen([word])


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("merge", "It takes the key"),
        ("=merge", "It takes the key"),
        ("marge=merge", "did you mean merge?"),
        ("tests-failed=retyr", "did you mean retry?"),
    ],
)
def test_a_mistyped_answer_is_refused_with_what_may_have_been_meant(word, why):
    with pytest.raises(ProblemError) as refusal:
        chosen([word])
    assert why in refusal.value.problem.why


def test_an_answer_counts_once_and_never_for_what_is_a_persons():
    asker = FlagAsker(Flags(chosen={"red": "again"}))
    question = Question("red", "?", (BACK, AGAIN, ACCEPT))
    answer = asker.ask(question, "probe_production")
    assert answer is not None
    assert answer.choice == "again"
    assert asker.ask(question, "probe_production") is None
    with pytest.raises(ProblemError):
        FlagAsker(Flags(chosen={"red": "accept"})).ask(question, "probe_production")


def test_what_is_waited_for_can_be_answered_too_and_a_yes_waits_until_it_is_ready():
    question = Question("fix-ready", "?", (GO_ON, STOP), by_yes="go-on")
    sent: list[Answer] = []
    asker = FlagAsker(Flags(chosen={"fix-ready": "go-on"}))
    assert asker.listen(question, ready=False, send=sent.append)
    assert sent == []
    assert asker.listen(question, ready=True, send=sent.append)
    assert asker.listen(question, ready=True, send=sent.append)
    assert [each.choice for each in sent] == ["go-on"]
    asker = FlagAsker(Flags(chosen={"fix-ready": "stop"}))
    assert asker.listen(question, ready=False, send=sent.append)
    assert [each.choice for each in sent] == ["go-on", "stop"]
