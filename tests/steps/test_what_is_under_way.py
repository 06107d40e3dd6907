"""What would deploy over a rollback: called off before, and looked for until nothing is left."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from tests.engine.small_plan import ports
from tests.memory_clock import MemoryClock

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import (
    AGAIN_RUN_ID,
    MERGE_HOW,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
    ROLLBACK_TARGETS,
    ROLLOUT,
    UNDER_WAY,
    UNSETTLED,
    WORKFLOW_RUN_ID,
)
from hotfix.domain.fact_records import DeploymentRevision
from hotfix.domain.facts import Facts
from hotfix.domain.merge_how import MERGE_STEP, MergeHow
from hotfix.domain.outcome import Ask, Done, GoBack, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.question import Answer, Then
from hotfix.ports.deploys_under_way import under_way
from hotfix.ports.pull_requests import HandedOver, PullRequest
from hotfix.ports.workflow_runs import BY_HAND, WorkflowRun, WorkflowState
from hotfix.steps.call_off_the_deploy import CallOffTheDeploy
from hotfix.steps.see_nothing_under_way import SeeNothingUnderWay

OURS, THEIRS = "a1" * 20, "b2" * 20
CALL_OFF = CallOffTheDeploy("deploy.yml")
SEE = SeeNothingUnderWay("deploy.yml", "see_what_runs_now")
NO_RIGHT = ProblemError(Problem(ProblemCode.RIGHTS, "No right.", "403", "Ask for it."))
TROUBLES = [NO_RIGHT, TemporaryTroubleError("502")]
YES = {"over-others": Answer("roll-back")}


def run_of(sha, state=WorkflowState.RUNNING, number=1):
    return WorkflowRun(number + 70, number, "https://github.example", sha, state, actor="sam")


@dataclass
class Actions:
    """The deploy workflow; ``trouble`` meets every request, ``no_cancel`` a cancellation."""

    runs: list[WorkflowRun] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    trouble: Exception | None = None
    no_cancel: Exception | None = None

    def unfinished(self):
        if self.trouble:
            raise self.trouble
        return tuple(run for run in self.runs if not run.state.is_over)

    def find(self, sha):
        return next((run for run in self.runs if run.sha == sha), None)

    def cancel(self, run_id):
        if self.trouble or self.no_cancel:
            raise self.trouble or self.no_cancel or AssertionError
        self.cancelled.append(run_id)


@dataclass
class Pulls:
    """One pull request, and what was asked for."""

    is_merged: bool = False
    left: HandedOver | None = None
    taken_back: int = 0

    def get(self, number):
        sha = OURS if self.is_merged else ""
        return PullRequest(
            number, "url", "t", "head", "h", "b", "dana", not self.is_merged, self.is_merged, sha
        )

    def handed_over(self, _number):
        return self.left

    def take_back(self, _number):
        self.taken_back += 1
        self.left = None


def outside(actions, pulls=None):
    made = replace(ports(), workflow_runs=cast("Any", actions))
    return replace(made, pull_requests=cast("Any", pulls or Pulls()))


def facts(*reported, answers=None, after=0.0):
    clock = MemoryClock()
    begun = clock.now()
    clock.wait(after)
    return Facts(by_key(reported), answers or {}, now=clock.now(), begun_at=begun)


def seen(*runs, merge=OURS):
    return UNDER_WAY(under_way(runs, merge))


@pytest.mark.parametrize("state", [state for state in WorkflowState if not state.is_over])
@pytest.mark.parametrize("sha", [OURS, THEIRS])
def test_ours_counts_in_every_state_and_a_stranger_that_a_person_holds_does_not(state, sha):
    found = under_way([run_of(sha, state)], OURS)
    is_held = state is WorkflowState.WAITING_FOR_A_PERSON
    assert len(found) == (0 if sha == THEIRS and is_held else 1)
    assert all(run.is_ours is (sha == OURS) for run in found)


def test_the_run_of_our_merge_is_cancelled_with_the_yes_to_the_rollback():
    actions = Actions([run_of(OURS)])
    outcome = CALL_OFF.run(facts(seen(*actions.runs)), outside(actions))
    assert isinstance(outcome, Done)
    assert actions.cancelled == [71]


def test_one_of_somebody_elses_is_asked_about_and_no_yes_is_enough():
    actions = Actions([run_of(OURS), run_of(THEIRS, number=2)])
    found = seen(*actions.runs)
    outcome = CALL_OFF.run(facts(found), outside(actions))
    assert isinstance(outcome, Ask)
    assert outcome.question.by_yes == ""
    assert "sam" in " ".join(outcome.question.shown)
    assert actions.cancelled == []
    CALL_OFF.run(facts(found, answers=YES), outside(actions))
    assert actions.cancelled == [71, 72]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_production_does_not_wait_for_a_github_that_cannot_cancel(trouble):
    actions = Actions([run_of(OURS)], trouble=trouble)
    outcome = CALL_OFF.run(facts(seen(*actions.runs)), outside(actions))
    assert isinstance(outcome, Done)
    assert "Could not be cancelled" in outcome.saying


def test_a_rollback_is_not_over_while_a_run_is_and_cancels_what_came_meanwhile():
    actions = Actions([run_of(OURS)])
    outcome = SEE.run(facts(MERGE_SHA(OURS)), outside(actions))
    assert isinstance(outcome, Waiting)
    assert actions.cancelled == [71]
    actions.runs = [run_of(OURS, WorkflowState.FAILED)]
    assert isinstance(SEE.run(facts(MERGE_SHA(OURS)), outside(actions)), Done)


def test_what_may_not_be_cancelled_is_waited_for():
    actions = Actions([run_of(OURS)], no_cancel=NO_RIGHT)
    outcome = SEE.run(facts(MERGE_SHA(OURS)), outside(actions))
    assert isinstance(outcome, Waiting)
    assert "not to be cancelled" in outcome.saying


def test_a_run_that_is_late_is_waited_for_and_one_that_never_comes_is_not():
    for seconds in (1.0, 90.0):
        in_time = SEE.run(facts(MERGE_SHA(OURS), after=seconds), outside(Actions()))
        assert isinstance(in_time, Waiting)
    assert isinstance(SEE.run(facts(MERGE_SHA(OURS), after=91.0), outside(Actions())), Done)


@pytest.mark.parametrize("watched", [WORKFLOW_RUN_ID(71), ROLLOUT((DeploymentRevision("web", 2),))])
def test_what_was_watched_to_its_end_is_not_waited_for(watched):
    assert isinstance(SEE.run(facts(MERGE_SHA(OURS), watched), outside(Actions())), Done)


def test_the_run_that_deploys_the_good_commit_again_is_no_danger_to_it():
    actions = Actions([replace(run_of(OURS), event=BY_HAND)])
    known = (MERGE_SHA(OURS), WORKFLOW_RUN_ID(70), AGAIN_RUN_ID(71))
    ended = SEE.run(facts(*known), outside(actions))
    assert isinstance(ended, Done)
    assert actions.cancelled == []
    # What is known of the merge is not told once more.
    assert "merge_sha" not in by_key(ended.facts)


def test_a_stranger_that_came_meanwhile_is_asked_about():
    actions = Actions([run_of(THEIRS)])
    known = (MERGE_SHA(OURS), WORKFLOW_RUN_ID(70))
    assert isinstance(SEE.run(facts(*known), outside(actions)), Ask)
    assert actions.cancelled == []
    assert isinstance(SEE.run(facts(*known, answers=YES), outside(actions)), Waiting)
    assert actions.cancelled == [71]


@pytest.mark.parametrize("is_merged", [True, False])
@pytest.mark.parametrize(
    "unsure", [UNSETTLED((MERGE_STEP,)), MERGE_HOW(MergeHow.QUEUE), MERGE_HOW(MergeHow.AUTO)]
)
def test_a_merge_that_was_not_known_is_asked_about_once_more(unsure, is_merged):
    pulls = Pulls(is_merged=is_merged)
    known = facts(PULL_REQUEST_NUMBER(2), unsure, WORKFLOW_RUN_ID(70))
    outcome = SEE.run(known, outside(Actions(), pulls))
    assert isinstance(outcome, Done)
    found = by_key(outcome.facts)
    assert found.get("merge_sha") == (OURS if is_merged else None)


@pytest.mark.parametrize("how", [MergeHow.QUEUE, MergeHow.AUTO])
def test_a_merge_that_is_left_to_github_is_taken_back(how):
    pulls = Pulls(left=HandedOver(how))
    known = facts(PULL_REQUEST_NUMBER(2), MERGE_HOW(how))
    assert isinstance(SEE.run(known, outside(Actions(), pulls)), Waiting)
    assert pulls.taken_back == 1
    assert isinstance(SEE.run(known, outside(Actions(), pulls)), Done)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_cannot_be_asked_is_said_and_a_person_may_do_without_it(trouble):
    actions = Actions(trouble=trouble)
    outcome = SEE.run(facts(MERGE_SHA(OURS)), outside(actions))
    assert isinstance(outcome, Waiting)
    question = outcome.question
    assert question is not None
    assert (question.key, question.by_yes, question.flag) == ("under-way", "end", "--yes")
    assert [(each.key, each.then) for each in question.options] == [("end", Then.GO_ON)]
    why = trouble.problem.what if isinstance(trouble, ProblemError) else trouble.saying
    assert question.shown == (why, "To look by hand: gh run list --workflow deploy.yml")
    # Trouble may be over in a moment: ``--yes`` is no reason to look away at once.
    assert outcome.ready is isinstance(trouble, ProblemError)
    in_time: Any = SEE.run(facts(MERGE_SHA(OURS), after=60.0), outside(actions))
    assert in_time.ready is outcome.ready
    late = SEE.run(facts(MERGE_SHA(OURS), after=61.0), outside(actions))
    assert isinstance(late, Waiting)
    assert late.ready
    answered = facts(MERGE_SHA(OURS), answers={question.key: Answer("end")})
    ended = SEE.run(answered, outside(actions))
    assert isinstance(ended, Done)
    assert "not known" in ended.saying


@dataclass
class Cluster:
    """Deployments that may not run what they should."""

    runs_the_target: bool

    def record(self, names):
        target = type("Now", (), {"name": names[0], "runs": lambda *_: self.runs_the_target})
        return (target(),)


@pytest.mark.parametrize("has_shipped", [True, False])
def test_what_was_shipped_all_the_same_is_restored_over(has_shipped):
    target = DeploymentRecord("backend", "u", "1", 1, "h", {}, (), replicas=1, is_healthy=True)
    known = facts(ROLLBACK_TARGETS((target,)), MERGE_SHA(OURS), WORKFLOW_RUN_ID(70))
    its_ports = replace(outside(Actions()), cluster=cast("Any", Cluster(not has_shipped)))
    outcome = SEE.run(known, its_ports)
    assert isinstance(outcome, GoBack if has_shipped else Done)


def test_a_pull_request_whose_merge_is_settled_is_not_asked_about():
    known = facts(PULL_REQUEST_NUMBER(2))
    outcome = SEE.run(
        known, outside(Actions(), Pulls(is_merged=True, left=HandedOver(MergeHow.AUTO)))
    )
    assert isinstance(outcome, Done)
    assert "merge_sha" not in by_key(outcome.facts)


@pytest.mark.parametrize(("again", "is_ours"), [(0, False), (71, True), (99, False)])
def test_a_run_that_was_started_by_hand_is_ours_only_where_we_started_it(again, is_ours):
    by_hand = replace(run_of(OURS), event=BY_HAND)
    (found,) = under_way([by_hand], OURS, again)
    assert found.is_ours is is_ours


@pytest.mark.parametrize("known", [MERGE_HOW(MergeHow.QUEUE), UNSETTLED((MERGE_STEP,))])
def test_what_was_left_to_github_is_taken_back_right_after_the_yes(known):
    pulls = Pulls(left=HandedOver(MergeHow.QUEUE, 1, "queued"))
    given = Facts(by_key((PULL_REQUEST_NUMBER(7), known)))
    found: Any = CALL_OFF.run(given, outside(Actions(), pulls))
    assert pulls.taken_back == 1
    assert "not to merge pull request 7" in found.saying
    merged = Facts({**given.known, **by_key((MERGE_SHA(OURS),))})
    CALL_OFF.run(merged, outside(Actions(), pulls))
    assert pulls.taken_back == 1


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_merge_that_cannot_be_taken_back_holds_up_no_restoration(trouble):
    class Refusing(Pulls):
        def take_back(self, _number):
            raise trouble

    given = Facts(by_key((PULL_REQUEST_NUMBER(7), MERGE_HOW(MergeHow.QUEUE))))
    found: Any = CALL_OFF.run(given, outside(Actions(), Refusing()))
    assert isinstance(found, Done)
    assert "not known" in found.saying
