"""Merges that are left to GitHub: the merge queue, auto-merge, and how GitHub judges reviews."""

from typing import Any

import pytest
from tests.adapters.github.fault_server import FaultServer
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.pull_requests import (
    HandedOver,
    Merged,
    MergeRefusal,
    MergeRules,
    NotMerged,
    ReviewDecision,
    ReviewVerdict,
)
from hotfix.simulators.github.graphql import GraphqlSyntaxError, fields_of


def hand_over(world, sha, how=MergeHow.QUEUE, method="squash"):
    return world.pulls.hand_over(1, sha, how, method, "[HOTFIX] checkout")


def mutations(world):
    return [it for it in world.received.all("github", writes=True) if it.path == "/graphql"]


@pytest.fixture
def queued(world):
    world.service.set_protection(TARGET, merge_queue=True)
    return world


def test_the_queue_is_read_from_the_rules_and_wants_to_be_gone_through(queued):
    opened = queued.opened()
    assert queued.pulls.merge_rules(TARGET).needs_queue
    assert not queued.pulls.merge_rules("main").needs_queue
    refused = queued.pulls.merge(1, opened.head_sha, "squash", "Title")
    assert isinstance(refused, NotMerged)
    assert refused.refusal is MergeRefusal.QUEUE_REQUIRED


def test_what_is_queued_is_merged_in_its_turn(queued):
    opened = queued.opened()
    queued.service.queue_another("Use the new logo")
    assert queued.pulls.handed_over(1) is None
    assert hand_over(queued, opened.head_sha) == HandedOver(MergeHow.QUEUE, 2, "queued")
    assert len(mutations(queued)) == 2
    queued.pass_time(60)
    assert queued.pulls.handed_over(1) == HandedOver(MergeHow.QUEUE, 1, "awaiting_checks")
    assert not queued.pulls.get(1).is_merged
    queued.pass_time(60)
    assert queued.pulls.handed_over(1) is None
    merged = queued.pulls.get(1)
    assert merged.is_merged
    assert queued.origin.commit_of(TARGET) == merged.merge_sha


def test_who_may_jump_the_queue_does(queued):
    queued.service.hosted.permissions["dana"] = "admin"
    opened = queued.opened()
    queued.service.queue_another("Use the new logo")
    assert hand_over(queued, opened.head_sha) == HandedOver(MergeHow.QUEUE, 1, "awaiting_checks")
    assert len(mutations(queued)) == 1


def test_what_fails_in_the_queue_is_thrown_out_unmerged(queued):
    queued.service.hosted.run_checks = lambda _sha: False
    opened = queued.opened()
    hand_over(queued, opened.head_sha)
    queued.pass_time(60)
    assert queued.pulls.handed_over(1) is None
    assert queued.pulls.get(1).is_open


def test_a_head_that_moved_is_neither_queued_nor_left_to_auto_merge(queued):
    opened = queued.opened()
    queued.commit(BRANCH, text="sneaked in\n")
    for how in (MergeHow.QUEUE, MergeHow.AUTO):
        refused = hand_over(queued, opened.head_sha, how)
        assert isinstance(refused, NotMerged)
        assert refused.refusal is MergeRefusal.HEAD_MOVED
    assert queued.pulls.handed_over(1) is None


def test_a_queue_that_is_not_there_refuses(world):
    refused = hand_over(world, world.opened().head_sha)
    assert isinstance(refused, NotMerged)
    assert "not enabled" in refused.why


def test_auto_merge_merges_once_everything_is_met(world):
    world.service.set_protection(TARGET, ("tests",))
    opened = world.opened()
    assert hand_over(world, opened.head_sha, MergeHow.AUTO) == HandedOver(MergeHow.AUTO)
    assert world.pulls.handed_over(1) == HandedOver(MergeHow.AUTO)
    world.pass_time(90)
    merged = world.pulls.get(1)
    assert merged.is_merged
    assert world.pulls.handed_over(1) is None


def test_what_is_ready_is_merged_at_once_instead_of_by_auto_merge(world):
    opened = world.opened()
    result = hand_over(world, opened.head_sha, MergeHow.AUTO)
    assert result == Merged(world.origin.commit_of(TARGET))


