"""A deploy run: late, held by an environment, superseded, run again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.adapters.github.world_of_github import TARGET
from tests.engine.small_plan import ports
from tests.other_hands import run_of

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Waiting
from hotfix.domain.question import Answer
from hotfix.ports.workflow_runs import WorkflowState
from hotfix.simulators.github import DeployFailedError
from hotfix.steps.watch_workflow_run import WatchWorkflowRun


@pytest.fixture
def merged(world):
    opened = world.opened()
    return world.pulls.merge(1, opened.head_sha, "squash", "Title").sha


def look(world, sha, answers=None, seconds=0.0):
    """One look of the step; ``seconds`` after it was begun."""
    now = world.clock.now()
    facts = Facts(
        {"merge_sha": sha}, answers or {}, now=now, begun_at=now - timedelta(seconds=seconds)
    )
    step = WatchWorkflowRun("deploy.yml")
    return step.run(facts, replace(ports(), workflow_runs=world.runs))


def reruns(world):
    return [it for it in world.writes("POST") if it.path.endswith("/rerun-failed-jobs")]


def test_a_run_that_is_late_is_waited_for_and_one_that_never_comes_is_a_decision(world):
    nowhere = world.origin.commit_of("main")
    assert isinstance(look(world, nowhere, seconds=89), Waiting)
    asked = look(world, nowhere, seconds=90)
    assert isinstance(asked, Ask)
    assert "has not started" in asked.question.text


def test_an_environment_that_is_guarded_waits_for_a_person_with_its_link(world, merged):
    world.service.hosted.guarded_environment = "production"
    assert isinstance(look(world, merged), Waiting)
    world.pass_time(65)
    held = look(world, merged)
    assert isinstance(held, Waiting)
    run = world.runs.find(merged)
    assert run.state is WorkflowState.WAITING_FOR_A_PERSON
    assert held.saying == f"waiting for a person to let production through: {run.url}"
    assert held.question is not None
    assert held.question.by_yes == ""
    world.service.let_through(run_of(world.service, merged))
    world.pass_time(20)
    assert isinstance(look(world, merged), Done)


def test_a_run_by_hand_at_the_merge_commit_is_not_taken_for_its_deployment(world):
    by_hand = "on:\n  push:\n  workflow_dispatch:\n    inputs:\n      commit:\n"
    world.commit("deploys", ".github/workflows/deploy.yml", by_hand)
    world.git("push", "--quiet", "origin", f"deploys:{TARGET}")
    older = world.git("rev-parse", "deploys")
    opened = world.opened()
    merged = world.pulls.merge(1, opened.head_sha, "squash", "Title").sha
    ours = world.runs.find(merged)
    world.pass_time(10)
    other = world.runs.dispatch(TARGET, {"commit": older})
    newest = world.service.hosted.runs[-1]
    assert (newest.id, newest.sha) == (other, merged)
    assert world.runs.find(merged).id == ours.id


def test_failed_jobs_are_run_again_once_by_decision(world, merged):
    outcomes = iter([DeployFailedError("error: out of quota"), DeployFailedError("error: again")])

    def fail(_sha):
        raise next(outcomes)

    world.service.hosted.deploy = fail
    look(world, merged)
    world.pass_time(85)
    asked = look(world, merged)
    assert isinstance(asked, Ask)
    assert [option.key for option in asked.question.options][1] == "again"
    assert any("out of quota" in line for line in asked.question.shown)

    answers = {"workflow-failed": Answer("again")}
    assert isinstance(look(world, merged, answers), Waiting)
    going = look(world, merged, answers)
    assert isinstance(going, Waiting)
    assert going.saying.startswith("run 1, attempt 2")
    assert "build succeeded" in going.saying
    world.pass_time(25)
    # The answer is for the first attempt alone.
    asked = look(world, merged, answers)
    assert isinstance(asked, Ask)
    assert "again" not in [option.key for option in asked.question.options]
    assert len(reruns(world)) == 1


def test_running_again_what_runs_already_does_nothing(world, merged):
    look(world, merged)
    run = world.runs.find(merged)
    world.runs.run_failed_again(run.id)
    assert world.runs.find(merged).attempt == 1


def test_a_superseded_run_names_the_newer_one(world, merged):
    look(world, merged)
    world.git("fetch", "--quiet", "origin")
    newer = world.commit("newer", path="other.py", start=merged)
    world.git("push", "--quiet", "origin", f"newer:{TARGET}")
    world.service.notice_pushes()
    world.service.cancel(run_of(world.service, merged))
    run = world.runs.find(merged)
    assert run.state is WorkflowState.SUPERSEDED
    assert run.superseded_by == world.runs.find(newer).url
    asked = look(world, merged)
    assert isinstance(asked, Ask)
    assert asked.question.text == "The deploy workflow was superseded by a newer run. What now?"
    assert any(run.superseded_by in line for line in asked.question.shown)


def test_a_run_that_a_person_cancelled_has_failed(world, merged):
    look(world, merged)
    world.service.cancel(run_of(world.service, merged))
    run = world.runs.find(merged)
    assert (run.state, run.superseded_by) == (WorkflowState.FAILED, "")
