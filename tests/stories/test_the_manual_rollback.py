"""One story: the procedure's manual rollback, the last good deployment once more."""

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.fact_names import COMPARED
from hotfix.domain.facts import Facts
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Failed
from hotfix.domain.run_settings import Via
from hotfix.plan.rollback import plan_rollback
from hotfix.runs.roll_back import Back, look_back
from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios import SCENARIOS


def rolled_back(folder, days_ago):
    with stage(folder / "world") as on:
        if days_ago:
            first = on.world.first_commit
            on.world.github.seed_deployment("hotfix/production", first, days_ago)
        else:
            SCENARIOS["manual-rollback"].prepare(on.world)
        on.world.play_the_engineer(BAD_FIX)
        on.world.play_the_reviewer()
        on.seen["before"] = on.checkout()
        on.seen["templates"] = templates(on)
        on.start()
        on.seen["wrote"] = len(on.wrote("github"))
        on.seen["runs"] = len(on.world.github.hosted.runs)
        on.seen["dry"] = look_back(on.session, Back(via=Via.ACTIONS))
        on.seen["wrote_dry"] = len(on.wrote("github"))
        on.seen["asked"] = on.resume(plan="rollback", via="actions", yes=False)
        # A question that nobody answered; the way goes on from the journal.
        on.seen["code"] = on.resume()
        yield on


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    yield from rolled_back(tmp_path_factory.mktemp("story"), days_ago=0)


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    yield from rolled_back(tmp_path_factory.mktemp("old"), days_ago=31)


def test_the_last_good_run_is_run_again_once(story):
    assert story.seen["code"] == exit_codes.ROLLED_BACK, story.screen.getvalue()
    good = story.world.github.hosted.runs[0]
    assert story.wrote("github")[story.seen["wrote"] :] == [
        f"POST /actions/runs/{good.id}/rerun",
        "POST /pulls",
        "POST /issues/3/labels",
        "POST /pulls/3/requested_reviewers",
    ]
    assert (good.attempt, good.conclusion) == (2, "success")


def test_a_resumed_rollback_goes_the_way_it_began(story):
    assert story.seen["asked"] == exit_codes.WAITING
    assert not any(line.startswith("✓ Set back") for line in story.lines)


def test_a_dry_run_says_what_would_be_done_and_does_nothing(story):
    dry = story.seen["dry"]
    assert isinstance(dry, Ask)
    assert "is run again" in dry.question.shown[0]
    assert story.seen["wrote_dry"] == story.seen["wrote"]


def test_the_limits_are_said_before_the_question_is_answered(story):
    events = story.session.runs.events(story.run)
    shown, *_ = [
        event.data["question"]["shown"]
        for event in events
        if event.type == "decision_needed" and event.step == "choose_the_run"
    ]
    assert "3 of 30 days old, run again 0 of 50 times so far" in shown[1]
    assert "the same commit and branch, with the rights of" in shown[1]


def test_production_is_what_it_was_and_the_record_is_compared(story):
    assert story.checkout() == story.seen["before"]
    assert templates(story) == story.seen["templates"]
    facts = fold(story.session.runs.events(story.run)).facts
    assert facts.get(COMPARED, ()) == (
        "webrana-backend: as recorded",
        "webrana-frontend: as recorded",
    )


def test_nothing_was_patched_by_us(story):
    assert not [line for line in story.wrote("kubernetes") if line.startswith("PATCH")]


def test_a_run_that_is_too_old_is_not_run_again_but_started_by_hand_with_its_commit(old):
    assert old.seen["code"] == exit_codes.ROLLED_BACK, old.screen.getvalue()
    assert old.wrote("github")[old.seen["wrote"] :][0] == (
        "POST /actions/workflows/deploy.yml/dispatches"
    )
    by_hand = [run for run in old.world.github.hosted.runs if run.event == "workflow_dispatch"]
    assert [run.inputs for run in by_hand] == [{"commit": old.world.first_commit}]
    assert old.checkout() == old.seen["before"]
    assert any("31 days old, and GitHub runs nothing again" in line for line in old.lines)


def test_the_deployment_is_asked_for_under_the_lock_alone(story):
    plan = plan_rollback(Incident("checkout returns 500"), story.session.config, via=Via.ACTIONS)
    step = next(step for step in plan.phases[0].steps if step.name == "deploy_the_good_run_again")
    story.world.kubernetes.hold_lock("hf-20260312-0330-other-abcd", "noor")
    runs = len(story.wrote("github"))
    known: JsonObject = {"lock_token": 1, "good_run": {"way": "dispatch", "sha": "a" * 40}}
    refused = step.run(Facts(known, run=story.run), story.session.tools.ports(story.session.state))
    assert isinstance(refused, Failed)
    assert "noor is working on another hotfix" in refused.problem.what
    assert len(story.wrote("github")) == runs


def templates(on):
    return {
        name: on.world.kubernetes.get("deployments", name)["spec"]["template"]
        for name in ("webrana-backend", "webrana-frontend")
    }
