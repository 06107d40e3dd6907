"""Writes of a merge that is left to GitHub, and the label of a review that is owed."""

from typing import Any

from tests.adapters.github.world_of_github import BRANCH, TARGET, World
from tests.faults.faulty_proxy import Request
from tests.faults.walking import Does, Route, is_read, pulls_of

from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import (
    APPROVED_SHA,
    APPROVER,
    HEAD_SHA,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
    REVIEW_REQUEST,
)
from hotfix.domain.fact_records import ReviewRequest
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.question import BREAK_GLASS_KEY, Answer
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest
from hotfix.simulators.timeline import WorldTimings
from hotfix.steps.await_approval import REVIEW_OWED, AwaitApproval
from hotfix.steps.await_the_merge import AwaitTheMerge
from hotfix.steps.merge_the_fix import MergeTheFix

_OTHER = "hotfix/the-page-is-empty"


def _name_of(request: Request) -> str:
    if is_read(request):
        return ""
    if b"enqueuePullRequest" in request.body:
        return "put it into the merge queue"
    if b"enablePullRequestAutoMerge" in request.body:
        return "turn auto-merge on"
    return "label the review as owed"


def _prepare(github: World) -> PullRequest:
    """Open a pull request for the merge queue, and push a branch for auto-merge."""
    github.service.hosted.add_label(REVIEW_OWED)
    github.service.set_protection(TARGET, merge_queue=True)
    github.service.set_protection("main", ("tests",))
    github.commit(_OTHER, "page.py", start="origin/main")
    opened: PullRequest = github.opened()
    return opened


def _facts_of(pull: PullRequest, facts: Facts) -> tuple[Reported, ...]:
    return (
        PULL_REQUEST_NUMBER(pull.number),
        PULL_REQUEST_URL(pull.url),
        HEAD_SHA(pull.head_sha),
        APPROVED_SHA(pull.head_sha),
        APPROVER("rena"),
        REVIEW_REQUEST(ReviewRequest(pull.head_sha, facts.now) if facts.now else None),
    )


def _steps(github: World, queued: PullRequest) -> tuple[Any, ...]:
    def take_the_one(facts: Facts, _ports: Ports) -> Outcome:
        return Done("This one is queued.", _facts_of(queued, facts))

    def open_the_other(facts: Facts, _ports: Ports) -> Outcome:
        opened = github.pulls.open("[HOTFIX] the page is empty", "Body", _OTHER, "main")
        return Done("This one is merged by GitHub.", _facts_of(opened, facts))

    return (
        Does("take_the_one", take_the_one),
        AwaitApproval(1, ReviewLadder(""), "origin", break_glass_after=0.0),
        MergeTheFix(TARGET, "squash", "origin"),
        AwaitTheMerge(TARGET),
        Does("open_the_other", open_the_other),
        MergeTheFix("main", "squash", "origin", "auto", name="turn_auto_merge_on"),
        AwaitTheMerge("main", name="await_auto_merge"),
    )


LEFT_TO_GITHUB = Route(
    name="merges that are left to GitHub",
    writes=(
        "label the review as owed",
        "put it into the merge queue",
        "turn auto-merge on",
    ),
    name_of=_name_of,
    timings=WorldTimings(ci=75.0, merge_queue=10.0),
    prepare=_prepare,
    steps=_steps,
    seen=pulls_of,
    ends_with=(
        (BRANCH, TARGET, (REVIEW_OWED,), (), "merged"),
        (_OTHER, "main", (), (), "merged"),
    ),
    answers={BREAK_GLASS_KEY: Answer("break", reason="Nobody is awake", by="dana")},
    stops_at={
        "401 halfway": frozenset({"await_approval", "merge_the_fix", "turn_auto_merge_on"}),
    },
)
