"""What the steps of the review make of each thing that GitHub may say."""

from dataclasses import replace
from typing import Any, cast

import pytest
from tests.engine.small_plan import ports
from tests.steps.fake_github import (
    BRANCH,
    CLOSED,
    HEAD,
    MERGED,
    NOW,
    OLDER,
    OPEN,
    TARGET,
    URL,
    FakePullRequests,
    approval,
    asked_for_review,
    check,
    facts,
)
from tests.steps.recorder import Port

from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import APPROVED_SHA, APPROVER, BREAK_GLASS, HEAD_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, NotDone, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Answer, Then
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.ports.pull_requests import CheckState, Review, ReviewDecision, ReviewVerdict
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks
from hotfix.steps.request_review import RequestReview

LADDER = ReviewLadder(first="rena", second="noor", second_after=240.0)
OBJECTION = Review("noor", ReviewVerdict.CHANGES_REQUESTED, HEAD)
BROKEN = {"break-glass": Answer("break", "the only other one sleeps", by="dana")}
PENDING, PASSED, FAILED = CheckState.PENDING, CheckState.PASSED, CheckState.FAILED


def beside(github: FakePullRequests) -> Any:
    return replace(ports(), pull_requests=cast("Any", github))


def awaited(github, given=None, needed=1, **step) -> Any:
    return AwaitApproval(needed, LADDER, "origin", **step).run(given or facts(), beside(github))


def test_an_approval_of_the_head_is_reported_with_its_commit():
    found = awaited(FakePullRequests(found_reviews=[approval()]))
    assert found == Done(
        "Approved by rena.", (APPROVER("rena"), APPROVED_SHA(HEAD), BREAK_GLASS(None))
    )


def test_nothing_is_awaited_of_a_pull_request_that_somebody_closed():
    found = awaited(FakePullRequests(CLOSED, [approval()]))
    assert isinstance(found, Failed)
    assert found.problem.code is ProblemCode.FAILED
    assert URL in found.problem.next_command


def test_a_head_whose_checks_were_not_awaited_is_not_approved_by_anybody():
    moved = replace(OPEN, head_sha=OLDER)
    found = awaited(FakePullRequests(moved, [approval(sha=OLDER)]))
    assert found == GoBack("request_review", f"{OLDER[:8]} was pushed meanwhile.")


@pytest.mark.parametrize(
    "reviews",
    [
        [approval(), OBJECTION],
        [OBJECTION, approval()],
        [approval(), replace(OBJECTION, sha=OLDER)],
        [OBJECTION],
    ],
)
def test_an_objection_outweighs_every_approval_whichever_commit_it_is_about(reviews):
    found = awaited(FakePullRequests(found_reviews=reviews, decision=ReviewDecision.MET))
    assert isinstance(found, Ask)
    question = found.question
    assert (question.key, question.shown, question.by_yes) == ("changes-requested", (URL,), "")
    assert "noor requests changes" in question.text
    assert [(each.key, each.then, each.back_to) for each in question.options] == [
        ("fix", Then.GO_BACK, "await_the_fix"),
        ("wait", Then.GO_BACK, "await_approval"),
        ("stop", Then.STOP, ""),
    ]
    assert question.flag


def test_the_authors_own_word_is_neither_approval_nor_objection():
    own = [approval("dana"), Review("dana", ReviewVerdict.CHANGES_REQUESTED, HEAD)]
    assert isinstance(awaited(FakePullRequests(found_reviews=own)), Waiting)


@pytest.mark.parametrize(
    "reviews",
    [
        [],
        [approval(sha=OLDER)],
        [Review("rena", ReviewVerdict.COMMENTED, HEAD)],
        [Review("rena", ReviewVerdict.DISMISSED, HEAD)],
    ],
)
def test_what_is_no_approval_of_the_head_is_waited_for(reviews):
    found = awaited(FakePullRequests(found_reviews=reviews))
    asked = "a reviewer (then noor, 4:00 after the first request)"
    assert found == Waiting(f"waiting for {asked} to approve {URL}", look_again_in=3.0)


def test_who_is_asked_is_named_while_waiting():
    pull = replace(OPEN, requested_reviewers=("rena", "noor"))
    known = facts(asked_for_review(0.0, HEAD, "rena", "noor"))
    assert awaited(FakePullRequests(pull), known).saying == (
        f"waiting for rena, noor to approve {URL}"
    )


