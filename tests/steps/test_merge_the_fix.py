"""What the merge makes of each answer: merged, left to GitHub, refused in each way."""

from dataclasses import replace
from typing import Any

import pytest
from tests.engine.small_plan import ports
from tests.steps.fake_github import (
    AUTO,
    BRANCH,
    CLOSED,
    HEAD,
    MERGE,
    MERGED,
    OPEN,
    QUEUED,
    TARGET,
    URL,
    FakePullRequests,
)

from hotfix.domain.fact import by_key
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, NotDone, Waiting
from hotfix.domain.problem import ProblemCode
from hotfix.domain.question import Answer, Then
from hotfix.ports.pull_requests import MergeRefusal, MergeRules, NotMerged
from hotfix.steps.merge_the_fix import MergeTheFix

INCIDENT = Incident("checkout returns 500")
YES = {"merge": Answer("merge", by="dana")}
KNOWN: dict[str, Any] = {
    "pull_request_number": 7,
    "pull_request_url": URL,
    "approved_sha": HEAD,
    "approver": "rena",
}
QUEUE_RULES = MergeRules(needs_queue=True, methods=())


def merging(github, answers=None, how="", method="squash", **known) -> Any:
    given = Facts({**KNOWN, **known}, YES if answers is None else answers, run="hf-1")
    step = MergeTheFix(INCIDENT, TARGET, method, how)
    return step.run(given, replace(ports(), pull_requests=github))


def evidence(github, answers=None, how="") -> Any:
    given = Facts(KNOWN, YES if answers is None else answers, run="hf-1")
    step = MergeTheFix(INCIDENT, TARGET, "squash", how)
    return step.evidence(given, replace(ports(), pull_requests=github))


def test_without_a_yes_nothing_is_merged_and_what_would_be_is_shown():
    github = FakePullRequests()
    found = merging(github, answers={})
    assert isinstance(found, Ask)
    question = found.question
    assert (question.key, question.by_yes) == ("merge", "merge")
    assert question.shown == (URL, f"{HEAD[:8]}, approved by rena")
    assert [(each.key, each.then) for each in question.options] == [
        ("merge", Then.GO_ON),
        ("stop", Then.STOP),
    ]
    assert not github.received


def test_after_a_yes_the_approved_commit_is_merged_and_no_other():
    github = FakePullRequests()
    found = merging(github)
    assert [each[:4] for each in github.received] == [("merge", 7, HEAD, "squash")]
    assert isinstance(found, Done)
    assert by_key(found.facts) == {"merge_sha": MERGE, "merge_how": "direct"}
    assert found.saying == f"Merged into {TARGET} as {MERGE[:8]}."


def test_a_review_that_is_owed_is_shown_as_none():
    shown = merging(FakePullRequests(), answers={}, break_glass="dana: alone").question.shown
    assert shown[1] == f"{HEAD[:8]}, NOT reviewed: dana: alone"
    unasked = merging(FakePullRequests(), answers={}, approver=None).question.shown
    assert unasked[1] == f"{HEAD[:8]}, approved by nobody, as configured"


@pytest.mark.parametrize(("branch", "is_shown"), [(TARGET, True), ("main", False)])
def test_what_was_rolled_back_and_comes_with_it_is_shown(branch, is_shown):
    bad = {"run": "hf-0", "branch": branch, "sha": "d4" * 20, "revert_url": ""}
    shown = merging(FakePullRequests(), answers={}, bad_commits=[bad]).question.shown
    assert (f"With it comes {'d4' * 4}, which hf-0 rolled back." in shown) is is_shown


@pytest.mark.parametrize(
    ("rules", "how", "expected"),
    [
        (QUEUE_RULES, "", MergeHow.QUEUE),
        (QUEUE_RULES, "auto", MergeHow.AUTO),
        (MergeRules(needs_queue=False, methods=()), "queue", MergeHow.QUEUE),
    ],
)
def test_what_the_branch_merges_by_itself_is_handed_over(rules, how, expected):
    github = FakePullRequests(rules=rules, merging=QUEUED)
    found = merging(github, how=how)
    assert [each[:5] for each in github.received] == [("hand_over", 7, HEAD, expected, "squash")]
    assert isinstance(found, Done)
    assert by_key(found.facts) == {"merge_how": "queue"}
    shown = merging(github, answers={}, how=how).question.shown
    assert shown[-1].startswith("through the merge queue" if expected is MergeHow.QUEUE else "by ")


@pytest.mark.parametrize(
    ("left", "saying"), [(QUEUED, "In the merge queue at 2."), (AUTO, "Auto-merge is on.")]
)
def test_a_merge_that_is_left_to_github_is_not_told_as_done(left, saying):
    found = merging(FakePullRequests(rules=QUEUE_RULES, merging=left))
    assert (found.saying, by_key(found.facts)) == (saying, {"merge_how": left.how.value})


def test_a_direct_merge_may_be_configured_where_a_queue_is_needed_and_is_sent_as_one():
    github = FakePullRequests(rules=QUEUE_RULES)
    merging(github, how="direct")
    assert github.received[0][0] == "merge"


