from dataclasses import replace

import pytest

from hotfix.domain.rollout.running_pod import Named, RunningPod
from hotfix.domain.rollout.seen import (
    DeploymentView,
    RolloutVerdict,
    in_words,
    judge,
    judge_all,
    names_commit,
    runs_commit,
    without_earlier_deadline,
)

COMPLETE, PROGRESSING, GIVEN_UP = (
    RolloutVerdict.COMPLETE,
    RolloutVerdict.PROGRESSING,
    RolloutVerdict.GIVEN_UP,
)
DONE = DeploymentView(
    name="webrana-backend",
    generation=4,
    observed_generation=4,
    revision=4,
    template_hash="abc",
    wanted=2,
    updated=2,
    available=2,
    total=2,
    deadline_exceeded=False,
)


SHA = "1234567890abcdef" * 2 + "12345678"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, COMPLETE),
        ({"observed_generation": 5}, COMPLETE),
        ({"wanted": 0, "updated": 0, "available": 0, "total": 0}, COMPLETE),
        # Scaled down in the meantime: more than wanted, and all of them new.
        ({"updated": 3, "available": 3, "total": 3}, COMPLETE),
        ({"observed_generation": 3}, PROGRESSING),
        ({"updated": 1}, PROGRESSING),
        ({"updated": 0}, PROGRESSING),
        ({"available": 1}, PROGRESSING),
        # Old pods are still there.
        ({"total": 3}, PROGRESSING),
        ({"deadline_exceeded": True, "updated": 1}, GIVEN_UP),
        # The word of the last rollout says nothing about a spec that nobody has seen yet.
        ({"deadline_exceeded": True, "observed_generation": 3}, PROGRESSING),
    ],
)
def test_a_rollout_is_judged_as_kubectl_does(change, verdict):
    assert judge(replace(DONE, **change)) is verdict


ON_THE_WAY = replace(DONE, updated=1)
LOST = replace(DONE, deadline_exceeded=True)


@pytest.mark.parametrize(
    ("views", "verdict"),
    [
        ([DONE, DONE], COMPLETE),
        ([DONE, ON_THE_WAY], PROGRESSING),
        ([ON_THE_WAY, LOST], GIVEN_UP),
        ([DONE, LOST], GIVEN_UP),
        ([], COMPLETE),
    ],
)
def test_a_set_is_complete_when_all_are_and_given_up_when_one_is(views, verdict):
    assert judge_all(views) is verdict


@pytest.mark.parametrize(
    ("given_up_seconds", "watched_seconds", "counts"),
    [
        # As recorded on a real server: our patch is seen, and the word is still the old one.
        (42.0, 0.1, False),
        (42.0, 9.9, False),
        (0.0, 0.0, False),
        # Given up since; times are cut to the second.
        (2.0, 9.0, True),
        (8.2, 9.0, False),
        # No progress for so long is no better than no progress at all.
        (42.0, 10.0, True),
        (None, 0.1, True),
    ],
)
def test_a_word_about_the_template_before_is_not_taken_for_news(
    given_up_seconds, watched_seconds, counts
):
    view = replace(ON_THE_WAY, deadline_exceeded=True, given_up_seconds=given_up_seconds)
    assert without_earlier_deadline(view, watched_seconds, 10.0).deadline_exceeded is counts


def test_how_far_it_is_in_words():
    assert in_words(DONE) == "webrana-backend complete (2/2)"
    assert in_words(ON_THE_WAY) == "webrana-backend 1/2 updated, 2 available"


@pytest.mark.parametrize(
    ("commits", "runs"),
    [
        ((SHA, SHA), True),
        ((SHA, SHA[:8]), True),
        ((SHA, SHA[:6]), False),
        ((SHA, "b" * 40), False),
        ((SHA, ""), False),
        ((), False),
    ],
)
def test_a_commit_runs_when_every_pod_says_so(commits, runs):
    pods = tuple(RunningPod("web-1", named=(Named("tag", commit),)) for commit in commits)
    assert runs_commit(replace(DONE, running=pods), SHA) is runs


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"web=registry.example:5000/shop/web:{SHA}", True),
        (f"web=shop/web:v1.4-{SHA[:7]}@sha256:{'0' * 64}", True),
        (SHA[:12], True),
        (f"web=shop/web:{SHA[:6]}", False),
        (f"web=shop/web:{'b2' * 20}", False),
        ("web=shop/web:1.4.2", False),
    ],
)
def test_an_image_or_a_label_may_name_a_commit(text, names):
    assert names_commit(["web", text], SHA) is names