def test_who_is_asked_next_is_named_until_they_are_and_nobody_is_where_nobody_follows():
    asked = facts(asked_for_review(0.0, HEAD, "rena"))
    assert "(then noor, 4:00 after the first request)" in awaited(FakePullRequests(), asked).saying
    nobody_follows = AwaitApproval(1, ReviewLadder(first="rena"), "origin")
    alone: Any = nobody_follows.run(asked, beside(FakePullRequests()))
    assert alone.saying == f"waiting for a reviewer to approve {URL}"
    after_a_push = facts(asked_for_review(0.0, OLDER, "rena", "noor"))
    assert isinstance(awaited(FakePullRequests(), after_a_push), GoBack)


def test_all_approvals_that_are_wanted_are_counted():
    two = [approval(), approval("noor")]
    assert isinstance(awaited(FakePullRequests(found_reviews=two[:1]), needed=2), Waiting)
    assert APPROVER("rena, noor") in awaited(FakePullRequests(found_reviews=two), needed=2).facts
    nobody = awaited(FakePullRequests(), needed=0)
    assert (nobody.saying, APPROVED_SHA(HEAD) in nobody.facts) == ("No approval is required.", True)


@pytest.mark.parametrize(
    ("decision", "is_enough"),
    [
        (ReviewDecision.MET, True),
        (ReviewDecision.UNKNOWN, True),
        (ReviewDecision.MISSING, False),
        (ReviewDecision.CHANGES_REQUESTED, False),
    ],
)
def test_github_may_want_more_than_is_counted_here(decision, is_enough):
    found = awaited(FakePullRequests(found_reviews=[approval()], decision=decision))
    assert isinstance(found, Done) is is_enough
    if not is_enough:
        assert found.look_again_in == 10.0
        assert found.saying.startswith("rena approved; the branch wants another review")


def test_too_few_approvals_are_not_told_as_enough_that_the_branch_wants_more():
    found = awaited(FakePullRequests(found_reviews=[approval()]), needed=2)
    assert (found.saying[:11], found.look_again_in) == ("waiting for", 3.0)


@pytest.mark.parametrize(("seconds", "goes"), [(239.0, Waiting), (240.0, GoBack)])
def test_the_next_one_on_the_ladder_is_asked_when_it_is_time(seconds, goes):
    found = awaited(FakePullRequests(), facts(asked_for_review(seconds)))
    assert isinstance(found, goes)
    if isinstance(found, GoBack):
        assert found == GoBack("request_review", "No approval for 4:00: noor is asked.")


@pytest.mark.parametrize(
    ("after", "seconds", "is_asked"),
    [(None, 9999.0, False), (100.0, 99.0, False), (100.0, 100.0, True)],
)
def test_the_glass_may_be_broken_only_after_a_while_and_only_where_that_is_configured(
    after, seconds, is_asked
):
    given = facts(asked_for_review(seconds, HEAD, "rena", "noor"))
    github = FakePullRequests()
    found = awaited(github, given, break_glass_after=after)
    assert isinstance(found, Ask) is is_asked
    if is_asked:
        question = found.question
        assert (question.key, question.by_yes) == ("break-glass", "")
        assert question.shown == (URL, f"{HEAD[:8]}: asked rena, noor; nobody approved")
        first, stop = question.options
        assert (first.key, first.needs_reason, first.then) == ("break", True, Then.GO_ON)
        assert (stop.key, stop.then) == ("stop", Then.STOP)
        assert "--break-glass" in question.flag
    assert not github.received


def test_a_broken_glass_is_labelled_and_named_and_no_approver_is_made_up():
    github = FakePullRequests()
    found = awaited(github, facts(answers=BROKEN))
    why = "dana: the only other one sleeps"
    assert github.received == [("add_labels", 7, ("review-owed",))]
    assert found.facts == (APPROVER(None), APPROVED_SHA(HEAD), BREAK_GLASS(why))
    assert found.saying == f"The glass is broken by {why}. The review is owed."