@pytest.mark.parametrize(
    ("methods", "configured", "used"),
    [
        (("merge", "rebase"), "squash", "merge"),
        (("merge", "squash"), "squash", "squash"),
        ((), "rebase", "rebase"),
    ],
)
def test_a_method_that_the_branch_forbids_is_replaced_and_that_is_shown(methods, configured, used):
    github = FakePullRequests(rules=MergeRules(needs_queue=False, methods=methods))
    shown = merging(github, answers={}, method=configured).question.shown
    assert (f"{TARGET} does not allow {configured}: {used} instead" in shown) is (
        used != configured
    )
    merging(github, method=configured)
    assert github.received[0][3] == used


def test_a_head_that_moved_goes_back_to_the_review():
    found = merging(FakePullRequests(merging=NotMerged(MergeRefusal.HEAD_MOVED, "409")))
    assert isinstance(found, GoBack)
    assert found.to == "request_review"


def test_a_base_that_moved_is_tried_again_soon():
    found = merging(FakePullRequests(merging=NotMerged(MergeRefusal.BASE_MOVED, "405")))
    assert isinstance(found, Waiting)
    assert found.look_again_in == 2.0


@pytest.mark.parametrize(
    ("refusal", "next_command"),
    [
        (MergeRefusal.CONFLICT, "Rebase the branch"),
        (MergeRefusal.QUEUE_REQUIRED, 'Set [github] merge_how = "queue"'),
        (MergeRefusal.PROTECTION, "Meet what the protection asks for"),
    ],
)
def test_every_other_refusal_says_why_and_what_mends_it(refusal, next_command):
    found = merging(FakePullRequests(merging=NotMerged(refusal, "GitHub's own words")))
    assert isinstance(found, Failed)
    assert found.problem.what == f"The merge was refused: {refusal.value}."
    assert (found.problem.code, found.problem.why) == (ProblemCode.FAILED, "GitHub's own words")
    assert found.problem.next_command.startswith(next_command)


def test_a_pull_request_that_is_merged_is_the_evidence_of_the_merge():
    found = evidence(FakePullRequests(MERGED))
    assert isinstance(found, Done)
    assert by_key(found.facts) == {"merge_sha": MERGE, "merge_how": "direct"}


@pytest.mark.parametrize(
    ("github", "answers", "how"),
    [
        (FakePullRequests(OPEN), YES, ""),
        (FakePullRequests(CLOSED), YES, ""),
        (FakePullRequests(OPEN, left=QUEUED), YES, ""),
        (FakePullRequests(OPEN, rules=QUEUE_RULES), YES, ""),
    ],
)
def test_a_pull_request_that_is_neither_merged_nor_left_to_github_is_no_evidence(
    github, answers, how
):
    assert isinstance(evidence(github, answers, how), NotDone)
    assert not github.received


@pytest.mark.parametrize(("how", "left"), [("", QUEUED), ("auto", AUTO)])
def test_a_merge_that_github_has_in_hand_is_the_evidence_of_having_left_it_to_it(how, left):
    found = evidence(FakePullRequests(OPEN, rules=QUEUE_RULES, left=left), how=how)
    assert isinstance(found, Done)
    assert by_key(found.facts) == {"merge_how": left.how.value}


def test_what_nobody_said_yes_to_was_not_done_by_us():
    assert isinstance(evidence(FakePullRequests(OPEN), {}), NotDone)


@pytest.mark.parametrize("answers", [{}, YES])
def test_one_that_is_merged_at_the_approved_head_is_taken_and_not_merged_again(answers):
    github = FakePullRequests(MERGED)
    found = merging(github, answers)
    assert isinstance(found, Done)
    assert (by_key(found.facts)["merge_sha"], github.received) == (MERGE, [])


@pytest.mark.parametrize("answers", [{}, YES])
def test_one_that_is_merged_at_a_head_that_nobody_approved_is_a_question_and_no_merge_of_ours(
    answers,
):
    github = FakePullRequests(replace(MERGED, head_sha="d4" * 20))
    found = merging(github, answers)
    assert isinstance(found, Ask)
    assert (found.question.key, found.question.by_yes) == ("merged-unapproved", "")
    assert [(each.key, each.then) for each in found.question.options] == [
        ("stop", Then.STOP),
        ("watch", Then.GO_ON),
    ]
    assert isinstance(evidence(github, answers), NotDone)
    on = merging(github, {**answers, "merged-unapproved": Answer("watch")})
    assert by_key(on.facts)["merge_sha"] == MERGE
    assert not github.received


@pytest.mark.parametrize("answers", [{}, YES])
def test_one_that_was_closed_is_neither_merged_nor_taken_for_merged(answers):
    github = FakePullRequests(CLOSED)
    found = merging(github, answers)
    assert isinstance(found, Failed)
    assert found.problem.code is ProblemCode.FAILED
    assert "gh pr reopen 7" in found.problem.next_command
    assert not github.received


def test_the_title_of_the_commit_is_the_incidents():
    github = FakePullRequests()
    merging(github)
    assert "checkout returns 500" in github.received[0][4]
    assert BRANCH not in github.received[0][4]
