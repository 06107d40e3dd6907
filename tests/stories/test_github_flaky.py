"""A story: GitHub loses every third answer to a write, and fails every fifth read."""

from collections import Counter

import pytest
from tests.stories.stage import stage

from hotfix.domain.event_data import EventType
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.simulators.scenarios import SCENARIOS


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("flaky") / "world") as on:
        SCENARIOS["github-flaky"].prepare(on.world)
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["code"] = on.start()
        yield on


def test_the_walk_ends_well_all_the_same(story):
    assert story.seen["code"] == 0, story.screen.getvalue()
    assert story.checkout() == "200, as expected"


def test_answers_were_lost_and_the_operator_was_told(story):
    answers = [request.status for request in story.world.received.all("github", writes=True)]
    assert 0 in answers
    troubled = [
        event
        for event in story.session.runs.events(story.run)
        if event.type is EventType.STEP_TROUBLED
    ]
    assert "the connection to GitHub failed" in str(troubled[0].data["saying"])


def test_there_is_one_pull_request_and_one_merge(story):
    told = Counter(story.wrote("github"))
    # One pull request for the fix, and one that brings it back to the base.
    assert told == {
        "POST /pulls": 2,
        "POST /labels": 1,
        "POST /issues/2/labels": 1,
        "POST /pulls/2/requested_reviewers": 1,
        "PUT /pulls/2/merge": 1,
    }
    fix, back = story.world.github.hosted.pulls.values()
    assert (fix.base, back.base) == ("hotfix/production", "main")
    merges = story.world.origin.commits_between(story.world.first_commit, "hotfix/production")
    assert fix.merge_sha == story.world.origin.commit_of("hotfix/production")
    assert fix.merge_sha in [commit.sha for commit in merges]
