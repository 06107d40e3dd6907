"""Each write after the fix, done and its answer lost: sent once, and found by its evidence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from starlette.responses import Response
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET
from tests.engine.small_plan import ports
from tests.steps.recorder import Port

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import AGAIN_RUN_ID, GOOD_RUN, ISSUE_NUMBER
from hotfix.domain.fact_records import GoodRun, Way
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Failed, NotDone, Unknown, Waiting
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.proposal import THE_REVERT
from hotfix.domain.pull_request_text import of_the_revert
from hotfix.ports.workflow_runs import WorkflowState
from hotfix.simulators.github import DeployFailedError, GithubService
from hotfix.steps.deploy_the_good_run_again import DeployTheGoodRunAgain
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.link_the_follow_up import LinkTheFollowUp
from hotfix.steps.open_follow_up import OpenFollowUp
from hotfix.steps.open_post_mortem import OpenPostMortem
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview
from hotfix.steps.watch_the_run_again import WatchTheRunAgain

ON = "on:\n  push:\n  workflow_dispatch:\n    inputs:\n      commit:\n"
INCIDENT = Incident("checkout returns 500")
SHA = "b" * 40


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
    world.service.hosted.add_label("hotfix")
    world.service.hosted.add_label("urgent")
    world.service.hosted.permissions["rena"] = "write"
    return world


def ports_of(world):
    return replace(
        ports(world.clock),
        # There is no template in it.
        repository=cast("Any", Port(names_at=())),
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
    world.service.hosted.open_issue("checkout returns 500", "", "dana")
    return {"issue_number": 1, "follow_up": "https://x/2", "follow_up_number": 2}


def chosen(way, sha=SHA, *, run_id=0, attempt=0, by="") -> Any:
    run = GoodRun(way, run_id, attempt, newest_by_hand=0, by=by, sha=sha, how="", because="")
    return by_key((GOOD_RUN(run),))


def again(world):
    run = world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"))
    return chosen(Way.AGAIN, run.sha, run_id=run.id, attempt=1)


def by_hand(world):
    world.commit("deploys", ".github/workflows/deploy.yml", ON)
    world.git("push", "--quiet", "origin", f"deploys:{TARGET}")
    world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"))
    return chosen(Way.DISPATCH, by=world.runs.login())


DEPLOY = DeployTheGoodRunAgain("deploy.yml", TARGET, "commit", ("webrana-backend",))
WRITES = [
    (OpenPullRequest(of_the_revert(INCIDENT, TARGET), TARGET, THE_REVERT), opened),
    (LabelPullRequest(("hotfix", "urgent"), THE_REVERT), revert),
    (RequestTheRevertsReview("rena"), revert),
    (OpenFollowUp(INCIDENT, is_asked_for=True), opened),
    (OpenPostMortem(INCIDENT, within_days=3), lambda _: {"post_mortem": "due"}),
    (LinkTheFollowUp(ISSUE_NUMBER, "link_it_from_the_issue"), followed),
    (DEPLOY, again),
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


def at_second(seconds, world, known):
    """Return the facts of a look, ``seconds`` after the step was begun."""
    now = world.clock.now()
    return Facts(known, run="hf-1", now=now, begun_at=now - timedelta(seconds=seconds))


def test_a_workflow_that_may_have_been_started_is_looked_for_and_not_started_again(world):
    known, at = by_hand(world), ports_of(world)
    world.service.hosted.lists_lag = 30.0
    world.service.loses = True
    with pytest.raises(TemporaryTroubleError):
        DEPLOY.run(at_second(0, world, known), at)
    world.service.loses = False
    with pytest.raises(TemporaryTroubleError, match="looking for it"):
        DEPLOY.evidence(at_second(2, world, known), at)
    world.pass_time(30)
    found = DEPLOY.evidence(at_second(32, world, known), at)
    assert isinstance(found, Done)
    (run,) = [run for run in world.service.hosted.runs if run.event == "workflow_dispatch"]
    assert AGAIN_RUN_ID(run.id) in found.facts


def test_a_run_that_is_not_seen_by_the_end_of_the_grace_is_left_to_a_person(world):
    known, at = by_hand(world), ports_of(world)
    with pytest.raises(TemporaryTroubleError):
        DEPLOY.evidence(at_second(89, world, known), at)
    unknown = DEPLOY.evidence(at_second(90, world, known), at)
    assert isinstance(unknown, Unknown)
    assert "gh run list --workflow deploy.yml" in unknown.problem.next_command
    by_a_person = f"gh workflow run deploy.yml --ref {TARGET} --field commit={SHA}"
    assert by_a_person in unknown.problem.next_command
    # What the person starts then is what the run goes on with.
    world.runs.dispatch(TARGET, {"commit": SHA})
    assert isinstance(DEPLOY.evidence(at_second(900, world, known), at), Done)


def test_what_a_colleague_starts_by_hand_meanwhile_is_not_ours(world):
    known, at = by_hand(world), ports_of(world)
    with GithubClient("ghp_rena", world.service.url) as rena:
        runs = GithubWorkflowRuns(rena, REPOSITORY, "deploy.yml")
        runs.dispatch(TARGET, {"commit": "c" * 40})
    assert isinstance(DEPLOY.evidence(at_second(90, world, known), at), Unknown)


def test_a_title_that_names_the_commit_tells_ours_from_another_of_our_own(world):
    known, at = by_hand(world), ports_of(world)
    named = "run-name: deploy ${{ inputs.commit || github.sha }}\n" + ON
    world.commit("deploys", ".github/workflows/deploy.yml", named)
    world.git("push", "--quiet", "origin", f"deploys:{TARGET}")
    world.runs.dispatch(TARGET, {"commit": "c" * 40})
    ours = world.runs.dispatch(TARGET, {"commit": SHA})
    found = DEPLOY.evidence(at_second(2, world, known), at)
    assert isinstance(found, Done)
    assert AGAIN_RUN_ID(ours) in found.facts


def test_two_runs_by_hand_of_which_one_may_be_ours_are_left_to_a_person(world):
    facts, at = Facts(by_hand(world), run="hf-1"), ports_of(world)
    DEPLOY.run(facts, at)
    world.runs.dispatch(TARGET, {"commit": "c" * 40})
    assert isinstance(DEPLOY.evidence(facts, at), Unknown)


def test_a_refusal_is_certain_so_that_the_next_try_needs_no_evidence(world):
    world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"))
    failed = DEPLOY.run(Facts(chosen(Way.DISPATCH)), ports_of(world))
    assert isinstance(failed, Failed)
    assert failed.nothing_happened
    assert "workflow_dispatch" in failed.problem.why


def test_a_limit_is_a_refusal_and_waited_for_in_the_open(server):
    limit = {"message": "You have exceeded a secondary rate limit."}
    server.answer = lambda _method, _path: (403, {"Retry-After": "7"}, limit)
    with GithubClient("ghp_dana", server.url, timeout_seconds=5) as client:
        at = replace(ports(), workflow_runs=GithubWorkflowRuns(client, REPOSITORY, "x.yml"))
        waiting = DEPLOY.run(Facts(chosen(Way.DISPATCH)), at)
    assert isinstance(waiting, Waiting)
    assert waiting.look_again_in == 7
    assert "rate limit" in waiting.saying


def test_a_run_that_was_asked_for_and_never_comes_is_a_decision(world):
    known = {**by_hand(world), "again_run_id": 0}
    step = WatchTheRunAgain(TARGET)
    assert isinstance(step.run(at_second(89, world, known), ports_of(world)), Waiting)
    asked = step.run(at_second(90, world, known), ports_of(world))
    assert isinstance(asked, Ask)
    assert asked.question.key == "again-missing"


def test_a_guarded_environment_holds_the_deployment_of_a_rollback_for_a_person(world):
    known = again(world)
    known["again_run_id"] = known["good_run"]["run_id"]
    world.service.hosted.guarded_environment = "production"
    world.runs.run_again(known["again_run_id"])
    world.pass_time(140)
    held = WatchTheRunAgain(TARGET).run(Facts(known), ports_of(world))
    assert isinstance(held, Waiting)
    assert held.saying.startswith("waiting for a person to let production through: http")
    # With a question, nobody at the terminal is told and left: exit code 8.
    assert held.question is not None
    assert held.question.by_yes == ""


def test_a_deployment_that_fails_again_is_told_with_its_last_words(world):
    def fail(_sha):
        raise DeployFailedError("the registry is full")

    known = again(world)
    known["again_run_id"] = known["good_run"]["run_id"]
    world.service.hosted.deploy = fail
    world.runs.run_again(known["again_run_id"])
    world.pass_time(140)
    asked = WatchTheRunAgain(TARGET).run(Facts(known), ports_of(world))
    assert isinstance(asked, Ask)
    assert asked.question.key == "again-failed"
    assert any("the registry is full" in line for line in asked.question.shown)


def test_an_apps_token_tells_no_name_and_anybody_may_be_us(world):
    known, at = by_hand(world), ports_of(world)
    world.service.forbidden_areas.add("user")
    assert world.runs.login() == ""
    known["good_run"]["by"] = ""
    world.runs.dispatch(TARGET, {"commit": SHA})
    assert isinstance(DEPLOY.evidence(at_second(2, world, known), at), Done)


def test_running_a_run_again_that_runs_already_does_nothing(world):
    run = world.service.seed_deployment(TARGET, world.git("rev-parse", "origin/main"))
    world.runs.run_again(run.id)
    world.runs.run_again(run.id)
    assert world.runs.get(run.id).attempt == 2


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


def test_a_lost_answer_with_run_details_is_not_followed_by_a_try_without_them(server):
    server.answer = lambda _method, _path: (502, {}, {"message": "return_run_details"})
    with GithubClient("ghp_dana", server.url, timeout_seconds=5) as client:
        runs = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml")
        with pytest.raises(TemporaryTroubleError):
            runs.dispatch(TARGET, {"commit": SHA})
    assert server.count("POST") == 1


def test_a_server_that_does_not_know_run_details_is_asked_without_them(server):
    refusal = {"message": '"return_run_details" is not a permitted key.'}
    answers: list[Any] = [(422, {}, refusal), (204, {}, "")]
    server.answer = lambda _method, _path: answers.pop(0)
    with GithubClient("ghp_dana", server.url, timeout_seconds=5) as client:
        runs = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml")
        assert runs.dispatch(TARGET, {"commit": "b" * 40}) is None
    assert server.count("POST") == 2
