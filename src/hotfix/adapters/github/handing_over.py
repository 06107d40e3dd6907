"""Merges that GitHub carries out later: the merge queue and auto-merge, and how reviews are judged.

Both are pinned to a commit: GitHub refuses where the head is another one by then.
"""

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.graphql import graphql
from hotfix.adapters.github.refusals import by_words
from hotfix.adapters.github.troubles import RefusedError, tolerating, understood
from hotfix.domain.merge_how import MergeHow
from hotfix.ports.pull_requests import HandedOver, MergeRefusal, NotMerged, ReviewDecision

_STATE = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      mergeQueueEntry { position state }
      autoMergeRequest { enabledAt }
    }
  }
}
"""
_DECISION = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewDecision } }
}
"""
_ENQUEUE = """
mutation($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { position state } }
}
"""
_AUTO_MERGE = """
mutation($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { pullRequest { id } }
}
"""
_DEQUEUE = """
mutation($input: DequeuePullRequestInput!) {
  dequeuePullRequest(input: $input) { mergeQueueEntry { position state } }
}
"""
_NO_AUTO_MERGE = """
mutation($input: DisablePullRequestAutoMergeInput!) {
  disablePullRequestAutoMerge(input: $input) { pullRequest { id } }
}
"""
_DECISIONS = {
    "APPROVED": ReviewDecision.MET,
    "REVIEW_REQUIRED": ReviewDecision.MISSING,
    "CHANGES_REQUESTED": ReviewDecision.CHANGES_REQUESTED,
}
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404


def review_decision(client: GithubClient, repository: str, number: int) -> ReviewDecision:
    """Return how GitHub judges the reviews; unknown where nothing is required or readable."""
    with tolerating(_FORBIDDEN, _NOT_FOUND):
        found = _pull_request(client, _DECISION, repository, number)
        return _DECISIONS.get(str(found.get("reviewDecision")), ReviewDecision.UNKNOWN)
    return ReviewDecision.UNKNOWN


def handed_over(client: GithubClient, repository: str, number: int) -> HandedOver | None:
    """Return where GitHub is with a merge that was left to it, or None where none was."""
    found = _pull_request(client, _STATE, repository, number)
    entry = found.get("mergeQueueEntry")
    if entry:
        return _queued(entry)
    return HandedOver(MergeHow.AUTO) if found.get("autoMergeRequest") else None


def enqueue(client: GithubClient, repository: str, number: int, sha: str) -> HandedOver | NotMerged:
    """Put the pull request into the merge queue, at its front where the token may."""
    node = _node(client, repository, number)
    wanted = {"pullRequestId": node, "expectedHeadOid": sha}
    try:
        data = graphql(client, _ENQUEUE, input={**wanted, "jump": True})
    except RefusedError as error:
        refusal = _judged(error)
        if refusal.refusal is MergeRefusal.HEAD_MOVED:
            return refusal
        # Refused means that nothing happened; not everybody may jump.
        try:
            data = graphql(client, _ENQUEUE, input=wanted)
        except RefusedError as second:
            return _judged(second)
    with understood("the merge queue"):
        return _queued(data["enqueuePullRequest"]["mergeQueueEntry"])


def enable_auto_merge(
    client: GithubClient, repository: str, number: int, sha: str, method: str, title: str
) -> HandedOver | NotMerged | None:
    """Let GitHub merge once everything is met; None where it could be merged right now."""
    wanted = {
        "pullRequestId": _node(client, repository, number),
        "expectedHeadOid": sha,
        "mergeMethod": method.upper(),
    }
    if method != "rebase":
        wanted["commitHeadline"] = title
    try:
        graphql(client, _AUTO_MERGE, input=wanted)
    except RefusedError as error:
        if "clean status" in error.message.lower():
            return None
        return _judged(error)
    return HandedOver(MergeHow.AUTO)


def take_back(client: GithubClient, repository: str, number: int) -> None:
    """Take the pull request out of the merge queue, or turn auto-merge off, where either is."""
    found = _pull_request(client, _STATE, repository, number)
    with understood(f"pull request {number}"):
        node = str(found["id"])
    if found.get("mergeQueueEntry"):
        graphql(client, _DEQUEUE, input={"id": node})
    if found.get("autoMergeRequest"):
        graphql(client, _NO_AUTO_MERGE, input={"pullRequestId": node})


def _pull_request(client: GithubClient, query: str, repository: str, number: int) -> Json:
    owner, _, name = repository.partition("/")
    data = graphql(client, query, owner=owner, name=name, number=number)
    with understood(f"pull request {number}"):
        found = data["repository"]["pullRequest"]
        if not isinstance(found, dict):
            raise TypeError(found)
        return found


def _node(client: GithubClient, repository: str, number: int) -> str:
    found = _pull_request(client, _STATE, repository, number)
    with understood(f"pull request {number}"):
        return str(found["id"])


def _queued(entry: Json) -> HandedOver:
    with understood("the merge queue"):
        return HandedOver(MergeHow.QUEUE, int(entry["position"]), str(entry["state"]).lower())


def _judged(error: RefusedError) -> NotMerged:
    """Return what a refusal says about the merge; raises it where it is about the token."""
    if error.status == _UNAUTHORIZED:
        raise error
    return NotMerged(by_words(error.message) or MergeRefusal.PROTECTION, error.message)
