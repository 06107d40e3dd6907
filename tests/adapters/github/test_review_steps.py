"""What the waiting steps of the review make of what GitHub says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET
from tests.engine.small_plan import ports

from hotfix.adapters.github.needs import needs
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import APPROVER, BREAK_GLASS, MERGE_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, NotDone, Waiting
from hotfix.domain.question import Answer
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks
from hotfix.steps.await_the_merge import AwaitTheMerge
from hotfix.steps.merge_the_fix import MergeTheFix

Json = dict[str, Any]


@pytest.mark.parametrize("owners", [(), ("noor",)])
def test_an_approval_counts_when_github_agrees(world, owners):
    world.service.set_protection(TARGET, (), 1, code_owners=owners)
    world.service.hosted.permissions |= {"rena": "write", "noor": "write"}
    opened = world.opened()
    world.service.review(1, "rena")
    known: Json = {"pull_request_number": 1, "head_sha": opened.head_sha}
    ladder = ReviewLadder(first="rena")
    asked: Json = {"sha": opened.head_sha, "at": world.clock.now().isoformat()}
    who: list[Json] = [{"who": "rena", "role": "reviewer", "sha": opened.head_sha}]
    facts = Facts({**known, "review_request": asked, "reviewers_asked": who}, now=world.clock.now())
    outcome: Any = AwaitApproval(1, ladder, "origin").run(
        facts, replace(ports(), pull_requests=world.pulls)
    )
    if owners:
        assert "rena approved; the branch wants another review" in outcome.saying
    else:
        assert APPROVER("rena") in outcome.facts


def test_a_commit_after_the_approval_goes_back_to_the_review(world):
    world.service.hosted.permissions["rena"] = "write"
    opened = world.opened()
    world.service.review(1, "rena")
    world.commit(BRANCH, text="sneaked in\n")
    facts = Facts({"pull_request_number": 1, "head_sha": opened.head_sha})
    step = AwaitApproval(1, ReviewLadder(), "origin")
    outcome: Any = step.run(facts, replace(ports(), pull_requests=world.pulls))
    assert outcome.to == "request_review"


def test_where_no_check_has_appeared_and_nobody_says_which_are_required_it_waits_then_asks(world):
    opened = world.opened()
    world.service.forbidden_areas |= {"metadata"}
    world.service.hosted.runs.clear()
    now = world.clock.now()
    known: Json = {
        "pull_request_number": 1,
        "review_request": {"sha": opened.head_sha, "at": now.isoformat()},
    }
    step = AwaitChecks(TARGET, ReviewLadder(), "origin")
    at = replace(ports(), pull_requests=world.pulls)
    early = step.run(Facts(known, now=now, begun_at=now), at)
    assert isinstance(early, Waiting)
    late = step.run(Facts(known, now=now, begun_at=now - timedelta(seconds=60)), at)
    assert isinstance(late, Ask)
    assert late.question.by_yes == ""


def merging(world, known=None, **answers):
    facts = Facts({"pull_request_number": 1} | (known or {}), answers)
    step = MergeTheFix(TARGET, "squash", "origin")
    return step, facts, replace(ports(), pull_requests=world.pulls)


def test_a_merge_that_was_queued_before_the_answer_was_lost_is_not_queued_again(world):
    world.service.set_protection(TARGET, merge_queue=True)
    opened = world.opened()
    known = {"approved_sha": opened.head_sha}
    step, facts, at = merging(world, known, merge=Answer("merge"))
    assert isinstance(step.evidence(facts, at), NotDone)
    first = step.run(facts, at)
    assert isinstance(first, Done)
    assert step.evidence(facts, at) == first
    world.pass_time(60)
    merged = step.evidence(facts, at)
    assert isinstance(merged, Done)
    assert MERGE_SHA(world.origin.commit_of(TARGET)) in merged.facts


def test_what_the_queue_throws_out_is_a_decision(world):
    world.service.set_protection(TARGET, merge_queue=True)
    world.service.hosted.run_checks = lambda _sha: False
    opened = world.opened()
    step, facts, at = merging(world, {"approved_sha": opened.head_sha}, merge=Answer("merge"))
    left = step.run(facts, at)
    assert isinstance(left, Done)
    waiting = AwaitTheMerge(TARGET)
    facts = replace(facts, known={**facts.known, **by_key(left.facts)})
    assert isinstance(waiting.run(facts, at), Waiting)
    world.pass_time(60)
    asked = waiting.run(facts, at)
    assert isinstance(asked, Ask)
    assert asked.question.by_yes == ""


def test_a_method_that_the_branch_does_not_allow_is_replaced_and_shown(world):
    world.service.hosted.merge_methods.discard("squash")
    opened = world.opened()
    known = {
        "approved_sha": opened.head_sha,
        "pull_request_url": opened.url,
        "approver": "rena",
    }
    step, facts, at = merging(world, known)
    asked = step.run(facts, at)
    assert isinstance(asked, Ask)
    assert f"{TARGET} does not allow squash: merge instead" in asked.question.shown
    merged = step.run(replace(facts, answers={"merge": Answer("merge")}), at)
    assert isinstance(merged, Done)
    assert MERGE_SHA in Facts(by_key(merged.facts))


def test_the_label_is_the_evidence_that_the_glass_was_broken(world):
    opened = world.opened()
    broken = Answer("break", "nobody answers", by="dana")
    facts = Facts({"pull_request_number": 1, "head_sha": opened.head_sha}, {"break-glass": broken})
    step, at = (
        AwaitApproval(1, ReviewLadder(), "origin"),
        replace(ports(), pull_requests=world.pulls),
    )
    assert isinstance(step.evidence(facts, at), NotDone)
    done = step.run(facts, at)
    assert isinstance(done, Done)
    assert BREAK_GLASS("dana: nobody answers") in done.facts
    assert step.evidence(facts, at) == done
    assert world.pulls.get(1).labels == ("review-owed",)


def test_an_approval_that_comes_first_wins_over_the_broken_glass(world):
    world.service.hosted.permissions["rena"] = "write"
    opened = world.opened()
    world.service.review(1, "rena")
    facts = Facts({"pull_request_number": 1, "head_sha": opened.head_sha})
    step = AwaitApproval(1, ReviewLadder(), "origin", break_glass_after=0.0)
    outcome = step.run(facts, replace(ports(), pull_requests=world.pulls))
    assert isinstance(outcome, Done)
    assert APPROVER("rena") in outcome.facts
    assert BREAK_GLASS(None) in outcome.facts


@pytest.mark.parametrize("verdict", ["DISMISSED", "COMMENTED"])
def test_a_dismissed_review_and_the_authors_own_approval_are_none(world, verdict):
    world.service.hosted.permissions["rena"] = "write"
    opened = world.opened()
    world.service.review(1, "rena")
    world.service.review(1, "rena", "DISMISSED")
    world.service.review(1, "rena", verdict)
    world.service.review(1, "dana")
    facts = Facts(
        {
            "pull_request_number": 1,
            "head_sha": opened.head_sha,
            "review_request": {"sha": opened.head_sha, "at": world.clock.now().isoformat()},
        }
    )
    outcome = AwaitApproval(1, ReviewLadder(), "origin").run(
        facts, replace(ports(), pull_requests=world.pulls)
    )
    assert isinstance(outcome, Waiting)


def edited(world, **fields):
    """Let somebody edit the pull request on its page."""
    world.client.write("PATCH", f"/repos/{REPOSITORY}/pulls/1", fields)


def test_what_people_renamed_it_to_is_what_the_merge_is_called(world):
    opened = world.opened()
    edited(world, title="Give the cart back its currency")
    step, facts, at = merging(world, {"approved_sha": opened.head_sha}, merge=Answer("merge"))
    assert isinstance(step.run(facts, at), Done)
    world.git("fetch", "--quiet")
    subject = world.git("log", "-1", "--format=%s", f"origin/{TARGET}")
    assert subject == "Give the cart back its currency"


def test_what_somebody_points_at_another_branch_is_merged_into_none(world):
    opened = world.opened()
    edited(world, base="main")
    before = world.origin.branches()
    step, facts, at = merging(world, {"approved_sha": opened.head_sha}, merge=Answer("merge"))
    refused = step.run(facts, at)
    assert isinstance(refused, Failed)
    assert f"gh pr edit 1 --base {TARGET}" in refused.problem.next_command
    assert world.origin.branches() == before
    edited(world, base=TARGET)
    assert isinstance(step.run(facts, at), Done)


@pytest.mark.parametrize(
    ("demands", "mend"),
    [
        ({"strict": True, "required_checks": ("tests",)}, "gh pr update-branch 1"),
        ({"conversations": True}, "Resolve the open conversations"),
        ({"required_checks": ("tests",), "apps": {"tests": 77}}, "Let the app report"),
        ({"required_checks": ("DCO",)}, "git -C /shop rebase --signoff"),
    ],
)
def test_each_refusal_of_a_merge_has_a_next_command_of_its_own(world, demands, mend):
    opened = world.opened()
    world.pass_time(90)
    world.service.set_protection(TARGET, **demands)
    world.service.hosted.pulls[1].open_conversations = 1
    world.service.report_check(opened.head_sha, "DCO", "failure")
    if "strict" in demands:
        world.commit("other", path="other.py", start=f"origin/{TARGET}")
        world.git("push", "--quiet", "origin", f"other:{TARGET}")
    known = {"approved_sha": opened.head_sha, "folder": "/shop", "base_sha": "b" * 40}
    step, facts, at = merging(world, known, merge=Answer("merge"))
    refused = step.run(facts, at)
    assert isinstance(refused, Failed)
    assert refused.problem.next_command.startswith(mend)
    assert refused.problem.next_command.endswith("then: hotfix resume")


@pytest.mark.parametrize(
    ("reviewer", "second", "finding", "words"),
    [
        ("dana", "", "warning", "nobody can review their own"),
        ("Dana", "", "warning", "nobody can review their own"),
        ("guest", "", "warning", "may not write: their approval would not count"),
        ("rena", "", "ok", "rena can be asked"),
        ("rena", "guest", "warning", "may not write: their approval would not count"),
        ("rena", "nobody", "warning", "no collaborator"),
        ("nobody", "", "failed", "no collaborator"),
    ],
)
def test_who_reviews_is_looked_at_before_anything_is_begun(world, reviewer, second, finding, words):
    found = needs(
        world.client,
        REPOSITORY,
        base="main",
        merge_into=TARGET,
        merge_method="squash",
        labels=(),
        reviewer=reviewer,
        second_reviewer=second,
        workflow="",
    )
    name = "second reviewer" if second else "reviewer"
    (need,) = [each for each in found if each.name == name]
    assert need.finding == finding
    assert words in need.saw
    assert bool(need.mend) is (finding != "ok")
