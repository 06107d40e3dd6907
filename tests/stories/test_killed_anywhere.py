"""kill -9 in every phase, then ``hotfix resume``: nothing happens twice, nothing is forgotten."""

import pytest
from tests.stories.commands import START, commands

from hotfix.simulators.played_fix import GOOD_FIX

PHASES = ["prepare", "branch", "fix", "test", "review", "deploy", "verify", "close"]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """One run, killed in each of its phases in turn, and brought to its end."""
    with commands(tmp_path_factory.mktemp("story") / "world") as at:
        at.world.play_the_engineer(GOOD_FIX)
        at.world.play_the_reviewer()
        words: tuple[str, ...] = START
        at.seen["killed_in"] = []
        for phase in PHASES:
            event = at.killed(*words, when=_acts_in(phase))
            assert event is not None, f"the run was over before {phase}"
            at.seen["killed_in"].append(event["phase"])
            words = ("resume", "--yes", "--json")
        at.seen["code"], at.seen["events_of_the_last"] = at.events(*words)
        yield at


def _acts_in(phase):
    """Tell when the second step of a phase has begun: the first one is done, this one may act."""
    seen = []

    def when(event):
        if event["phase"] == phase and event["type"] == "step_started":
            seen.append(event["step"])
        is_second = len(seen) == 2
        is_last_chance = phase == "test" and len(seen) == 1
        return is_second or is_last_chance

    return when


def test_it_was_killed_in_each_phase_and_still_ends_well(story):
    assert story.seen["killed_in"] == PHASES
    assert story.seen["code"] == 0, story.seen["events_of_the_last"][-1]


def test_one_branch(story):
    branches = set(story.world.origin.branches()) - {"main", "hotfix/production"}
    assert branches == {"hotfix/checkout-returns-500"}


def test_one_pull_request_and_one_merge(story):
    pulls = story.world.github.hosted.pulls.values()
    assert [pull.base for pull in pulls] == ["hotfix/production", "main"]
    merges = [each for each in story.world.received.all("github") if each.path.endswith("/merge")]
    assert [each.status for each in merges if each.method == "PUT"] == [200]
    production = story.world.origin.commit_of("hotfix/production")
    between = story.world.origin.commits_between(story.world.first_commit, production)
    assert len(between) == 1


def test_one_workflow_run_and_one_rollout(story):
    assert len([run for run in story.world.github.hosted.runs if run.event == "push"]) == 1
    assert len(story.world.kubernetes.replica_sets("webrana-backend")) == 2


def test_one_slack_message(story):
    assert len(story.world.slack.parents) == 1


def test_one_log_entry_and_one_run(story):
    (entry,) = story.json("log", "--json")
    assert entry["commit"] == story.world.github.hosted.pulls[2].merge_sha
    assert entry["outcome"] == "deployed"


def test_the_lock_is_free(story):
    assert story.world.kubernetes.lock_holder() == ""
