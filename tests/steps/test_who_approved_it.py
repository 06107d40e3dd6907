"""Who is said to have approved it, where somebody merged another commit than the approved one."""

from dataclasses import replace
from typing import Any, cast

import pytest
from tests.engine.small_plan import ports
from tests.steps.fake_github import HEAD, MERGED, OLDER, TARGET, URL, FakePullRequests, approval
from tests.steps.fake_github import facts as known
from tests.steps.recorder import Port

from hotfix.domain.fact import by_key
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.question import Answer
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.ports.pull_requests import Review, ReviewVerdict
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_the_merge import AwaitTheMerge
from hotfix.steps.merge_the_fix import MergeTheFix
from hotfix.view.summary import summary_lines

BEFORE: dict[str, Any] = {
    "pull_request_url": URL,
    "approver": "rena",
    "approved_sha": OLDER,
    "merge_how": "queue",
}
TAKEN = {"merged-unapproved": Answer("watch", by="dana")}
MERGE = MergeTheFix(TARGET, "squash", "origin")
DOORS = {
    "found before the merge": MERGE.run,
    "found when the plan is left": MERGE.by_whomever,
    "merged by the queue": lambda facts, at: AwaitTheMerge(TARGET).run(facts, at),
    "found while it is awaited": lambda facts, at: AwaitApproval(2, ReviewLadder(), "origin").run(
        facts, at
    ),
}
NOBODY = "Approved by:  nobody: no approval of what was merged is on record"


def approved(lines):
    return [line for line in lines if line.startswith("Approved by")]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("reviews", "said"),
    [
        ([approval("rena", OLDER)], NOBODY),
        ([approval("rena", OLDER), approval("noor", HEAD)], "Approved by:  noor"),
        ([approval("dana", HEAD)], NOBODY),  # the author
        ([replace(approval("noor", HEAD), counts=False)], NOBODY),
        ([Review("noor", ReviewVerdict.COMMENTED, HEAD)], NOBODY),
    ],
)
def test_only_who_approved_what_was_merged_is_named(door, reviews, said):
    github = cast("Any", FakePullRequests(MERGED, found_reviews=reviews))
    facts = known(BEFORE, TAKEN)
    found: Any = DOORS[door](facts, replace(ports(), pull_requests=github))
    after = {**facts.known, **by_key(found.facts)}
    assert approved(summary_lines(Progress(known=after))) == [said]


def test_a_merge_is_known_where_its_reviews_are_not():
    github = Port(get=MERGED, reviews=TemporaryTroubleError("502"))
    found: Any = MERGE.by_whomever(
        known(BEFORE), replace(ports(), pull_requests=cast("Any", github))
    )
    assert by_key(found.facts)["merge_sha"] == MERGED.merge_sha
    assert by_key(found.facts)["approver"] is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"approver": "rena", "merge_sha": HEAD}, ["Approved by:  rena"]),
        ({"approver": "", "merge_sha": HEAD}, ["Approved by:  nobody, as configured"]),
        ({"merge_sha": HEAD}, [NOBODY]),
        ({"merge_sha": HEAD, "break_glass": "dana: alone"}, []),
        ({}, []),
    ],
)
def test_the_summary_says_who_approved_and_where_nobody_did(more, said):
    facts = {"pull_request_url": URL, **more}
    assert approved(summary_lines(Progress(known=facts))) == said