@pytest.mark.parametrize(
    "github",
    [
        FakePullRequests(CLOSED),
        FakePullRequests(replace(OPEN, head_sha=OLDER)),
        FakePullRequests(found_reviews=[OBJECTION]),
    ],
)
def test_a_broken_glass_outweighs_neither_an_objection_nor_another_head(github):
    assert not isinstance(awaited(github, facts(answers=BROKEN)), Done)
    assert not github.received


def test_an_approval_that_came_after_all_is_taken_and_owes_nothing():
    github = FakePullRequests(found_reviews=[approval()])
    assert APPROVER("rena") in awaited(github, facts(answers=BROKEN)).facts
    assert not github.received


LABELLED = replace(OPEN, labels=("hotfix", "review-owed"))


@pytest.mark.parametrize(
    ("pull", "answers", "is_done"),
    [
        (LABELLED, BROKEN, True),
        (LABELLED, {}, False),
        (OPEN, BROKEN, False),
        (replace(LABELLED, is_open=False), BROKEN, False),
        (replace(LABELLED, head_sha=OLDER), BROKEN, False),
    ],
)
def test_the_label_on_the_same_head_is_the_evidence_of_a_broken_glass(pull, answers, is_done):
    step = AwaitApproval(1, LADDER, "origin")
    found = step.evidence(facts(answers=answers), beside(FakePullRequests(pull)))
    assert isinstance(found, Done if is_done else NotDone)
    if isinstance(found, Done):
        assert APPROVED_SHA(HEAD) in found.facts


def checked(github, given=None) -> Any:
    return AwaitChecks(TARGET, LADDER, "origin").run(given or facts(), beside(github))


@pytest.mark.parametrize(
    ("checks", "saying"),
    [
        ([check("unit", PASSED), check("lint", PASSED)], "Checks passed: unit, lint."),
        ([check("unit", PASSED), check("nightly", FAILED, is_required=False)], "passed: unit."),
        ([check("nightly", PENDING, is_required=False)], "No checks are required."),
        ([], "No checks are required."),
    ],
)
def test_only_checks_that_are_required_hold_up_a_merge(checks, saying):
    found = checked(FakePullRequests(found_checks=checks))
    assert isinstance(found, Done)
    assert saying in found.saying
    assert found.facts == (HEAD_SHA(HEAD),)


@pytest.mark.parametrize(("number", "is_many"), [(1, False), (5, False), (6, True)])
def test_of_many_checks_the_first_are_named_and_each_that_ends_is_no_news(number, is_many):
    pending = [check(f"unit {each}", PENDING) for each in range(number)]
    done = check("lint", PASSED)
    found = checked(FakePullRequests(found_checks=[done, *pending]))
    count = f"waiting for {number} of {number + 1} checks: unit 0"
    assert found.saying.startswith(count if is_many else "waiting for unit 0")
    assert (found.calm_seconds > 0) is is_many


@pytest.mark.parametrize("others", [[], [check("lint", PASSED)], [check("lint", PENDING)]])
def test_a_required_check_that_failed_is_asked_about_whatever_the_others_do(others):
    found = checked(FakePullRequests(found_checks=[*others, check("unit", FAILED)]))
    assert isinstance(found, Ask)
    question = found.question
    assert (question.key, question.by_yes) == ("checks-failed", "")
    assert question.shown == ("unit: https://ci.example/unit", "  unit said why")
    assert [(each.key, each.then, each.back_to) for each in question.options] == [
        ("fix", Then.GO_BACK, "await_the_fix"),
        ("look", Then.GO_BACK, "await_checks"),
        ("stop", Then.STOP, ""),
    ]
    assert question.flag


def test_a_required_check_that_is_not_over_is_waited_for():
    checks = [check("unit", PASSED), check("lint", PENDING), check("slow", PENDING)]
    found = checked(FakePullRequests(found_checks=checks))
    assert found == Waiting("waiting for lint, slow", look_again_in=3.0)


def awaiting(*missing, seconds=120.0, **known):
    return checked(
        FakePullRequests(found_checks=missing), facts(begun_seconds_ago=seconds, **known)
    )


