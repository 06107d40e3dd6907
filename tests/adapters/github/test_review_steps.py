"""What the waiting steps of the review make of what GitHub says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.adapters.github.world_of_github import BRANCH, TARGET
from tests.engine.small_plan import ports

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Waiting
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks

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
    outcome: Any = AwaitApproval(1, ladder).run(facts, replace(ports(), pull_requests=world.pulls))
    if owners:
        assert "rena approved; the branch wants another review" in outcome.saying
    else:
        assert outcome.facts["approver"] == "rena"


def test_a_commit_after_the_approval_goes_back_to_the_review(world):
    world.service.hosted.permissions["rena"] = "write"
    opened = world.opened()
    world.service.review(1, "rena")
    world.commit(BRANCH, text="sneaked in\n")
    facts = Facts({"pull_request_number": 1, "head_sha": opened.head_sha})
    step = AwaitApproval(1, ReviewLadder())
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
    step = AwaitChecks(TARGET, ReviewLadder())
    at = replace(ports(), pull_requests=world.pulls)
    early = step.run(Facts(known, now=now, begun_at=now), at)
    assert isinstance(early, Waiting)
    late = step.run(Facts(known, now=now, begun_at=now - timedelta(seconds=60)), at)
    assert isinstance(late, Ask)
    assert late.question.by_yes == ""
