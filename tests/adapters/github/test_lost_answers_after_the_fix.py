"""Each write after the fix, done and its answer lost: sent once, and found by its evidence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import Response
from tests.adapters.github.test_faults import FaultServer
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET
from tests.engine.small_plan import ports

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, NotDone, Unknown
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.workflow_runs import WorkflowState
from hotfix.simulators.github import GithubService
from hotfix.steps.deploy_the_good_run_again import DeployTheGoodRunAgain
from hotfix.steps.label_the_revert import LabelTheRevert
from hotfix.steps.link_the_follow_up import LinkTheFollowUp
from hotfix.steps.open_follow_up import OpenFollowUp
from hotfix.steps.open_the_revert import OpenTheRevert
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview

ON = "on:\n  push:\n  workflow_dispatch:\n    inputs:\n      commit:\n"
INCIDENT = Incident("checkout returns 500")


class LosesAnswers(GithubService):
    """Does what it is asked, and then answers 502 to every write while ``loses``."""

    loses = False

    def respond(self, request, reply):
        if self.loses and request.method != "GET":
            return Response("<html>Unicorn!</html>", 502, media_type="text/html")
        return super().respond(request, reply)


@pytest.fixture
def world(make):
    world = make(LosesAnswers)
    # The labels are there, so that putting them on is one write.
    world.service.seed_label("hotfix")
    world.service.seed_label("urgent")
    world.service.hosted.permissions["rena"] = "write"
    return world


def ports_of(world):
    return replace(
        ports(world.clock),
        pull_requests=world.pulls,
        workflow_runs=world.runs,
        tickets=world.issues,
    )


def opened(world):
    sha = world.commit(BRANCH)
    return {"revert_branch": BRANCH, "revert_sha": sha, "merge_sha": "a" * 40}


def revert(world):
    known = opened(world)
    pull = world.pulls.open("Revert", "Body", BRANCH, TARGET)
    return {**known, "revert_number": pull.number}


def followed(world):
    world.service.open_issue("checkout returns 500", "", "dana")
    return {"issue_number": 1, "follow_up": "https://x/2", "follow_up_number": 2}


def again(world):
    run = world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"))
    chosen = {"way": "again", "run_id": run.id, "attempt": 1, "newest_by_hand": 0, "sha": run.sha}
    return {"good_run": chosen}


def by_hand(world):
    world.commit("deploys", ".github/workflows/deploy.yml", ON)
    world.git("push", "--quiet", "origin", f"deploys:{TARGET}")
    world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"))
    chosen = {"way": "dispatch", "run_id": 0, "attempt": 0, "newest_by_hand": 0, "sha": "b" * 40}
    return {"good_run": chosen}


DEPLOY = DeployTheGoodRunAgain(TARGET, "commit", ("webrana-backend",))
WRITES = [
    (OpenTheRevert(INCIDENT, TARGET), opened),
    (LabelTheRevert(("hotfix", "urgent")), revert),
    (RequestTheRevertsReview("rena"), revert),
    (OpenFollowUp(INCIDENT, is_asked_for=True), opened),
    (LinkTheFollowUp("issue_number", "link_it_from_the_issue"), followed),
    (DEPLOY, again),
    (DEPLOY, by_hand),
]


@pytest.mark.parametrize(("step", "known"), WRITES, ids=lambda it: getattr(it, "__name__", ""))
def test_a_write_whose_answer_is_lost_is_sent_once_and_found(world, step, known):
    facts, at = Facts(known(world), run="hf-1", operator="dana"), ports_of(world)
    assert step.evidence(facts, at) == NotDone()
    before = len(world.received.all("github", writes=True))
    world.service.loses = True
    with pytest.raises(TemporaryTroubleError):
        step.run(facts, at)
    assert isinstance(step.evidence(facts, at), Done)
    assert len(world.received.all("github", writes=True)) == before + 1


def test_two_runs_by_hand_of_which_one_may_be_ours_are_left_to_a_person(world):
    facts, at = Facts(by_hand(world), run="hf-1"), ports_of(world)
    DEPLOY.run(facts, at)
    world.runs.dispatch(TARGET, {"commit": "c" * 40})
    assert isinstance(DEPLOY.evidence(facts, at), Unknown)


def test_the_runs_on_a_branch_come_with_what_the_limits_need(world):
    run = world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"), 3)
    (found,) = world.runs.on_branch(TARGET)
    assert (found.id, found.state, found.attempt) == (run.id, WorkflowState.SUCCEEDED, 1)
    assert (found.branch, found.event) == (TARGET, "push")
    assert world.runs.on_branch("main") == ()


def test_a_workflow_that_has_never_run_has_no_runs(world):
    world.git("push", "--quiet", "origin", "--delete", TARGET)
    world.git("rm", "--quiet", ".github/workflows/deploy.yml")
    world.commit("main", "app.py", "x\n")
    assert world.runs.on_branch(TARGET) == ()


@pytest.mark.parametrize(
    "age", [timedelta(days=31), timedelta(0)], ids=["a month old", "run too often"]
)
def test_what_github_does_not_run_again_is_no_missing_right(world, age):
    run = world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"), age.days)
    run.attempt = 1 if age else 51
    with pytest.raises(ProblemError) as caught:
        world.runs.run_again(run.id)
    assert "does not run that workflow run again" in caught.value.problem.what
    assert "hotfix rollback" in caught.value.problem.next_command


def test_a_workflow_that_cannot_be_started_by_hand_is_refused(world):
    world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"))
    with pytest.raises(ProblemError, match="workflow_dispatch"):
        world.runs.dispatch(TARGET, {"commit": "b" * 40})


def test_a_server_that_does_not_know_run_details_is_asked_without_them():
    server = FaultServer()
    refusal = {"message": '"return_run_details" is not a permitted key.'}
    answers: list[Any] = [(422, {}, refusal), (204, {}, "")]
    server.answer = lambda _method, _path: answers.pop(0)
    try:
        with GithubClient("ghp_dana", server.url, timeout_seconds=5) as client:
            runs = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml")
            assert runs.dispatch(TARGET, {"commit": "b" * 40}) is None
        assert server.count("POST") == 2
    finally:
        server.stop()
