"""What the steps from the pull request on make of GitHub, production, and what is left to do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from tests.engine.small_plan import ports
from tests.steps.fake_github import (
    AUTO,
    BRANCH,
    CLOSED,
    HEAD,
    MERGE,
    MERGED,
    NOW,
    OLDER,
    OPEN,
    QUEUED,
    TARGET,
    URL,
    FakePullRequests,
    approval,
)
from tests.steps.recorder import Port

from hotfix.domain.answering import is_for_a_person
from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Maybe, by_key
from hotfix.domain.fact_names import ISSUE_NUMBER
from hotfix.domain.fact_records import GoodRun, Way
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident, Severity
from hotfix.domain.outcome import Ask, Done, Failed, LeftToDo, NotDone, Unknown, Waiting
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.proposal import THE_FIX, THE_REVERT
from hotfix.domain.pull_request_text import marker, of_the_fix
from hotfix.domain.question import Answer, Then
from hotfix.ports.prober import Probe
from hotfix.ports.repository import Brought, NotReplayed, Replayed
from hotfix.ports.status_page import PageIncident
from hotfix.ports.tickets import Ticket
from hotfix.ports.workflow_runs import Job, WorkflowRun, WorkflowState
from hotfix.steps.annotate_the_deployments import AnnotateTheDeployments
from hotfix.steps.await_the_merge import AwaitTheMerge
from hotfix.steps.bring_back_to_base import BringBackToBase
from hotfix.steps.choose_the_run import ChooseTheRun
from hotfix.steps.close_pull_request import ClosePullRequest
from hotfix.steps.confirm_by_a_person import ConfirmByAPerson
from hotfix.steps.deploy_the_good_run_again import DeployTheGoodRunAgain
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.link_the_follow_up import LinkTheFollowUp
from hotfix.steps.log_the_deployment import LogTheDeployment
from hotfix.steps.name_what_came_back import NameWhatCameBack
from hotfix.steps.open_follow_up import OpenFollowUp
from hotfix.steps.open_post_mortem import OpenPostMortem
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.probe_after_rollback import ProbeAfterRollback
from hotfix.steps.probe_production import ProbeProduction
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.record_the_healthy_state import RecordTheHealthyState
from hotfix.steps.remind_of_post_mortem import RemindOfPostMortem
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview
from hotfix.steps.revert_the_merge import RevertTheMerge
from hotfix.steps.see_it_broken import SeeItBroken
from hotfix.steps.update_status_page import UpdateStatusPage
from hotfix.steps.watch_the_run_again import WatchTheRunAgain
from hotfix.steps.watch_workflow_run import WatchWorkflowRun

INCIDENT = Incident("checkout returns 500")
PROBLEM = Problem(ProblemCode.RIGHTS, "Refused.", "No rights.", "log in")
STOP = ("stop", Then.STOP, "")


def world(**given: Any) -> Any:
    return replace(ports(), **{name: cast("Any", each) for name, each in given.items()})


def known(answers=None, seconds=0.0, **more) -> Facts:
    begun = NOW - timedelta(seconds=seconds)
    return Facts(more, answers or {}, run="hf-1", operator="dana", now=NOW, begun_at=begun)


def told(outcome: Any) -> Any:
    """Return the facts of an outcome as they stand in the journal."""
    return by_key(outcome.facts)


def went(question) -> list[tuple[str, Then, str]]:
    return [(each.key, each.then, each.back_to) for each in question.options]


FIX: dict[str, Any] = {"branch": BRANCH, "head_sha": HEAD}
REVERT: dict[str, Any] = {"revert_branch": "hotfix/revert-x", "revert_sha": HEAD}
TEXT = of_the_fix(INCIDENT)


NO_TEMPLATE = Port(names_at=())


def test_the_pull_request_is_opened_from_the_branch_into_the_deploy_branch():
    github = Port(open=OPEN)
    step = OpenPullRequest(TEXT, TARGET)
    found: Any = step.run(known(**FIX), world(pull_requests=github, repository=NO_TEMPLATE))
    (words,) = github.calls("open")
    assert (words[0], words[2:]) == (TEXT.title, [BRANCH, TARGET])
    assert told(found) == {
        "pull_request_number": 7,
        "pull_request_url": URL,
        "author": "dana",
    }


@pytest.mark.parametrize(
    ("names", "template"),
    [
        (["README.md", ".github/PULL_REQUEST_TEMPLATE.md"], ".github/PULL_REQUEST_TEMPLATE.md"),
        (["pull_request_template", "docs/pull_request_template.md"], "pull_request_template"),
        (["docs/Pull_Request_Template.txt"], "docs/Pull_Request_Template.txt"),
        ([".github/pull_request_template.md.bak", "pull_request_template.html"], ""),
        ([".github/ISSUE_TEMPLATE.md", "src/pull_request_template.md"], ""),
    ],
)
@pytest.mark.parametrize("proposal", [THE_FIX, THE_REVERT])
def test_what_the_repository_wants_to_be_said_is_said_too(names, template, proposal):
    def text_of(commit, path):
        assert (commit, path) == (HEAD, template)
        return "## Risk\n- [ ] none <!-- left open"

    github = Port(open=OPEN)
    repository = Port(names_at=names, file_at=text_of)
    step = OpenPullRequest(TEXT, TARGET, proposal)
    step.run(known(**FIX, **REVERT), world(pull_requests=github, repository=repository))
    ((_, body, *_),) = github.calls("open")
    assert body.startswith(TEXT.body(known()).split("\n")[0])
    assert body.endswith("\n---\n\n## Risk\n- [ ] none <!-- left open\n") is bool(template)


@pytest.mark.parametrize(
    ("there", "outcome"),
    [(None, NotDone), (OPEN, Done), (MERGED, Done), (replace(OPEN, head_sha=OLDER), Unknown)],
)
def test_a_pull_request_with_our_commit_is_the_evidence_of_having_opened_it(there, outcome):
    step = OpenPullRequest(TEXT, TARGET)
    found = step.evidence(known(**FIX), world(pull_requests=FakePullRequests(there)))
    assert isinstance(found, outcome)
    if isinstance(found, Done):
        assert told(found)["pull_request_number"] == 7


@pytest.mark.parametrize(("proposal", "facts"), [(THE_FIX, FIX), (THE_REVERT, REVERT)])
@pytest.mark.parametrize(
    ("there", "is_opened_again"),
    [
        (OPEN, False),
        (replace(OPEN, head_sha=OLDER), False),  # it follows the branch, a moment later
        (MERGED, False),
        (replace(MERGED, head_sha=OLDER), True),
        (CLOSED, True),
        (replace(OPEN, base="main"), True),
        (replace(OPEN, head="hotfix/other"), True),
    ],
)
def test_a_pull_request_whose_number_is_known_is_looked_at_before_another_is_opened(
    proposal, facts, there, is_opened_again
):
    github = Port(get=there, open=OPEN)
    at = world(pull_requests=github, repository=NO_TEMPLATE)
    branch = {proposal.branch.key: BRANCH}
    step = OpenPullRequest(TEXT, TARGET, proposal)
    found: Any = step.run(known(**{**facts, **branch, proposal.number.key: 7}), at)
    assert [name for name, *_ in github.received] == ["get", *(["open"] * is_opened_again)]
    assert told(found)[proposal.number.key] == 7


def test_a_revert_has_a_pull_request_only_where_there_is_one():
    step, at = OpenPullRequest(TEXT, TARGET, THE_REVERT), world(pull_requests=FakePullRequests())
    assert step.run(known(), at) == Done("There is no revert to propose.")
    assert step.evidence(known(), at) == NotDone()
    found: Any = OpenPullRequest(TEXT, TARGET, THE_REVERT).run(
        known(**REVERT), world(pull_requests=Port(open=OPEN), repository=NO_TEMPLATE)
    )
    assert told(found) == {"revert_number": 7, "revert_url": URL}


@pytest.mark.parametrize(
    ("proposal", "facts"), [(THE_FIX, FIX), (THE_REVERT, REVERT)], ids=["fix", "revert"]
)
def test_what_is_reported_of_a_proposal_is_what_its_steps_declare(proposal, facts):
    opened, labelled = OpenPullRequest(TEXT, TARGET, proposal), LabelPullRequest(("x",), proposal)
    pushed = PublishBranch(proposal=proposal)
    repository = Port(branch_commit=HEAD, publish=None, names_at=())
    github = Port(get=CLOSED, open=OPEN, add_labels=None)
    at = world(pull_requests=github, repository=repository)
    for step in (opened, labelled, pushed):
        facts_of = [each.fact if isinstance(each, Maybe) else each for each in step.reports]
        outcome = step.run(known(**facts, **{proposal.number.key: 7}), at)
        assert set(told(outcome)) == {fact.key for fact in facts_of}, step.name
        # There is a fix in every run, and not a revert.
        assert {isinstance(each, Maybe) for each in step.reports} <= {proposal is THE_REVERT}


@pytest.mark.parametrize(
    ("there", "is_done"), [((), False), (("hotfix",), False), (("x", "urgent", "hotfix"), True)]
)
def test_all_labels_on_it_are_the_evidence_of_having_labelled_it(there, is_done):
    github = FakePullRequests(replace(OPEN, labels=there))
    step, at = LabelPullRequest(("hotfix", "urgent")), world(pull_requests=github)
    assert isinstance(step.evidence(known(pull_request_number=7), at), Done if is_done else NotDone)
    found: Any = step.run(known(pull_request_number=7), at)
    assert github.received == [("add_labels", 7, ("hotfix", "urgent"))]
    assert told(found) == {"labels": ["hotfix", "urgent"]}


def test_a_revert_that_is_not_there_is_not_labelled():
    step, at = LabelPullRequest(("x",), THE_REVERT), world(pull_requests=FakePullRequests())
    assert step.run(known(), at) == Done("There is no revert to label.")
    assert step.evidence(known(), at) == NotDone()
    assert step.reports == ()


@pytest.mark.parametrize(
    ("more", "given", "asked"),
    [
        ({"revert_number": 7}, "", []),
        ({"revert_number": 7, "reviewer": "rena"}, "noor", [("request_review", 7, "rena")]),
        ({"revert_number": 7}, "noor", [("request_review", 7, "noor")]),
        ({"reviewer": "rena"}, "noor", []),
    ],
)
def test_who_reviewed_the_fix_is_asked_about_the_revert(more, given, asked):
    github = FakePullRequests()
    step, at = RequestTheRevertsReview(given), world(pull_requests=github)
    found: Any = step.run(known(**more), at)
    if more and not given and not asked:
        assert found.problem.next_command == "ask somebody to review the revert"
    else:
        assert isinstance(found, Done)
    assert github.received == asked
    assert step.evidence(known(**more), at) == NotDone()
    reviewed = world(pull_requests=FakePullRequests(found_reviews=[approval(who="noor")]))
    is_there = step.evidence(known(**more), reviewed) != NotDone()
    assert is_there is (asked == [("request_review", 7, "noor")])


LEFT: dict[str, Any] = {"merge_how": "queue", "pull_request_number": 7, "approved_sha": HEAD}


def test_what_was_merged_directly_is_not_awaited():
    found = AwaitTheMerge(TARGET).run(known(merge_how="direct", pull_request_number=7), world())
    assert found == Done(f"{TARGET} has the fix.")


@pytest.mark.parametrize(
    ("left", "saying"),
    [
        (replace(QUEUED, state="AWAITING_CHECKS"), "in the merge queue at 2: AWAITING CHECKS"),
        (AUTO, "waiting for auto-merge"),
    ],
)
def test_a_merge_that_github_has_in_hand_is_awaited(left, saying):
    at = world(pull_requests=FakePullRequests(left=left))
    found: Any = AwaitTheMerge(TARGET).run(known(**LEFT), at)
    assert isinstance(found, Waiting)
    assert (found.saying[: len(saying)], found.look_again_in) == (saying, 5.0)


@pytest.mark.parametrize(
    ("left", "seconds", "hints"),
    [
        (QUEUED, 299.0, []),
        (QUEUED, 300.0, ["merge_group", "gh pr checks 7"]),
        (AUTO, 0.0, ["gh pr checks 7"]),
        (AUTO, 900.0, ["gh pr checks 7"]),
    ],
)
def test_who_waits_for_github_is_told_where_to_see_what_is_missing(left, seconds, hints):
    at = world(pull_requests=FakePullRequests(left=left))
    found: Any = AwaitTheMerge(TARGET).run(known(seconds=seconds, **LEFT), at)
    assert len(found.shown) == len(hints)
    assert all(hint in line for hint, line in zip(hints, found.shown, strict=True))
    assert ("more than 5 minutes" in found.saying) is (len(hints) > 1)


def test_auto_merge_that_waits_for_a_conflict_to_be_resolved_says_so():
    github = FakePullRequests(replace(OPEN, conflicts=True), left=AUTO)
    found: Any = AwaitTheMerge(TARGET).run(known(**LEFT), world(pull_requests=github))
    assert found.saying == "waiting for auto-merge: the pull request conflicts with its base"


def test_a_merge_that_github_made_is_reported_even_where_it_is_seen_at_the_second_look():
    done: Any = AwaitTheMerge(TARGET).run(
        known(**LEFT), world(pull_requests=FakePullRequests(MERGED))
    )
    assert told(done) == {"merge_sha": MERGE}
    looks = [OPEN, MERGED]
    late = Port(get=lambda _number: looks.pop(0), handed_over=None)
    found: Any = AwaitTheMerge(TARGET).run(known(**LEFT), world(pull_requests=late))
    assert told(found) == {"merge_sha": MERGE}


def test_a_merge_at_a_head_that_nobody_approved_is_asked_about_at_both_looks():
    other = replace(MERGED, head_sha=OLDER)
    looks = [OPEN, other]
    late = Port(get=lambda _number: looks.pop(0), handed_over=None)
    for github in (FakePullRequests(other), late):
        found: Any = AwaitTheMerge(TARGET).run(known(**LEFT), world(pull_requests=github))
        assert isinstance(found, Ask)
        assert (found.question.key, found.question.by_yes) == ("merged-unapproved", "")
        assert went(found.question) == [STOP, ("watch", Then.GO_ON, "")]
    answered = known({"merged-unapproved": Answer("watch")}, **LEFT)
    on = AwaitTheMerge(TARGET).run(answered, world(pull_requests=FakePullRequests(other)))
    assert told(on) == {"merge_sha": MERGE, "approver": None}


@pytest.mark.parametrize("pull", [OPEN, CLOSED])
def test_what_was_thrown_out_of_the_queue_is_a_question_and_no_merge(pull):
    found: Any = AwaitTheMerge(TARGET).run(
        known(**LEFT), world(pull_requests=FakePullRequests(pull))
    )
    assert isinstance(found, Ask)
    assert found.question.key == "not-merged"
    assert (went(found.question), found.question.by_yes, bool(found.question.flag)) == (
        [
            ("again", Then.GO_BACK, "merge_the_fix"),
            ("fix", Then.GO_BACK, "await_the_fix"),
            STOP,
        ],
        *("", True),
    )


RUN = WorkflowRun(70, 12, "https://x/70", MERGE, WorkflowState.SUCCEEDED, (), 1, TARGET, "push")
FAILED_JOB = Job(1, "deploy", WorkflowState.FAILED, "kubectl")


def watched(run, answers=None, seconds=0.0, **more) -> tuple[Any, Port]:
    runs = Port(find=run, run_failed_again=None, last_log_lines=("boom",), **more)
    step = WatchWorkflowRun("deploy.yml")
    return step.run(known(answers, seconds, merge_sha=MERGE), world(workflow_runs=runs)), runs


def test_a_run_of_the_merge_that_succeeded_is_reported():
    found, runs = watched(RUN)
    assert told(found) == {"workflow_run_id": 70, "workflow_run_url": "https://x/70"}
    assert runs.received == [("find", MERGE)]
    without = WatchWorkflowRun("").run(known(), world())
    assert without == Done("No deploy workflow is configured.", is_needless=True)


@pytest.mark.parametrize(("seconds", "outcome"), [(89.0, Waiting), (90.0, Ask)])
def test_a_run_that_does_not_appear_is_awaited_for_a_while(seconds, outcome):
    found, _ = watched(None, seconds=seconds)
    assert isinstance(found, outcome)
    if isinstance(found, Ask):
        assert went(found.question) == [
            ("look", Then.GO_BACK, "watch_workflow_run"),
            ("roll-back", Then.ROLL_BACK, ""),
            STOP,
        ]
        assert found.question.key == "workflow-missing"
        assert (found.question.by_yes, bool(found.question.flag)) == ("", True)
    else:
        assert found.look_again_in == 2.0


@pytest.mark.parametrize(
    ("state", "attempt", "jobs", "saying"),
    [
        (WorkflowState.QUEUED, 1, (), "run 12 queued"),
        (
            WorkflowState.QUEUED,
            1,
            (Job(1, "build", WorkflowState.RUNNING), Job(2, "deploy", WorkflowState.QUEUED)),
            "run 12 running: build running, deploy queued",
        ),
        (WorkflowState.RUNNING, 2, (), "run 12, attempt 2 running"),
        (
            WorkflowState.RUNNING,
            1,
            (Job(1, "deploy", WorkflowState.RUNNING, "kubectl"), Job(2, "b", WorkflowState.QUEUED)),
            "run 12 running: deploy running (kubectl), b queued",
        ),
    ],
)
def test_a_run_that_goes_on_is_awaited(state, attempt, jobs, saying):
    found, _ = watched(replace(RUN, state=state, attempt=attempt, jobs=jobs))
    assert found == Waiting(saying, look_again_in=2.0)


def test_a_run_that_a_person_must_let_through_says_so_and_asks_meanwhile():
    found, _ = watched(
        replace(RUN, state=WorkflowState.WAITING_FOR_A_PERSON, environments=("production",))
    )
    assert found.saying == "waiting for a person to let production through: https://x/70"
    assert went(found.question) == [("look", Then.GO_BACK, "watch_workflow_run"), STOP]
    assert (found.question.by_yes, bool(found.question.flag)) == ("", True)


FAILED_RUN = replace(RUN, state=WorkflowState.FAILED, jobs=(FAILED_JOB,))
AGAIN = {"workflow-failed": Answer("again")}


def test_a_run_that_failed_is_asked_about_with_rolling_back_first():
    found, runs = watched(FAILED_RUN)
    assert went(found.question) == [
        ("roll-back", Then.ROLL_BACK, ""),
        ("again", Then.GO_ON, ""),
        ("look", Then.GO_BACK, "watch_workflow_run"),
        STOP,
    ]
    assert found.question.shown == ("https://x/70", "deploy failed at kubectl:", "  boom")
    assert (found.question.by_yes, bool(found.question.flag)) == ("", True)
    assert not runs.calls("run_failed_again")


def test_failed_jobs_are_run_again_once_and_only_of_a_first_attempt():
    found, runs = watched(FAILED_RUN, AGAIN)
    assert isinstance(found, Waiting)
    assert (runs.calls("run_failed_again"), found.look_again_in) == ([[70]], 2.0)
    second, runs = watched(replace(FAILED_RUN, attempt=2), AGAIN)
    assert [each.key for each in second.question.options] == ["roll-back", "look", "stop"]
    assert not runs.calls("run_failed_again")


def test_a_run_that_was_superseded_names_the_newer_one():
    superseded = replace(RUN, state=WorkflowState.SUPERSEDED, superseded_by="https://x/71")
    found, _ = watched(superseded)
    assert "superseded by a newer run" in found.question.text
    assert found.question.shown[1] == "a newer run took its place: https://x/71"


GOOD = replace(RUN, id=60, number=11, sha=OLDER, actor="rena", age_seconds=86_400.0)
OURS = replace(RUN, number=12)


def chosen(runs, workflow="deploy.yml", dispatch_input="sha", answered=True, **more) -> Any:
    given = {"merge_sha": MERGE, **more}
    port = Port(on_branch=tuple(runs), login="dana")
    step = ChooseTheRun(workflow, TARGET, dispatch_input, ("web",))
    answers = {"run-again": Answer("run-again")} if answered else {}
    outcome: Any = step.run(known(answers, **given), world(workflow_runs=port))
    return told(outcome)["good_run"] if answered else outcome.question


def test_the_newest_success_before_the_merge_is_run_again():
    older = replace(GOOD, id=50, number=10, sha="e5" * 20)
    found = chosen([OURS, GOOD, older])
    assert (found["way"], found["run_id"], found["attempt"], found["sha"]) == (
        *("again", 60, 1),
        OLDER,
    )
    assert (found["newest_by_hand"], found["by"]) == (0, "")
    question = chosen([OURS, GOOD], answered=False)
    assert question.key == "run-again"
    assert (question.by_yes, went(question)) == (
        "run-again",
        [("run-again", Then.GO_ON, ""), STOP],
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(GOOD, id=70, number=13),
        replace(GOOD, id=65, state=WorkflowState.FAILED),
        replace(GOOD, id=65, event="workflow_dispatch"),
        replace(GOOD, id=65, number=12, sha=MERGE),
    ],
)
def test_what_is_no_success_before_the_merge_is_not_run_again(other):
    assert chosen([other, OURS, GOOD])["run_id"] == 60


def test_where_it_is_known_what_ran_only_that_is_run_again():
    newer = replace(GOOD, id=65, sha="e5" * 20)
    assert chosen([OURS, newer, GOOD], live_sha=OLDER)["run_id"] == 60
    by_hand = chosen([OURS, newer], live_sha=OLDER)
    assert (by_hand["way"], by_hand["sha"], by_hand["run_id"]) == ("dispatch", OLDER, 0)


@pytest.mark.parametrize(
    "good", [replace(GOOD, age_seconds=30 * 86_400.0), replace(GOOD, attempt=51)]
)
def test_what_github_does_not_run_again_is_started_by_hand(good):
    by_hand = replace(GOOD, id=66, event="workflow_dispatch")
    found = chosen([replace(by_hand, id=68), by_hand, OURS, good])
    assert (found["way"], found["sha"], found["newest_by_hand"], found["by"]) == (
        *("dispatch", OLDER),
        *(68, "dana"),
    )
    assert found["because"].startswith("Nothing is run again: it ")


@pytest.mark.parametrize(
    ("runs", "more"),
    [
        ([OURS], {}),
        ([replace(GOOD, attempt=51)], {"dispatch_input": ""}),
        ([GOOD], {"workflow": ""}),
        ([GOOD], {"merge_sha": None}),
    ],
)
def test_where_nothing_can_be_deployed_again_that_is_said(runs, more):
    with pytest.raises(ProblemError) as caught:
        chosen(runs, **more)
    assert caught.value.problem.next_command.startswith("hotfix rollback")


def test_only_what_is_not_over_is_under_way_when_a_run_is_chosen():
    going_on = replace(OURS, id=71, state=WorkflowState.RUNNING)
    runs = Port(on_branch=(going_on, OURS, GOOD), login="dana")
    step = ChooseTheRun("deploy.yml", TARGET, "sha", ("web",))
    answered = known({"run-again": Answer("run-again")}, merge_sha=MERGE)
    found = told(step.run(answered, world(workflow_runs=runs)))
    assert [each["run_id"] for each in found["under_way"]] == [71]


RERUN = GoodRun(Way.AGAIN, 60, 1, 0, OLDER, "", "")
BY_HAND = GoodRun(Way.DISPATCH, 0, 0, 60, OLDER, "", "", by="dana")
STARTED = replace(RUN, id=70, event="workflow_dispatch", actor="dana", sha=HEAD)


def deploying(good, runs, seconds=0.0) -> tuple[DeployTheGoodRunAgain, Facts, Any]:
    step = DeployTheGoodRunAgain("deploy.yml", TARGET, "sha", ("web",))
    return step, known(seconds=seconds, good_run=good.to_json()), world(workflow_runs=runs)


def test_the_chosen_run_is_run_again_or_the_workflow_started_with_its_commit():
    again = Port(run_again=None)
    step, facts, at = deploying(RERUN, again)
    found: Any = step.run(facts, at)
    assert again.received == [("run_again", 60)]
    assert told(found) == {"again_run_id": 60, "rolled_back": ["web"], "restoration": None}
    for answer, number in ((77, 77), (None, 0)):
        by_hand = Port(dispatch=answer)
        step, facts, at = deploying(BY_HAND, by_hand)
        found = step.run(facts, at)
        assert by_hand.received == [("dispatch", TARGET, {"sha": OLDER})]
        assert told(found)["again_run_id"] == number


def test_a_refused_start_is_certain_and_a_lost_answer_is_not():
    step, facts, at = deploying(BY_HAND, Port(dispatch=ProblemError(PROBLEM)))
    assert step.run(facts, at) == Failed(PROBLEM, nothing_happened=True)
    limited = TemporaryTroubleError("a limit", 9.0, is_refusal=True)
    step, facts, at = deploying(BY_HAND, Port(dispatch=limited))
    assert step.run(facts, at) == Waiting("a limit", 9.0)
    step, facts, at = deploying(BY_HAND, Port(dispatch=TemporaryTroubleError("lost", 1.0)))
    with pytest.raises(TemporaryTroubleError):
        step.run(facts, at)


@pytest.mark.parametrize(("attempt", "outcome"), [(1, NotDone), (2, Done)])
def test_another_attempt_is_the_evidence_of_a_run_again(attempt, outcome):
    step, facts, at = deploying(RERUN, Port(get=replace(GOOD, attempt=attempt)))
    assert isinstance(step.evidence(facts, at), outcome)


@pytest.mark.parametrize(
    ("runs", "outcome"),
    [
        ([STARTED], Done),
        ([STARTED, replace(STARTED, id=71)], Unknown),
        ([STARTED, replace(STARTED, id=71, title=f"Deploy {OLDER[:7]}")], Done),
        ([replace(STARTED, id=60)], Unknown),
        ([replace(STARTED, event="push")], Unknown),
        ([replace(STARTED, actor="noor")], Unknown),
        ([], Unknown),
    ],
)
def test_one_new_run_by_hand_of_ours_is_the_evidence_of_a_start(runs, outcome):
    port = Port(on_branch=tuple(runs), login="dana")
    step, facts, at = deploying(BY_HAND, port, seconds=90.0)
    found = step.evidence(facts, at)
    assert isinstance(found, outcome)
    if isinstance(found, Done):
        assert told(found)["again_run_id"] == max(run.id for run in runs)
    if isinstance(found, Unknown):
        assert found.problem.code is ProblemCode.FAILED
        assert ("several" in found.problem.what) is (len(runs) > 1)
        assert all(run.url in found.problem.why for run in runs if len(runs) > 1)
    step, facts, at = deploying(BY_HAND, port, seconds=89.0)
    if outcome is Unknown and len(runs) < 2:
        with pytest.raises(TemporaryTroubleError):
            step.evidence(facts, at)


def watched_again(run, good=RERUN, number=60, answers=None, seconds=0.0) -> Any:
    runs = Port(get=run, on_branch=(), login="dana", last_log_lines=("boom",))
    facts = known(answers, seconds, again_run_id=number, good_run=good.to_json())
    return WatchTheRunAgain(TARGET).run(facts, world(workflow_runs=runs))


def test_only_a_newer_attempt_is_the_deployment_that_was_asked_for():
    second = replace(GOOD, attempt=2)
    found = watched_again(second)
    assert told(found) == {"again_run_url": "https://x/70"}
    assert watched_again(GOOD) == Waiting("waiting for the run to start", look_again_in=2.0)
    assert isinstance(watched_again(GOOD, seconds=89.0), Waiting)
    question = watched_again(GOOD, seconds=90.0).question
    assert question.key == "again-missing"
    assert went(question) == [("look", Then.GO_BACK, "watch_the_run_again"), STOP]
    assert (question.by_yes, bool(question.flag)) == ("", True)
    running = replace(second, state=WorkflowState.RUNNING, jobs=(FAILED_JOB,))
    assert watched_again(running) == Waiting("run 11 running: deploy failed", look_again_in=2.0)
    failed = watched_again(replace(second, state=WorkflowState.FAILED, jobs=(FAILED_JOB,))).question
    assert (went(failed), failed.by_yes) == (
        [("look", Then.GO_BACK, "watch_the_run_again"), STOP],
        "",
    )
    assert (failed.key, failed.flag) == ("again-failed", "hotfix rollback")
    assert failed.shown[:3] == ("https://x/70", "deploy failed at kubectl:", "  boom")
    held = watched_again(replace(second, state=WorkflowState.WAITING_FOR_A_PERSON))
    assert held.question.key == "environment"
    assert held.look_again_in == 2.0


def test_where_the_server_did_not_tell_the_run_the_earliest_of_ours_is_watched():
    runs = Port(
        get=lambda number: replace(STARTED, id=number, url=f"https://x/{number}"),
        on_branch=(replace(STARTED, id=72), replace(STARTED, id=71)),
        login="dana",
    )
    facts = known(again_run_id=0, good_run=BY_HAND.to_json())
    found: Any = WatchTheRunAgain(TARGET).run(facts, world(workflow_runs=runs))
    assert told(found) == {"again_run_url": "https://x/71"}
    assert isinstance(watched_again(STARTED, BY_HAND, 0), Waiting)


PROBES = (Probe("checkout"), Probe("home"))


def saw(*greens: bool) -> tuple[ProbeResult, ...]:
    names = ("checkout", "home")
    return tuple(
        ProbeResult(name, is_green, "200" if is_green else "500", 0.1)
        for name, is_green in zip(names, greens, strict=False)
    )


def probing(step, results, answers=None, looked=60.0, **more) -> Any:
    facts = known(answers, **more)
    since = NOW - timedelta(seconds=looked)
    facts = replace(facts, now=NOW, looking_since=since)
    return step.run(facts, world(prober=Port(probe=results)))


NOT_REACHED = ProbeResult("home", False, "not reached: no such name in 0.01 s", 0.01, False)


def test_what_was_not_reached_is_not_red_before_the_fix():
    step = SeeItBroken(PROBES)
    early = probing(step, (*saw(True), NOT_REACHED), looked=2.0)
    assert early.saying == "home: not reached: no such name; looking again"
    asked = probing(step, (*saw(True), NOT_REACHED), looked=6.0)
    assert (asked.question.key, asked.question.by_yes) == ("not-reached", "go-on")
    assert went(asked.question) == [
        ("go-on", Then.GO_ON, ""),
        ("again", Then.GO_BACK, "see_it_broken"),
        STOP,
    ]
    assert asked.question.shown[-1] == "Green afterwards will prove nothing."
    on = probing(step, (*saw(True), NOT_REACHED), {"not-reached": Answer("go-on")})
    assert on.saying.startswith("not known: home (not reached: ")
    assert [each.get("is_reached", True) for each in told(on)["probes_before"]] == [True, False]
    # Another one is red: that is the proof.
    both = probing(step, (*saw(False), NOT_REACHED))
    assert both.saying.startswith(
        "fails: checkout (500), as expected before a fix; not known: home ("
    )


@pytest.mark.parametrize("results", [saw(True, False), (*saw(True), NOT_REACHED)])
def test_one_look_right_after_the_rollout_decides_nothing(results):
    step = ProbeProduction(PROBES)
    for looked in (0.0, 19.0):
        found = probing(step, results, looked=looked)
        assert isinstance(found, Waiting)
        assert found.saying.startswith("home is not green yet (")
        # It does not change from look to look.
        assert " s)" not in found.saying
    assert isinstance(probing(step, results, looked=20.0), Ask)
    assert isinstance(probing(step, saw(True, True), looked=0.0), Done)


def test_what_is_not_reached_after_the_fix_is_neither_green_nor_red():
    step = ProbeProduction(PROBES)
    asked = probing(step, (*saw(True), NOT_REACHED))
    assert (asked.question.key, asked.question.by_yes) == ("not-reached", "")
    assert asked.question.options[0].then is Then.GO_BACK
    about = asked.question.about
    accepted = {"not-reached": Answer("accept", "seen by phone", by="dana", about=about)}
    on = probing(step, (*saw(True), NOT_REACHED), accepted)
    assert on.saying.endswith("Accepted by dana although not reached: seen by phone")
    red = probing(step, saw(True, False), accepted)
    assert red.question.key == "still-red"


def test_a_green_production_before_the_fix_is_asked_about():
    step = SeeItBroken(PROBES)
    asked = probing(step, saw(True, True))
    assert (asked.question.key, asked.question.by_yes) == ("all-green", "go-on")
    assert asked.question.shown[-1] == "Green afterwards will prove nothing."
    assert went(asked.question) == [("go-on", Then.GO_ON, ""), STOP]
    on = probing(step, saw(True, True), {"all-green": Answer("go-on")})
    assert on.saying == "All probes green."
    red = probing(step, saw(False, True))
    assert red.saying == "fails: checkout (500), as expected before a fix."
    assert not on.is_success
    assert not red.is_success
    assert [each["is_green"] for each in told(red)["probes_before"]] == [False, True]
    assert probing(SeeItBroken(()), ()).facts == ()


def test_what_the_question_about_many_red_probes_leaves_out_is_shown_beside_it():
    red = tuple(ProbeResult(f"p{at}", False, f"50{at} in 0.1 s", 0.1) for at in range(6))
    asked = probing(ProbeProduction(PROBES), red)
    for each in red:
        is_said = f"{each.name} ({each.cause})" in asked.question.text
        assert (f"{each.name}: {each.saw}" in asked.question.shown) is not is_said


def test_one_red_probe_after_the_fix_is_asked_about_and_never_accepted_by_yes():
    step = ProbeProduction(PROBES)
    asked = probing(step, saw(True, False))
    assert (asked.question.key, asked.question.by_yes) == ("still-red", "")
    assert asked.question.text == "Production fails: home (500). What now?"
    # The cause is told once: by the question.
    assert asked.question.shown == ()
    assert went(asked.question) == [
        ("roll-back", Then.ROLL_BACK, ""),
        ("again", Then.GO_BACK, "probe_production"),
        ("accept", Then.GO_ON, ""),
    ]
    assert [each.needs_reason for each in asked.question.options] == [False, False, True]
    assert asked.question.flag
    accepted = {"still-red": Answer("accept", "known", by="dana", about="home")}
    assert probing(step, saw(True, False), accepted).saying == (
        "Green: checkout (200). Accepted by dana although red: known"
    )
    # What is red by now as well was not accepted.
    assert isinstance(probing(step, saw(False, False), accepted), Ask)
    assert not probing(step, saw(True, False), accepted).is_success
    green = probing(step, saw(True, True), accepted)
    assert (green.saying, green.is_success) == ("Green: checkout (200); home (200).", True)
    assert len(told(probing(step, saw(True, True)))["probes_after"]) == 2
    assert probing(ProbeProduction(()), ()).facts == ()


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ((False, True), "Still fails, as before the hotfix: checkout (500); works: home (200)."),
        ((True, True), "Works: checkout (200), home (200)."),
        (
            (False, False),
            (
                "Still fails, as before the hotfix: checkout (500); "
                "fails, and did not before: home (500)."
            ),
        ),
    ],
)
def test_after_a_rollback_the_probes_are_compared_with_what_they_saw_before(now, said):
    before = [each.to_json() for each in saw(False, True)]
    found = probing(ProbeAfterRollback(PROBES), saw(*now), probes_before=before)
    assert found.saying == said
    assert found.is_success is all(now)
    assert len(told(found)["probes_restored"]) == 2
    unknown = probing(ProbeAfterRollback(PROBES), saw(*now))
    assert unknown.saying.startswith("Works: " if now[0] else "Fails: checkout (500)")
    dark = (*saw(now[0]), NOT_REACHED)
    not_seen = probing(ProbeAfterRollback(PROBES), dark, probes_before=before)
    assert "; not reached, so not known: home (" in not_seen.saying
    nothing = [replace(each, is_reached=False) for each in dark]
    assert probing(ProbeAfterRollback(PROBES), nothing).saying.startswith("Not reached, so not")
    assert probing(ProbeAfterRollback(()), ()).facts == ()


@pytest.mark.parametrize(("green", "word"), [(True, "Works: "), (False, "Works: checkout (200); ")])
def test_what_was_not_reached_before_the_fix_has_nothing_to_be_compared_with(green, word):
    before = [NOT_REACHED.to_json()]
    found = probing(ProbeAfterRollback(PROBES), saw(True, green), probes_before=before)
    assert found.saying.startswith(word)
    assert green or found.saying.endswith("; fails: home (500).")


def test_the_last_word_is_a_persons_with_what_was_seen_and_what_was_not_proven():
    before, after = ([each.to_json() for each in saw(green, True)] for green in (False, True))
    unproven = [
        {"name": "web", "because": "silent", "revision": 3, "accepted_by": "dana", "reason": ""}
    ]
    step = ConfirmByAPerson()
    asked: Any = step.run(
        known(probes_before=before[:1], probes_after=after, unproven=unproven), world()
    )
    assert asked.question.shown == (
        "checkout: was 500, is 200",
        "Not proven for web: silent",
    )
    assert (asked.question.by_yes, went(asked.question)) == (
        "yes",
        [("yes", Then.GO_ON, ""), ("roll-back", Then.ROLL_BACK, "")],
    )
    yes: Any = step.run(known({"works": Answer("yes", by="dana")}), world())
    assert told(yes) == {"verified_by": "dana"}


def test_of_what_is_not_green_neither_enter_nor_a_script_says_that_it_works():
    after = [each.to_json() for each in saw(False, True)]
    step = ConfirmByAPerson()
    asked: Any = step.run(known(probes_after=after), world())
    assert asked.question.shown[0].startswith("Not green: checkout (")
    assert (asked.question.by_yes, asked.question.meant("")) == ("", None)
    assert is_for_a_person(asked.question, asked.question.options[0])
    yes: Any = step.run(known({asked.question.key: Answer("yes", by="dana")}), world())
    assert told(yes) == {"verified_by": "dana"}


RECORD = DeploymentRecord("web", "u1", "7", 3, "abc", {"spec": 1}, ("web=web:1",), 1, True)


def test_a_state_that_is_not_healthy_is_asked_about_before_it_is_recorded():
    ill = replace(RECORD, name="api", is_healthy=False)
    at = world(cluster=Port(record=(RECORD, ill)))
    step = RecordTheHealthyState(("web", "api"))
    asked: Any = step.run(known(), at)
    assert (asked.question.key, asked.question.by_yes) == ("unhealthy", "go-on")
    assert asked.question.shown[0] == "Not healthy: api."
    assert went(asked.question) == [("go-on", Then.GO_ON, ""), STOP]
    on: Any = step.run(known({"unhealthy": Answer("go-on")}), at)
    assert on.saying == "Recorded web at revision 3, api at revision 3."
    assert [each["name"] for each in told(on)["healthy"]] == ["web", "api"]
    assert isinstance(step.run(known(), world(cluster=Port(record=(RECORD,)))), Done)
    for nothing in (
        RecordTheHealthyState(()).run(known(), at),
        step.run(known(), world(cluster=None)),
    ):
        assert isinstance(nothing, Done)
        # A person reads that it was not needed: nothing is ticked off that was not done.
        assert (nothing.facts, nothing.is_needless) == ((), True)


def bringing(github, **repository) -> tuple[Any, Any, Any]:
    there = {"fetch": "base", "resolve": "fix", "contains": False, "conflicts": ()}
    there |= {"comes_from": False, "has_already": False}
    clone = Port(**{**there, **repository})
    github.commits.setdefault(BRANCH, "fix")
    step = BringBackToBase(INCIDENT, "main", TARGET)
    at = world(pull_requests=github, repository=clone)
    return step, at, clone


GONE_INTO: dict[str, Any] = {
    "branch": BRANCH,
    "pull_request_number": 7,
    "pull_request_url": URL,
}


def test_the_fix_is_proposed_to_the_base_with_what_conflicts():
    github = FakePullRequests()
    step, at, clone = bringing(github, conflicts=("app.py",))
    found = step.run(known(**GONE_INTO), at)
    (_, title, body, head, base) = github.received[0]
    assert (title.startswith("Bring back: "), head, base) == (True, BRANCH, "main")
    assert "- `app.py`" in body
    assert marker("hf-1") in body
    assert "was cut from what ran" not in body
    assert told(found) == {"bring_back_url": URL, "bring_back_conflicts": ["app.py"]}
    assert found.saying.endswith("it conflicts with main in app.py")
    assert clone.calls("conflicts") == [["base", "fix"]]
    live = known(**{**GONE_INTO, "base_sha": OLDER}, start_from="live", live_sha=HEAD)
    step.run(live, at)
    assert OLDER[:8] in github.received[1][2]


@pytest.mark.parametrize("missing", [{"fetch": None}, {"resolve": None}])
def test_what_cannot_be_compared_is_proposed_and_conflicts_with_nothing(missing):
    cannot: dict[str, Any] = {name: AssertionError(name) for name in ("has_already", "conflicts")}
    step, at, _ = bringing(FakePullRequests(), **cannot, **missing)
    assert told(step.run(known(**GONE_INTO), at)) == {
        "bring_back_url": URL,
        "bring_back_conflicts": [],
    }


def test_a_pull_request_into_the_base_is_the_evidence_of_the_bring_back():
    step, at, _ = bringing(FakePullRequests(OPEN), conflicts=("app.py",))
    found = step.evidence(known(**GONE_INTO), at)
    assert told(found) == {"bring_back_url": URL, "bring_back_conflicts": ["app.py"]}
    step, at, _ = bringing(FakePullRequests(None))
    assert step.evidence(known(**GONE_INTO), at) == NotDone()


def test_a_fix_branch_that_github_deleted_is_put_back_at_the_merged_head():
    github = FakePullRequests(MERGED)
    step, at, _ = bringing(github)
    github.commits.clear()
    assert told(step.run(known(**GONE_INTO), at))["bring_back_url"] == URL
    assert github.received[0] == ("ensure_branch", BRANCH, HEAD)


@pytest.mark.parametrize(("known_here", "fetched"), [("fix", ["main"]), (None, ["main", BRANCH])])
def test_a_fix_branch_that_is_not_known_here_is_fetched(known_here, fetched):
    step, at, clone = bringing(FakePullRequests(), resolve=known_here)
    step.run(known(**GONE_INTO), at)
    assert sorted(name for (name,) in clone.calls("fetch")) == sorted(fetched)


@pytest.mark.parametrize("there", [{"contains": True}, {"has_already": True}])
def test_what_the_base_has_by_now_is_not_brought_back(there):
    github = FakePullRequests()
    step, at, _ = bringing(github, **there)
    assert step.run(known(**GONE_INTO), at) == Done("The fix is on main already.")
    assert not github.received


def test_what_was_reverted_on_the_base_is_brought_back():
    step, at, _ = bringing(FakePullRequests(), comes_from=True, has_already=True)
    assert told(step.run(known(**GONE_INTO), at))["bring_back_url"] == URL


def test_what_went_into_the_base_needs_no_bring_back():
    github = FakePullRequests()
    step = BringBackToBase(INCIDENT, TARGET, TARGET)
    at = world(pull_requests=github)
    assert step.run(known(**GONE_INTO), at) == Done("The fix is on the base already.")
    assert step.evidence(known(**GONE_INTO), at) == NotDone()
    assert not github.received


BROUGHT = Brought(OLDER, (MERGE,))


def reverting(
    made=None, tip="tip", carries=True, prefix="hotfix/", brought=BROUGHT, **more
) -> tuple[Any, Port]:
    clone = Port(fetch=tip, carries=carries, brought_by=brought, revert=made or Replayed(HEAD))
    facts = known(**{"merge_sha": MERGE, "branch": BRANCH, "approved_sha": HEAD, **more})
    step = RevertTheMerge(more.pop("merge_into", TARGET), prefix)
    return step.run(facts, world(repository=clone, pull_requests=FakePullRequests(MERGED))), clone


def test_the_merge_is_reverted_on_a_branch_of_its_own_on_top_of_the_deploy_branch():
    found, clone = reverting()
    branch = "hotfix/revert-checkout-returns-500"
    assert clone.calls("revert") == [[branch, "tip", BROUGHT]]
    assert told(found) == {
        "revert_branch": branch,
        "revert_sha": HEAD,
        "revert_by_hand": f"git revert {MERGE[:12]}",
    }
    assert found.saying.endswith("all files are as they were before the merge.")


def test_what_is_reverted_is_told_from_the_commit_that_was_merged():
    other = "d4" * 20
    _, clone = reverting(base_sha=OLDER, approved_sha=other, pull_request_number=7)
    assert clone.calls("brought_by") == [[MERGE, HEAD, OLDER]]
    _, clone = reverting(pull_request_number=None)
    assert clone.calls("brought_by") == [[MERGE, HEAD, ""]]


def test_what_others_changed_since_is_named():
    found, _ = reverting(Replayed(HEAD, ("README.md",)))
    assert found.saying.endswith("but for what others changed: README.md.")


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"revert_by_hand": "git revert -m 1 abc"}, "git revert -m 1 abc"),
        ({"pull_request_number": 7, "merge_sha": MERGE}, "all that pull request 7 brought"),
        ({"merge_sha": MERGE}, f"all that {MERGE[:12]} brought"),
        ({}, "all that the merge brought"),
    ],
)
def test_what_a_person_reverts_is_named_however_little_is_known(facts, what):
    words = RevertTheMerge(TARGET, "hotfix/").by_hand(known(**facts))
    assert words.endswith(f"{what}, on a branch from {TARGET}, and a pull request of it")


@pytest.mark.parametrize(
    ("brought", "command"),
    [
        (Brought(OLDER, (MERGE, HEAD)), f"git revert {MERGE[:12]} {HEAD[:12]}"),
        (Brought(OLDER, (MERGE,), is_merge=True), f"git revert -m 1 {MERGE[:12]}"),
    ],
)
def test_what_a_person_types_takes_back_all_of_it(brought, command):
    found, _ = reverting(NotReplayed(MERGE, ("app.py",)), brought=brought)
    assert found.saying.endswith(command)
    assert told(found)["revert_by_hand"] == command


def test_the_deploy_branch_itself_is_never_the_branch_of_the_revert():
    clone = Port(fetch="tip", carries=True, brought_by=BROUGHT, revert=Replayed(HEAD))
    step = RevertTheMerge("hotfix/revert-checkout-returns-500", "hotfix/")
    step.run(known(merge_sha=MERGE, branch=BRANCH), world(repository=clone))
    assert clone.calls("revert")[0][0] == "hotfix/revert-checkout-returns-500-1"


@pytest.mark.parametrize(
    "given",
    [{"merge_sha": None}, {"tip": None}, {"carries": False}, {"made": NotReplayed(MERGE, ())}],
)
def test_where_there_is_nothing_to_revert_that_is_on_record(given):
    found, _ = reverting(**given)
    assert told(found) == {"revert": "not needed"}


def test_a_revert_that_conflicts_is_told_and_left_to_a_person():
    found, _ = reverting(NotReplayed(MERGE, ("app.py",)))
    assert told(found)["revert"] == "conflicts"
    assert told(found)["revert_conflicts"] == ["app.py"]
    assert "git revert" in found.saying


def test_what_was_rolled_back_and_is_in_what_was_rolled_out_is_named():
    bad = (
        BadCommit("hf-0", "voucher", OLDER, (), TARGET),
        BadCommit("hf-2", "x", HEAD, (), TARGET),
    )
    clone = Port(fetch="tip", carries=lambda tip, sha, _others: (tip, sha) == (MERGE, OLDER))
    step = NameWhatCameBack(bad, TARGET)
    found: Any = step.run(known(merge_sha=MERGE), world(repository=clone))
    assert told(found) == {"came_back": [{"sha": OLDER, "run": "hf-0"}]}
    none: Any = step.run(known(merge_sha=MERGE), world(repository=Port(fetch="tip", carries=False)))
    assert (none.saying, told(none)) == (
        "Nothing that was rolled back came back.",
        {"came_back": []},
    )


@pytest.mark.parametrize(
    ("more", "commit", "review"),
    [
        ({"merge_sha": MERGE, "approver": "rena"}, MERGE, "rena"),
        ({"break_glass": "dana: alone", "approver": "rena"}, "", "owed: dana: alone"),
        ({}, "", ""),
    ],
)
def test_the_log_names_commit_deployer_reason_and_who_reviewed(more, commit, review):
    found: Any = LogTheDeployment(INCIDENT, "deployed").run(
        known(issue_url="https://i", **more), world()
    )
    assert told(found)["log_entry"] == {
        "commit": commit,
        "deployer": "dana",
        "reason": "checkout returns 500",
        "issue": "https://i",
        "outcome": "deployed",
        "review": review,
    }
    assert found.saying == f"Logged: {commit[:8] or 'no commit'} deployed by dana."


PATCHED = [{"name": "web", "state": "patched"}]
RAN_ALREADY = [{"name": "web", "state": "ran already"}]


@pytest.mark.parametrize("sha", [{"merge_sha": MERGE}, {}])
@pytest.mark.parametrize("before", [None, "deployed", "rolled-back"])
@pytest.mark.parametrize("restoration", [PATCHED, RAN_ALREADY, None])
def test_a_rollback_is_logged_once_for_each_time_that_something_was_brought_back(
    sha, before, restoration
):
    entry = {"commit": MERGE, "deployer": "dana", "reason": "x", "issue": "", "outcome": before}
    facts = {**sha, "restoration": restoration, "log_entry": {**entry, "review": ""}}
    if before is None:
        del facts["log_entry"]
    found: Any = LogTheDeployment(INCIDENT, "rolled-back").run(known(**facts), world())
    is_again = before == "rolled-back" and restoration == RAN_ALREADY
    assert bool(found.facts) is (restoration == PATCHED or (bool(sha) and not is_again))


@pytest.mark.parametrize(
    ("severity", "more", "due"),
    [
        (Severity.MAJOR, {}, "if needed"),
        (Severity.CRITICAL, {}, "due"),
        (Severity.MAJOR, {"tests_overridden": "flaky"}, "due"),
        (Severity.MAJOR, {"break_glass": "dana: alone"}, "due"),
        (Severity.MAJOR, {"rolled_back": ["web"]}, "due"),
    ],
)
def test_when_a_post_mortem_is_due(severity, more, due):
    step = RemindOfPostMortem(replace(INCIDENT, severity=severity))
    found: Any = step.run(known(**more), world())
    assert told(found) == {"post_mortem": due}


def test_where_an_issue_reminds_of_it_nothing_is_left_to_a_person():
    step = RemindOfPostMortem(replace(INCIDENT, severity=Severity.CRITICAL), has_an_issue=True)
    found = step.run(known(), world())
    assert isinstance(found, Done)
    assert found.saying == "A post-mortem is due. It was critical."
    assert told(found) == {"post_mortem": "due"}


LOGGED = {"commit": MERGE, "deployer": "dana", "reason": "x", "issue": "", "review": ""}


@pytest.mark.parametrize("outcome", ["deployed", "rolled-back", None])
def test_what_was_deployed_is_noted_on_the_deployments_and_nothing_else_is(outcome):
    cluster = Port(annotate=None)
    facts = {"log_entry": {**LOGGED, "outcome": outcome}} if outcome else {}
    found: Any = AnnotateTheDeployments(("web", "api")).run(known(**facts), world(cluster=cluster))
    noted = [(names, run, entry.commit) for names, run, entry in cluster.calls("annotate")]
    assert noted == ([(("web", "api"), "hf-1", MERGE)] if outcome == "deployed" else [])
    assert found.is_needless is not bool(noted)


TICKET = Ticket(40, "https://x/40", "Follow-up", True)
ITS_ISSUE = {"number": 40, "url": "https://x/40", "due": "2026-03-17"}


@pytest.mark.parametrize(
    ("facts", "is_opened"),
    [
        ({"post_mortem": "due"}, True),
        ({"post_mortem": "if needed"}, False),
        # The reminder could not be given: whether one is due is not known.
        ({}, False),
        # The hotfix opened it; the rollback of the same run opens no second one.
        ({"post_mortem": "due", "post_mortem_issue": ITS_ISSUE}, False),
    ],
)
def test_a_post_mortem_that_is_due_gets_one_issue_with_its_questions_and_the_day(facts, is_opened):
    tickets = Port(open=TICKET, find=TICKET)
    step, at = OpenPostMortem(INCIDENT, within_days=3), world(tickets=tickets)
    found: Any = step.run(known(**facts), at)
    assert len(tickets.calls("open")) == int(is_opened)
    assert isinstance(step.evidence(known(**facts), at), Done) is is_opened
    if not is_opened:
        assert (found.is_needless, found.facts) == (True, ())
        return
    # From a Thursday, over the weekend.
    assert told(found) == {"post_mortem_issue": ITS_ISSUE}
    title, body, labels = tickets.calls("open")[0]
    assert (title, labels) == ("Post-mortem: checkout returns 500", ("hotfix",))
    for part in ("by 2026-03-17", "hotfix report hf-1 --format ics", "documentation is updated"):
        assert part in body
    assert marker("hf-1 post-mortem") in body
    assert step.evidence(known(**facts), world(tickets=Port(find=None))) == NotDone()


@pytest.mark.parametrize(
    ("is_asked_for", "more", "is_due"),
    [(True, {}, True), (False, {}, False), (False, {"break_glass": "dana: alone"}, True)],
)
def test_a_follow_up_is_opened_where_it_is_asked_for_or_a_review_is_owed(
    is_asked_for, more, is_due
):
    tickets = Port(open=TICKET, find=TICKET)
    step, at = OpenFollowUp(INCIDENT, is_asked_for), world(tickets=tickets)
    found: Any = step.run(known(**more), at)
    assert (len(tickets.calls("open")), isinstance(step.evidence(known(**more), at), Done)) == (
        int(is_due),
        is_due,
    )
    if not is_due:
        assert told(found) == {"follow_up": "not needed: nobody asked for one"}
        return
    assert told(found) == {"follow_up": "https://x/40", "follow_up_number": 40}
    title, body, labels = tickets.calls("open")[0]
    assert (title, labels) == ("Follow-up: checkout returns 500", ("hotfix",))
    assert marker("hf-1 follow-up") in body
    assert ("The review is owed" in body) is bool(more)
    assert tickets.calls("find") == [[marker("hf-1 follow-up")]]
    assert step.evidence(known(**more), world(tickets=Port(find=None))) == NotDone()


LINKED: dict[str, Any] = {"follow_up": "https://x/40", "follow_up_number": 40, "issue_number": 12}


@pytest.mark.parametrize("lacks", [None, "follow_up_number", "issue_number"])
def test_the_follow_up_is_linked_where_there_are_both(lacks):
    mark = marker("hf-1 follow-up-link")
    tickets = Port(comment=None, comments=("hello", f"x {mark}"))
    step, at = LinkTheFollowUp(ISSUE_NUMBER, "link_from_issue"), world(tickets=tickets)
    facts = known(**{key: value for key, value in LINKED.items() if key != lacks})
    assert isinstance(step.run(facts, at), Done)
    assert len(tickets.calls("comment")) == int(lacks is None)
    assert isinstance(step.evidence(facts, at), Done if lacks is None else NotDone)
    if lacks is None:
        number, text = tickets.calls("comment")[0]
        assert (number, mark in text, "https://x/40" in text) == (12, True, True)
        other = world(tickets=Port(comments=("hello",)))
        assert step.evidence(facts, other) == NotDone()


def page(status) -> PageIncident:
    return PageIncident("1", "checkout", status, "https://status/1")


PUBLISH = {"publish": Answer("publish")}


def test_what_customers_read_is_shown_before_and_never_sent_by_yes():
    publish = Port(find=None, unresolved=(), open=page("resolved"))
    asked: Any = UpdateStatusPage(INCIDENT, True, "checkout returns 500", "Over.").run(
        known(), world(status_page=publish)
    )
    assert asked.question.by_yes == ""
    assert went(asked.question) == [
        (key, Then.GO_ON, "") for key in ("leave", "by-hand", "publish")
    ]
    assert asked.question.shown[0] == "checkout returns 500"
    assert asked.question.shown[1].startswith("resolved: ")
    left: Any = UpdateStatusPage(INCIDENT, False, "checkout returns 500", "Over.").run(
        known(), world(status_page=publish)
    )
    assert isinstance(left, LeftToDo)
    assert left.problem.next_command == "update the status page, if users noticed"
    no: Any = UpdateStatusPage(INCIDENT, True, "checkout returns 500", "Over.").run(
        known({"publish": Answer("leave", by="dana")}), world(status_page=publish)
    )
    assert (no.is_needless, told(no)) == (True, {"status_page": "not needed, says dana"})
    assert {words[0] for words in publish.received} == {"find", "unresolved"}
    none: Any = UpdateStatusPage(INCIDENT, True, "checkout returns 500", "Over.").run(
        known(), world()
    )
    assert told(none) == {"status_page": "not needed: none is configured"}


def test_what_a_colleague_has_open_is_shown_and_can_be_updated_in_its_place():
    theirs = PageIncident("p77", "Checkout errors", "investigating", "https://status/77")
    port = Port(
        find=None, unresolved=(theirs,), get=theirs, update=replace(theirs, status="resolved")
    )
    step, at = (
        UpdateStatusPage(INCIDENT, True, "checkout returns 500", "Over."),
        world(status_page=port),
    )
    asked: Any = step.run(known(), at)
    shown = 'Open on the page: "Checkout errors", investigating: https://status/77'
    assert shown in asked.question.shown
    assert went(asked.question)[3] == ("update-p77", Then.GO_ON, "")
    assert [each.is_typed for each in asked.question.options] == [False, False, True, True]
    assert asked.question.meant("update p77").key == "update-p77"
    answer = {"publish": Answer("update-p77")}
    assert step.evidence(known(answer), at) == NotDone()
    found: Any = step.run(known(answer), at)
    assert told(found) == {"status_page": "https://status/77"}
    assert [words[0] for words in port.received if words[0] in {"open", "update"}] == ["update"]
    over = world(status_page=Port(get=replace(theirs, status="resolved")))
    assert isinstance(step.evidence(known(answer), over), Done)


def test_where_the_page_does_not_say_what_is_open_the_question_says_so():
    def fail(*_):
        raise TemporaryTroubleError("Statuspage has trouble: 503.")

    asked: Any = UpdateStatusPage(INCIDENT, True, "checkout returns 500", "Over.").run(
        known(), world(status_page=Port(unresolved=fail))
    )
    assert asked.question.shown[-1] == (
        "What is open on the page is not known: Statuspage has trouble: 503."
    )


@pytest.mark.parametrize(
    ("there", "writes"), [(None, "open"), (page("investigating"), "update"), (page("resolved"), "")]
)
def test_after_a_yes_the_page_says_resolved_once(there, writes):
    port = Port(find=there, open=page("resolved"), update=page("resolved"))
    step, at = (
        UpdateStatusPage(INCIDENT, True, "checkout returns 500", "Over."),
        world(status_page=port),
    )
    found: Any = step.run(known(PUBLISH), at)
    assert told(found) == {"status_page": "https://status/1"}
    assert [words[0] for words in port.received if words[0] != "find"] == (
        [writes] if writes else []
    )
    is_resolved = there is not None and there.status == "resolved"
    assert isinstance(step.evidence(known(PUBLISH), at), Done if is_resolved else NotDone)
    assert step.evidence(known(PUBLISH), world()) == NotDone()


PULL: dict[str, Any] = {"pull_request_number": 7, "pull_request_url": URL}


@pytest.mark.parametrize(
    ("wanted", "answers", "closes"),
    [
        (True, {}, True),
        (False, {}, False),
        (None, {"close": Answer("close")}, True),
        (None, {"close": Answer("keep")}, False),
    ],
)
def test_the_pull_request_is_closed_only_as_wanted(wanted, answers, closes):
    github = FakePullRequests()
    found: Any = ClosePullRequest(wanted).run(known(answers, **PULL), world(pull_requests=github))
    assert isinstance(found, Done)
    assert github.received == ([("close", 7)] if closes else [])
    assert (URL in found.saying) is True


NO_ANSWER = Problem(ProblemCode.RIGHTS, "GitHub does not know the token.", "401", "Mend.")


class _Silent(FakePullRequests):
    def __init__(self, trouble) -> None:
        super().__init__()
        self.trouble = trouble

    def get(self, _number: int) -> Any:
        raise self.trouble


@pytest.mark.parametrize(("wanted", "verb"), [(True, "close"), (False, "view"), (None, "view")])
@pytest.mark.parametrize("trouble", [ProblemError(NO_ANSWER), TemporaryTroubleError("refused")])
def test_a_run_can_be_ended_after_a_yes_although_github_says_nothing(wanted, verb, trouble):
    step, at = ClosePullRequest(wanted), world(pull_requests=_Silent(trouble))
    asked: Any = step.run(known(seconds=60.0, **PULL), at)
    assert (asked.question.key, asked.question.by_yes) == ("pull-request-remains", "end")
    left: Any = step.run(known({"pull-request-remains": Answer("end")}, **PULL), at)
    assert isinstance(left, LeftToDo)
    assert left.problem.next_command == f"gh pr {verb} 7"
    assert "Whether it is merged is not known." in left.problem.what


def test_a_github_that_does_not_answer_is_asked_for_a_while_before_a_run_is_ended():
    at = world(pull_requests=_Silent(TemporaryTroubleError("refused")))
    with pytest.raises(TemporaryTroubleError):
        ClosePullRequest(False).run(known(**PULL), at)


@pytest.mark.parametrize(
    ("left", "facts", "usual"),
    [
        (None, {}, "keep"),
        (None, {"merge_how": "auto"}, "keep"),
        (AUTO, {"merge_how": "auto"}, "close"),
        (QUEUED, {"merge_how": "queue"}, "close"),
        (QUEUED, {"unsettled": ("merge_the_fix",)}, "close"),
    ],
)
def test_what_becomes_of_the_pull_request_is_asked_and_usual_is_what_changes_nothing(
    left, facts, usual
):
    github = FakePullRequests(left=left)
    found: Any = ClosePullRequest(None).run(known(**PULL, **facts), world(pull_requests=github))
    question = found.question
    assert (question.key, question.by_yes, question.default.key) == ("close", usual, usual)
    assert {each.key for each in question.options} == {"keep", "close"}
    assert any("GitHub merges it" in line for line in question.shown) is (left is not None)
    assert question.flag == "--close-pull-request, or --keep-pull-request"
    assert not github.received


def test_what_is_merged_is_not_closed_and_the_way_back_is_named():
    github = FakePullRequests(MERGED)
    found: Any = ClosePullRequest(wanted=True).run(known(**PULL), world(pull_requests=github))
    assert (told(found), github.received) == ({"merge_sha": MERGE}, [])
    assert "hotfix rollback hf-1" in found.saying


def test_a_link_reads_the_follow_up_and_what_it_is_linked_from():
    reads = LinkTheFollowUp(ISSUE_NUMBER, "x").reads
    keys = [each.fact.key for each in reads if isinstance(each, Maybe)]
    assert keys == ["follow_up", "follow_up_number", "issue_number"]