def test_one_that_nothing_begins_is_waited_for_with_a_hint_after_a_while():
    missing = replace(check("docs-lint", PENDING), is_reported=False)
    assert awaiting(missing, seconds=119.0) == Waiting("waiting for docs-lint", look_again_in=3.0)
    found = awaiting(missing)
    assert found.saying == "waiting for docs-lint. Nothing has begun docs-lint so far"
    assert any("path filter" in line for line in found.shown)
    assert any("What can be done" in line and TARGET in line for line in found.shown)
    assert awaiting(missing, seconds=900.0) == found, "it says so once"
    begun = awaiting(check("docs-lint", PENDING), seconds=900.0)
    assert (begun.saying, begun.shown) == ("waiting for docs-lint", ())


def test_one_that_another_app_reported_is_waited_for_with_who_did():
    missing = replace(check("scan", PENDING), is_reported=False, other_app="jenkins")
    (of_another, what) = awaiting(missing).shown
    assert "scan was reported by jenkins, which does not count" in of_another
    assert "What can be done" in what


def test_of_many_a_few_are_named_and_the_others_counted():
    done = [check(f"passed {number:03}", PASSED) for number in range(13)]
    left = [check(f"check {number:03}", PENDING) for number in range(287)]
    found = awaiting(*done, *left)
    assert found.saying == (
        "waiting for 287 of 300 checks: check 000, check 001, check 002 and 284 more"
    )
    assert found.calm_seconds == 30.0
    red = [check(f"red {number}", FAILED) for number in range(300)]
    asked = awaiting(*red)
    assert len(asked.question.shown) == 21
    assert asked.question.shown[18:20] == ("red 9: https://ci.example/red 9", "  red 9 said why")
    assert asked.question.shown[-1] == "and 290 more"
    maybe = awaiting(*(replace(each, is_assumed=True) for each in red)).question
    assert len(maybe.key) < 60
    passed = awaiting(*(check(f"green {number}", PASSED) for number in range(300)))
    assert passed.saying == "Checks passed: green 0, green 1, green 2 and 297 more."


@pytest.mark.parametrize("name", ["DCO", "dco", "Signed-off-by", "sign off"])
def test_a_missing_sign_off_is_told_with_what_adds_it(name):
    known = {"folder": "/my shop", "base_sha": "b" * 40, "branch": BRANCH}
    asked = awaiting(check(name, FAILED), known=known)
    shown = asked.question.shown[-1]
    assert f"git -C '/my shop' rebase --signoff bbbbbbbbbbbb {BRANCH} && " in shown
    # Whatever upstream and push.default say.
    assert f"push --force-with-lease={BRANCH}:{HEAD} origin {BRANCH}:{BRANCH} " in shown
    assert shown.endswith("; then: hotfix resume")
    assert "[git] sign_off" in shown
    assert "sign_off" not in str(awaiting(check("design-office", FAILED)).question.shown)


ELSEWHERE = replace(OPEN, base="main")


def test_checks_and_approvals_of_another_branch_than_ours_are_not_awaited():
    found = [
        checked(FakePullRequests(ELSEWHERE, found_checks=[check("unit", PASSED)])),
        awaited(FakePullRequests(ELSEWHERE, [approval()]), facts({"merge_into": TARGET})),
    ]
    for each in found:
        assert isinstance(each, Failed)
        assert "goes into main now, and not into hotfix/production" in each.problem.what
        assert f"gh pr edit 7 --base {TARGET}, then: hotfix resume" in each.problem.next_command


def test_one_that_somebody_closed_can_be_reopened():
    for each in (checked(FakePullRequests(CLOSED)), awaited(FakePullRequests(CLOSED))):
        assert "gh pr reopen 7, then: hotfix resume" in each.problem.next_command
        assert "hotfix abort" in each.problem.next_command


GUESS = check("its checks", PENDING, is_guess=True)


@pytest.mark.parametrize(("seconds", "outcome"), [(59.0, Waiting), (60.0, Ask)])
def test_where_nobody_says_what_is_required_it_waits_a_minute_and_then_asks(seconds, outcome):
    github = FakePullRequests(found_checks=[GUESS])
    found = checked(github, facts(begun_seconds_ago=seconds))
    assert isinstance(found, outcome)
    if isinstance(found, Ask):
        options = [(each.key, each.then, each.back_to) for each in found.question.options]
        assert options == [
            ("look", Then.GO_BACK, "await_checks"),
            ("go-on", Then.GO_ON, ""),
            ("stop", Then.STOP, ""),
        ]
        assert (found.question.by_yes, bool(found.question.flag)) == ("", True)
    answered = facts(answers={"no-checks": Answer("go-on")}, begun_seconds_ago=seconds)
    went_on = checked(github, answered)
    assert isinstance(went_on, Waiting if outcome is Waiting else Done)
    if isinstance(went_on, Done):
        assert went_on.saying == "No check has appeared."


