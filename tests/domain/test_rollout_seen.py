"""What is seen of a rollout: when it is over, how far it is, and whether a word is news."""

from dataclasses import replace

import pytest

from hotfix.domain.rollout.judgement import Stand, how_far, judge_rollout
from hotfix.domain.rollout.seen import DeploymentView, without_earlier_deadline

PROGRESSING, COMPLETE, _, DOOMED = Stand
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


@pytest.mark.parametrize(
    ("change", "stand"),
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
        ({"deadline_exceeded": True, "updated": 1}, DOOMED),
        ({"deadline_exceeded": True}, DOOMED),
        # The word of the last rollout says nothing about a spec that nobody has seen yet.
        ({"deadline_exceeded": True, "observed_generation": 3}, PROGRESSING),
    ],
)
def test_a_rollout_is_judged_as_kubectl_does(change, stand):
    view = replace(DONE, **change)
    assert judge_rollout(view).stand is stand
    assert view.is_complete is (stand is COMPLETE)


ON_THE_WAY = replace(DONE, updated=1)


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


def test_how_far_it_is_how_far():
    assert how_far(DONE) == "webrana-backend complete (2/2)"
    assert how_far(ON_THE_WAY) == "webrana-backend 1/2 updated, 2 available"