@pytest.mark.parametrize("how", [MergeHow.QUEUE, MergeHow.AUTO])
def test_a_token_that_is_not_accepted_is_no_protection_of_the_branch(how):
    refused = answered_with(401, {"message": "Bad credentials"}, how)
    assert isinstance(refused, ProblemError)
    assert refused.problem.code is ProblemCode.RIGHTS


@pytest.mark.parametrize("how", [MergeHow.QUEUE, MergeHow.AUTO])
def test_a_change_that_is_answered_in_part_may_have_been_made_and_is_not_sent_again(how):
    name = "enqueuePullRequest" if how is MergeHow.QUEUE else "enablePullRequestAutoMerge"
    partly = {
        "data": {name: {"mergeQueueEntry": None, "pullRequest": None}},
        "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}],
    }
    assert isinstance(answered_with(200, partly, how), TemporaryTroubleError)


def answered_with(status, body, how):
    """Hand over to a server that answers the change like this; return what is raised."""
    found = {"data": {"repository": {"pullRequest": {"id": "PR_1"}}}}
    answers: list[Any] = [(200, {}, found), (status, {}, body)]
    with (
        FaultServer() as server,
        GithubClient("ghp_dana", server.url, timeout_seconds=5) as client,
        pytest.raises((ProblemError, TemporaryTroubleError)) as caught,
    ):
        server.answer = lambda _method, _path: answers.pop(0)
        pulls = GithubPullRequests(client, REPOSITORY)
        pulls.hand_over(1, "a" * 40, how, "squash", "Title")
    assert not answers
    return caught.value


def test_a_repository_without_auto_merge_says_so(world):
    world.service.set_protection(TARGET, ("tests",))
    world.service.hosted.allows_auto_merge = False
    refused = hand_over(world, world.opened().head_sha, MergeHow.AUTO)
    assert isinstance(refused, NotMerged)
    assert "not allowed" in refused.why


def test_the_methods_are_those_that_the_repository_allows(world):
    world.service.hosted.merge_methods.discard("squash")
    assert world.pulls.merge_rules(TARGET) == MergeRules(
        needs_queue=False, methods=("merge", "rebase")
    )


def test_github_itself_says_whether_the_reviews_are_enough(world):
    world.opened()
    assert world.pulls.review_decision(1) is ReviewDecision.UNKNOWN
    world.service.set_protection(TARGET, (), 1, code_owners=("noor",))
    world.service.hosted.permissions |= {"rena": "write", "noor": "write"}
    assert world.pulls.review_decision(1) is ReviewDecision.MISSING
    world.service.review(1, "rena")
    assert world.pulls.review_decision(1) is ReviewDecision.MISSING
    world.service.review(1, "noor")
    assert world.pulls.review_decision(1) is ReviewDecision.MET
    world.service.review(1, "rena", "CHANGES_REQUESTED")
    assert world.pulls.review_decision(1) is ReviewDecision.CHANGES_REQUESTED


def test_changes_that_a_stranger_requests_do_not_count(world):
    world.opened()
    world.service.review(1, "passer-by", "CHANGES_REQUESTED")
    (review,) = world.pulls.reviews(1)
    assert (review.verdict, review.counts) == (ReviewVerdict.CHANGES_REQUESTED, False)


def test_a_pull_request_that_is_not_there_is_refused(world):
    with pytest.raises(ProblemError, match="number of 7"):
        world.pulls.handed_over(7)


def test_a_document_is_read_with_its_variables_and_aliases():
    kind, (field,) = fields_of(
        'query Q($n: Int!) { pull: pullRequest(number: $n, order: {by: NAME, first: 2}, q: "a,b") '
        "{ id title } }",
        {"n": 7},
    )
    assert (kind, field.alias, field.name) == ("query", "pull", "pullRequest")
    assert field.arguments == {"number": 7, "order": {"by": "NAME", "first": 2}, "q": "a b"}
    assert [each.name for each in field.below] == ["id", "title"]
    with pytest.raises(GraphqlSyntaxError):
        fields_of("{ viewer { login }", {})