def test_a_question_about_many_checks_keeps_its_key_from_version_to_version():
    many = [replace(check(f"check-{each:03}", FAILED), is_assumed=True) for each in range(40)]
    found: Any = checked(FakePullRequests(found_checks=[check("unit", PASSED), *many]))
    # Answers on record are found by it.
    assert found.question.key == f"maybe-required:{HEAD[:8]}:212310634654b590"


def test_what_may_well_be_optional_can_be_gone_on_without_and_nothing_else():
    maybe_needed = replace(check("lint", FAILED), is_assumed=True)
    found = checked(FakePullRequests(found_checks=[check("unit", PASSED), maybe_needed]))
    assert isinstance(found, Ask)
    question = found.question
    assert (question.key, question.by_yes) == (f"maybe-required:{HEAD[:8]}:lint", "")
    assert question.shown == ("lint: https://ci.example/lint", "  lint said why")
    assert question.flag == "hotfix resume, in a terminal"
    assert [(each.key, each.then, each.back_to) for each in question.options] == [
        ("fix", Then.GO_BACK, "await_the_fix"),
        ("look", Then.GO_BACK, "await_checks"),
        ("go-on", Then.GO_ON, ""),
        ("stop", Then.STOP, ""),
    ]
    on = facts(answers={question.key: Answer("go-on")})
    went_on = checked(FakePullRequests(found_checks=[check("unit", PASSED), maybe_needed]), on)
    assert went_on == Done(
        "Checks passed: unit. Failed, and gone on without: lint.", (HEAD_SHA(HEAD),)
    )
    both = FakePullRequests(found_checks=[check("unit", FAILED), maybe_needed])
    assert checked(both, on).question.key == "checks-failed"


def test_a_guess_is_not_taken_for_a_check_that_failed_or_passed():
    failed = replace(GUESS, state=FAILED)
    assert isinstance(checked(FakePullRequests(found_checks=[failed])), Waiting)
    both = FakePullRequests(found_checks=[replace(GUESS, state=PASSED), check("unit", PASSED)])
    found = checked(both, facts(begun_seconds_ago=60.0))
    assert found.saying == "Checks passed: unit."


def test_checks_of_a_pull_request_that_somebody_closed_are_not_awaited():
    found = checked(FakePullRequests(CLOSED, found_checks=[check("unit", PASSED)]))
    assert isinstance(found, Failed)
    assert "is closed, and this run" in found.problem.what
    assert URL in found.problem.next_command


@pytest.mark.parametrize("state", [PENDING, FAILED])
def test_checks_of_what_somebody_merged_are_not_awaited_any_more(state):
    merged = replace(MERGED, head_sha=OLDER)
    found = checked(FakePullRequests(merged, found_checks=[check("unit", state)]))
    assert isinstance(found, Done)
    assert by_key(found.facts) == {"head_sha": OLDER}


@pytest.mark.parametrize("head", [HEAD, OLDER])
def test_what_somebody_merged_is_taken_as_it_is_where_that_commit_is_approved(head):
    github = FakePullRequests(replace(MERGED, head_sha=head), [approval(sha=head)])
    found = awaited(github)
    assert isinstance(found, Done)
    assert by_key(found.facts)["approved_sha"] == head


@pytest.mark.parametrize("reviews", [[], [approval(sha=OLDER)], [approval(), OBJECTION]])
def test_about_what_somebody_merged_without_an_approval_a_person_is_asked(reviews):
    github = FakePullRequests(MERGED, reviews)
    found = awaited(github)
    assert isinstance(found, Ask)
    assert found.question.key == "merged-unapproved"
    answered = replace(facts(), answers={"merged-unapproved": Answer("watch", by="dana")})
    gone_on = awaited(github, answered)
    assert isinstance(gone_on, Done)
    assert by_key(gone_on.facts)["merge_sha"] == MERGED.merge_sha
    assert by_key(gone_on.facts)["approved_sha"] is None


