"""A fact that is not known, or of another shape, is told in words; None takes one back."""

from datetime import UTC, datetime, timedelta

import pytest

from hotfix.domain.fact import Fact, by_key, maybe
from hotfix.domain.fact_names import HEALTHY, LIVE_SHA, ON_CALL, SUITES
from hotfix.domain.fact_records import SuiteReport
from hotfix.domain.facts import Facts
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.suite_state import SuiteState

HEIGHT = Fact("tree_height", int, "how tall the tree is, in metres")
REPORT = SuiteReport("unit", SuiteState.PASSED, 1.5)


def problem_of(fact, known):
    with pytest.raises(ProblemError) as caught:
        Facts(known, run="hf-1")[fact]
    return caught.value.problem


@pytest.mark.parametrize("known", [{}, {"tree_height": None}, {"other": 3}])
def test_a_fact_that_nobody_reported_is_named_in_words(known):
    problem = problem_of(HEIGHT, known)
    assert problem.code is ProblemCode.FAILED
    assert problem.what == ("The run does not know tree height: how tall the tree is, in metres.")
    assert problem.why == "No step of it has reported that."
    assert problem.next_command == "hotfix status hf-1; to end the run: hotfix abort hf-1"


@pytest.mark.parametrize(
    ("fact", "value", "why"),
    [
        (HEIGHT, [], "[] is no int"),
        (ON_CALL, "dana", "'dana' is no list"),
        (SUITES, [{"name": "unit"}], "SuiteReport lacks state"),
        (HEALTHY, [True], "True is no DeploymentRecord"),
    ],
)
def test_a_fact_of_another_shape_is_named_in_words_with_what_is_the_matter(fact, value, why):
    problem = problem_of(fact, {fact.key: value})
    assert problem.what == (f"The run does not know {fact.key.replace('_', ' ')}: {fact.meaning}.")
    assert problem.why == f"What its record holds: {why}."
    assert "hotfix status hf-1" in problem.next_command


def test_of_another_shape_it_is_not_replaced_by_a_default():
    with pytest.raises(ProblemError):
        Facts({"tree_height": "tall"}).get(HEIGHT, 4)


def test_a_fact_is_read_back_as_it_was_reported():
    facts = Facts(by_key((HEIGHT(0), SUITES((REPORT,)), LIVE_SHA(""))))
    assert (facts[HEIGHT], facts[SUITES], facts[LIVE_SHA]) == (0, (REPORT,), "")
    assert HEIGHT in facts
    assert LIVE_SHA in facts, "empty is known"


def test_none_takes_back_what_was_reported_before():
    known = {**by_key((HEIGHT(3),)), **by_key((HEIGHT(None),))}
    assert known == {"tree_height": None}
    facts = Facts(known)
    assert HEIGHT not in facts
    assert facts.get(HEIGHT) is None


def test_what_is_not_known_is_the_default_and_what_is_known_is_not():
    assert Facts().get(HEIGHT) is None
    assert Facts().get(HEIGHT, 7) == 7
    assert Facts().get(SUITES, ()) == ()
    known = Facts(by_key((HEIGHT(0),)))
    assert known.get(HEIGHT) == 0
    assert known.get(HEIGHT, 7) == 0


def test_what_may_be_missing_is_marked_one_by_one():
    assert [each.fact for each in maybe(HEIGHT, SUITES)] == [HEIGHT, SUITES]


def test_a_step_without_a_time_has_taken_none():
    at = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
    later = at + timedelta(seconds=5)
    assert Facts({}, now=later, begun_at=at).elapsed_seconds == 5.0
    assert Facts({}, now=later).elapsed_seconds == 0.0
    assert Facts({}, begun_at=at).elapsed_seconds == 0.0
