"""What the merge makes of each answer: merged, left to GitHub, refused in each way."""

from dataclasses import replace
from typing import Any

import pytest
from tests.engine.small_plan import ports
from tests.steps.fake_github import (
    AUTO,
    CLOSED,
    HEAD,
    MERGE,
    MERGED,
    OLDER,
    OPEN,
    QUEUED,
    TARGET,
    URL,
    FakePullRequests,
    check,
)

from hotfix.domain.fact import by_key
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, NotDone, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Answer, Then
from hotfix.ports.pull_requests import CheckState, MergeRefusal, MergeRules, NotMerged
from hotfix.steps.merge_the_fix import MergeTheFix

INCIDENT = Incident("checkout returns 500")
YES = {"merge": Answer("merge", by="dana")}
KNOWN: dict[str, Any] = {
    "folder": "/home/dana/shop",
    "base_sha": OLDER,
    "pull_request_number": 7,
    "pull_request_url": URL,
    "approved_sha": HEAD,
    "approver": "rena",
}
PENDING, PASSED, FAILED = CheckState.PENDING, CheckState.PASSED, CheckState.FAILED
QUEUE_RULES = MergeRules(needs_queue=True, methods=())


def merging(github, answers=None, how="", method="squash", **known) -> Any:
    given = Facts({**KNOWN, **known}, YES if answers is None else answers, run="hf-1")
    step = MergeTheFix(TARGET, method, "origin", how)
    return step.run(given, replace(ports(), pull_requests=github))


def evidence(github, answers=None, how="") -> Any:
    given = Facts(KNOWN, YES if answers is None else answers, run="hf-1")
    step = MergeTheFix(TARGET, "squash", "origin", how)
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
        (MergeRefusal.CONFLICT, "git -C /home/dana/shop switch hotfix/checkout-returns-500 && "),
        (MergeRefusal.QUEUE_REQUIRED, 'Set [github] merge_how = "queue"'),
        (MergeRefusal.PROTECTION, "Meet what the protection asks for"),
        (MergeRefusal.BEHIND, "gh pr update-branch 7"),
        (MergeRefusal.CONVERSATIONS, f"Resolve the open conversations at {URL}"),
        (MergeRefusal.OTHER_APP, "Let the app report the check"),
        (MergeRefusal.SIGN_OFF, "git -C /home/dana/shop rebase --signoff "),
        (MergeRefusal.SIGNATURES, "git -C /home/dana/shop rebase --exec "),
        (MergeRefusal.DRAFT, "gh pr ready 7"),
        (MergeRefusal.REVIEWS, "Ask for the review"),
        (MergeRefusal.CHECKS, "gh pr checks 7"),
        (MergeRefusal.METHOD, "Set [github] merge_method"),
        (MergeRefusal.NO_RIGHT, "Let somebody merge"),
    ],
)
def test_every_other_refusal_says_why_and_what_mends_it(refusal, next_command):
    found = merging(FakePullRequests(merging=NotMerged(refusal, "GitHub's own words")))
    assert isinstance(found, Failed)
    assert found.nothing_happened
    assert found.problem.what == f"GitHub refused the merge: {refusal.value}."
    assert (found.problem.code, found.problem.why) == (ProblemCode.FAILED, "GitHub's own words")
    assert found.problem.next_command.startswith(next_command)


@pytest.mark.parametrize("how", ["direct", "queue", "auto"])
def test_what_github_refuses_for_the_token_has_not_happened_either(how):
    refusal = ProblemError(Problem(ProblemCode.RIGHTS, "No.", "403", "gh auth login"))
    found = merging(FakePullRequests(refusal=refusal), how=how)
    assert found == Failed(refusal.problem, nothing_happened=True)


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


def test_the_commit_is_called_what_people_call_the_pull_request_now():
    github = FakePullRequests(replace(OPEN, title="Give the cart back its currency"))
    merging(github)
    assert github.received[0][4] == "Give the cart back its currency"


ELSEWHERE = replace(OPEN, base="main")


@pytest.mark.parametrize("answers", [{}, YES])
def test_what_was_pointed_at_another_branch_is_neither_asked_about_nor_merged(answers):
    github = FakePullRequests(ELSEWHERE)
    found = merging(github, answers)
    assert isinstance(found, Failed)
    assert "goes into main now, and not into hotfix/production" in found.problem.what
    assert f"gh pr edit 7 --base {TARGET}, then: hotfix resume" in found.problem.next_command
    assert not github.received


@pytest.mark.parametrize("pull", [replace(MERGED, base="main")])
def test_a_merge_into_another_branch_is_no_merge_into_ours(pull):
    found = merging(FakePullRequests(pull))
    assert isinstance(found, Failed)
    assert "was merged into main, and not into hotfix/production" in found.problem.what
    assert "gh pr create --base hotfix/production" in found.problem.next_command
    assert isinstance(evidence(FakePullRequests(pull)), NotDone)


def test_one_that_is_pointed_elsewhere_while_it_is_merged_is_not_told_as_merged_into_ours():
    class Moves(FakePullRequests):
        def merge(self, *words):
            self.pull = replace(MERGED, base="main")
            return super().merge(*words)

    found = merging(Moves())
    assert isinstance(found, Failed)
    assert "was merged into main" in found.problem.what


def test_red_checks_that_nothing_requires_are_named_before_the_yes():
    red = [replace(check(f"lint {n}", FAILED), is_required=False) for n in range(7)]
    slow = replace(check("slow", PENDING), is_required=False)
    github = FakePullRequests(found_checks=[*red, slow, check("unit", PASSED)])
    shown = merging(github, answers={}).question.shown
    assert "RED, and not known to be required: lint 0, lint 1, lint 2 and 4 more" in shown
    assert "not over yet, and not known to be required: slow" in shown
    assert not any("unit" in line for line in shown)


@pytest.mark.parametrize("approved", [HEAD, OLDER, None])
def test_before_the_plan_is_left_a_merge_is_found_whoever_made_it_and_at_which_commit(approved):
    step = MergeTheFix(TARGET, "squash", "origin")
    given = Facts({**KNOWN, "approved_sha": approved})
    assert step.others_may(given)
    github: Any = FakePullRequests(MERGED)
    found: Any = step.by_whomever(given, replace(ports(), pull_requests=github))
    assert isinstance(found, Done)
    assert by_key(found.facts)["merge_sha"] == MERGE
    assert ("Somebody else" in found.saying) is (approved != HEAD)


def test_before_the_plan_is_left_what_is_only_open_is_not_merged():
    step, given = MergeTheFix(TARGET, "squash", "origin"), Facts(KNOWN)
    github: Any = FakePullRequests()
    assert step.by_whomever(given, replace(ports(), pull_requests=github)) == NotDone()
    github = FakePullRequests(left=QUEUED)
    left: Any = step.by_whomever(given, replace(ports(), pull_requests=github))
    assert by_key(left.facts) == {"merge_how": "queue"}


@pytest.mark.parametrize("known", [{}, {**KNOWN, "merge_sha": MERGE}])
def test_without_a_pull_request_and_with_a_known_merge_nothing_is_asked(known):
    assert not MergeTheFix(TARGET, "squash", "origin").others_may(Facts(known))


def test_a_merge_that_a_person_has_taken_as_it_is_is_not_asked_about_again():
    given = {**KNOWN, "approved_sha": None, "merge_sha": MERGE}
    found = merging(FakePullRequests(MERGED), answers={}, **given)
    assert isinstance(found, Done)
    assert by_key(found.facts)["merge_sha"] == MERGE