def test_of_what_somebody_merged_no_review_is_requested():
    github = FakePullRequests(MERGED)
    found = RequestReview(LADDER).run(facts(), beside(github))
    assert isinstance(found, Done)
    assert not github.received


def test_a_commit_that_nobody_was_asked_about_goes_back_to_the_request():
    moved = FakePullRequests(replace(OPEN, head_sha=OLDER))
    assert checked(moved) == GoBack(
        "request_review", f"{OLDER[:8]} was pushed after the review was requested."
    )


@pytest.mark.parametrize(
    ("here", "there", "outcome"),
    [
        # A colleague's, or what "Update branch" made.
        (OLDER, OLDER, GoBack("guard_the_change", f"{OLDER[:8]} was pushed to {BRANCH}: ")),
        # What GitHub shows may be behind what it has.
        (HEAD, HEAD, Waiting(f"GitHub does not show {HEAD[:8]}", look_again_in=3.0)),
        (HEAD, OLDER, GoBack("push_the_fix", f"{BRANCH} was set back to {OLDER[:8]}")),
        (HEAD, None, GoBack("push_the_fix", f"{BRANCH} was set back to {OLDER[:8]}")),
    ],
)
def test_a_commit_that_was_not_guarded_and_tested_is_not_merged(here, there, outcome):
    clone = Port(catch_up=here, remote_commit=there)
    github = FakePullRequests(replace(OPEN, head_sha=OLDER), found_checks=[check("unit", PASSED)])
    at = replace(beside(github), repository=clone)
    step = AwaitChecks(TARGET, LADDER, "origin")
    found: Any = step.run(facts({"tested_sha": HEAD, "branch": BRANCH}), at)
    assert type(found) is type(outcome)
    if isinstance(found, GoBack):
        assert found.to == outcome.to
        assert found.because.startswith(outcome.because)
    else:
        assert found.saying.startswith(outcome.saying)
    assert clone.calls("catch_up") == [[BRANCH]]


def requested(github, known=None, ladder=LADDER) -> Any:
    given = facts({"reviewers_asked": [], "review_request": None, **(known or {})})
    return RequestReview(ladder).run(given, beside(github))


def told(found: Any) -> Any:
    return by_key(found.facts)


def test_the_first_on_the_ladder_is_asked_and_the_time_counts_from_then_on():
    github = FakePullRequests()
    found = requested(github)
    assert github.received == [("request_review", 7, "rena")]
    assert found.saying == "Review requested from rena."
    assert told(found) == {
        "review_request": {"sha": HEAD, "at": "2026-03-12T03:12:09Z"},
        "reviewers_asked": [{"who": "rena", "role": "reviewer", "sha": HEAD}],
        "reviewer": "rena",
    }


def test_the_second_is_asked_later_and_the_first_request_stays_what_is_counted_from():
    github = FakePullRequests()
    found = requested(github, {**asked_for_review(240.0), "reviewer": "rena"})
    assert github.received == [("request_review", 7, "noor")]
    assert found.saying == "Review requested from noor, second reviewer."
    assert told(found)["review_request"]["at"] == "2026-03-12T03:08:09Z"
    assert [each["who"] for each in told(found)["reviewers_asked"]] == ["rena", "noor"]
    assert told(found)["reviewer"] == "rena"


def test_a_new_head_is_asked_about_anew_and_counted_from_now():
    github = FakePullRequests()
    found = requested(github, asked_for_review(100.0, OLDER))
    assert github.received == [("request_review", 7, "rena")]
    assert told(found)["review_request"] == {"sha": HEAD, "at": "2026-03-12T03:12:09Z"}


def test_whose_request_is_open_is_not_asked_twice():
    github = FakePullRequests(replace(OPEN, requested_reviewers=("rena",)))
    assert requested(github).saying == "Review requested from rena."
    assert not github.received


@pytest.mark.parametrize(
    ("ladder", "known", "saying"),
    [
        (LADDER, asked_for_review(0.0), "Review is requested from rena."),
        (ReviewLadder(), {}, "No reviewer is configured: ask somebody to review."),
    ],
)
def test_where_nobody_is_due_nobody_is_asked(ladder, known, saying):
    github = FakePullRequests()
    found = requested(github, known, ladder)
    assert (found.saying, github.received) == (saying, [])
    assert "reviewer" not in told(found)
    assert told(found)["review_request"]["sha"] == HEAD


