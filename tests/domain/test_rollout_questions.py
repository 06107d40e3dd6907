"""What is asked about a rollout, which answers there are, and what each of them does."""

from dataclasses import replace

import pytest

from hotfix.domain.question import Question, Then
from hotfix.domain.rollout.judgement import Judgement, Stand, cause, in_words
from hotfix.domain.rollout.questions import (
    EXACTLY,
    doomed_rollout,
    ill_redeployment,
    ill_restoration,
    not_begun,
    unsteady,
)

ILL = Judgement("web", Stand.DOOMED, ("CrashLoopBackOff",), ("web-1",))
WELL = Judgement("api", Stand.PROGRESSING)
GIVEN_UP = replace(ILL, is_given_up=True)
SHOWN = ["web 0/1 updated"]
STOP = ("stop", Then.STOP, "")
BACK, WAIT = ("roll-back", Then.ROLL_BACK, ""), ("wait", Then.GO_ON, "")


def went(question: Question) -> list[tuple[str, Then, str]]:
    return [(each.key, each.then, each.back_to) for each in question.options]


def look(step: str) -> tuple[str, Then, str]:
    return ("look", Then.GO_BACK, step)


@pytest.mark.parametrize(
    ("ask", "about", "key", "options", "flag"),
    [
        (
            doomed_rollout,
            [ILL],
            "rollout-doomed: web restarts",
            [BACK, WAIT, STOP],
            "hotfix rollback",
        ),
        (
            doomed_rollout,
            [WELL, GIVEN_UP],
            "rollout-failed",
            [BACK, look("watch_rollout"), STOP],
            "hotfix rollback",
        ),
        (unsteady, ["web"], "rollout-unsteady", [BACK, WAIT, STOP], "hotfix rollback"),
        (
            not_begun,
            ["web"],
            "rollout-not-begun",
            [look("watch_rollout"), ("go-on", Then.GO_ON, ""), STOP],
            "hotfix resume, once it is rolled out, or: hotfix rollback",
        ),
        (
            ill_restoration,
            [ILL],
            "restoration-doomed: web restarts",
            [WAIT, ("again", Then.GO_BACK, "restore_the_recorded_set"), STOP],
            "hotfix resume",
        ),
        (
            ill_restoration,
            [WELL, GIVEN_UP],
            "restoration-failed",
            [
                look("watch_the_restoration"),
                ("again", Then.GO_BACK, "restore_the_recorded_set"),
                STOP,
            ],
            "hotfix resume",
        ),
        (
            ill_redeployment,
            [ILL, GIVEN_UP],
            "redeployment-doomed: web restarts, web restarts",
            [WAIT, STOP],
            "hotfix rollback",
        ),
    ],
)
def test_what_is_asked_is_never_answered_by_a_flag_for_all_and_says_what_each_answer_does(
    ask, about, key, options, flag
):
    question = ask(about, SHOWN)
    assert (question.key, went(question), question.flag) == (key, options, flag)
    assert (question.by_yes, question.shown[0]) == ("", SHOWN[0])


def test_what_else_can_be_done_is_shown():
    assert ill_redeployment([ILL], SHOWN).shown[-1] == EXACTLY
    assert "`hotfix rollback`" in not_begun(["web"], SHOWN).shown[-1]
    assert "do not stay ready" in unsteady(["web", "api"], SHOWN).text
    assert "web, api" in unsteady(["web", "api"], SHOWN).text


@pytest.mark.parametrize("ask", [doomed_rollout, ill_restoration, ill_redeployment])
def test_a_cause_is_told_once_by_the_question_and_what_it_leaves_out_beside_it(ask):
    other = Judgement("api", Stand.DOOMED, ("refused: quota",))
    two = replace(ILL, reasons=("CrashLoopBackOff", "ErrImagePull"))
    lines = ["web 0/1 updated", "web-1 | KeyError: 'VOUCHERS_URL'"]
    for ill, left in (([ILL], []), ([ILL, other], [in_words(other)]), ([two], [in_words(two)])):
        question = ask(ill, [*lines, *map(in_words, ill)])
        assert cause(ill, lines) in question.text
        assert [it for it in question.shown if it != EXACTLY] == [*lines, *left]