UNCOUNTED = replace(approval(), counts=False)


def test_an_approval_that_does_not_count_is_said_and_the_next_one_is_asked_at_once():
    github = FakePullRequests(found_reviews=[UNCOUNTED])
    found = awaited(github)
    because = "The approval of rena does not count: noor is asked."
    assert found == GoBack("request_review", because)
    asked = requested(github, asked_for_review(0.0))
    assert github.received == [("request_review", 7, "noor")]
    assert told(asked)["reviewers_asked"][-1]["who"] == "noor"
    after = awaited(github, facts(asked_for_review(0.0, HEAD, "rena", "noor")))
    assert after.saying == (
        "rena approved, but may not write: it does not count; "
        f"waiting for somebody who may to approve {URL}"
    )
    counted = FakePullRequests(found_reviews=[UNCOUNTED, approval("noor")])
    assert APPROVER("noor") in awaited(counted).facts


@pytest.mark.parametrize("review", [approval(), replace(UNCOUNTED, sha=OLDER)])
def test_only_an_approval_of_this_head_that_does_not_count_brings_the_next_one(review):
    github = FakePullRequests(found_reviews=[review])
    requested(github, asked_for_review(0.0))
    assert not github.received


def test_an_objection_that_does_not_count_stops_nothing():
    github = FakePullRequests(found_reviews=[replace(OBJECTION, counts=False), approval()])
    assert isinstance(awaited(github), Done)


@pytest.mark.parametrize("author", ["rena", "Rena"])
def test_who_is_the_author_is_not_asked_and_that_is_what_is_said(author):
    github = FakePullRequests()
    alone = requested(github, {"author": author}, ReviewLadder(first="rena"))
    assert "rena is the author, and nobody can review their own" in alone.saying.lower()
    assert "gh pr edit 7 --add-reviewer LOGIN" in alone.saying
    assert not github.received
    requested(github, {"author": author})
    assert github.received == [("request_review", 7, "noor")], "the next one, and at once"


def test_the_case_of_a_login_says_nothing():
    github = FakePullRequests(replace(OPEN, requested_reviewers=("Rena",)))
    assert requested(github).saying == "Review requested from rena."
    assert not github.received


def test_one_on_call_without_a_login_is_named_and_not_asked():
    github = FakePullRequests()
    person = {"name": "Kim", "email": "kim@webrana.example"}
    known = {**asked_for_review(420.0, HEAD, "rena", "noor"), "on_call_people": [person]}
    found = requested(github, known)
    assert (found.saying, github.received) == (
        f"Kim is on call: ask them for a review of {URL}",
        [],
    )
    assert told(found)["reviewers_asked"][-1] == {"who": "Kim", "role": "on call", "sha": HEAD}


def test_only_the_first_who_cannot_be_asked_stops_the_run():
    problem = Problem(ProblemCode.FAILED, "noor cannot be asked.", "No rights.", "hotfix resume")
    github = FakePullRequests(refusal=ProblemError(problem))
    with pytest.raises(ProblemError):
        requested(github)
    found = requested(github, asked_for_review(240.0))
    assert found.saying == "noor cannot be asked."
    assert told(found)["reviewers_asked"][-1]["who"] == "noor"


@pytest.mark.parametrize(
    ("github", "ladder", "is_done"),
    [
        (FakePullRequests(replace(OPEN, requested_reviewers=("rena",))), LADDER, True),
        (FakePullRequests(found_reviews=[approval()]), LADDER, True),
        (FakePullRequests(found_reviews=[approval(sha=OLDER)]), LADDER, False),
        (FakePullRequests(found_reviews=[approval("noor")]), LADDER, False),
        (FakePullRequests(), LADDER, False),
        (FakePullRequests(), ReviewLadder(), False),
    ],
)
def test_a_review_that_is_asked_for_or_given_is_the_evidence_of_the_request(
    github, ladder, is_done
):
    given = Facts({"pull_request_number": 7}, now=NOW)
    found = RequestReview(ladder).evidence(given, beside(github))
    assert isinstance(found, Done if is_done else NotDone)
    assert not github.received
