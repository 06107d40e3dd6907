"""What GraphQL's mutations change: the merge queue, and auto-merge."""

from dataclasses import dataclass

from hotfix.simulators.github.answers import Json
from hotfix.simulators.github.graphql import GraphqlRefusedError
from hotfix.simulators.github.graphql_queries import GraphqlQueries
from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.merging import MergeQueue, unmet
from hotfix.simulators.github.records import Pull


@dataclass(frozen=True)
class GraphqlMutations:
    """The tree below ``mutation``; ``queries`` words what was changed."""

    hosted: HostedRepository
    queries: GraphqlQueries
    queue: MergeQueue

    def root(self, login: str) -> Json:
        """Return what ``login`` may ask for."""
        return {
            "enqueuePullRequest": lambda it: self._enqueue(login, it["input"]),
            "dequeuePullRequest": lambda it: self._dequeue(it["input"]),
            "enablePullRequestAutoMerge": lambda it: self._auto_merge(login, it["input"]),
            "disablePullRequestAutoMerge": lambda it: self._no_auto_merge(it["input"]),
        }

    def _enqueue(self, login: str, asked: Json) -> Json:
        pull = self._open(asked)
        protection = self.hosted.protections.get(pull.base)
        if protection is None or not protection.merge_queue:
            message = f"Merge queue is not enabled on {pull.base}"
            raise GraphqlRefusedError("UNPROCESSABLE", message)
        if self.queue.entry_of(pull) is not None:
            raise GraphqlRefusedError("UNPROCESSABLE", "Pull request is already in the queue")
        missing = unmet(self.hosted, pull)
        if missing:
            raise GraphqlRefusedError("UNPROCESSABLE", missing)
        jump = bool(asked.get("jump"))
        if jump and not self.hosted.is_admin(login):
            message = "You do not have permission to jump the merge queue"
            raise GraphqlRefusedError("FORBIDDEN", message)
        self.queue.add(pull, pull.issue.title, login, jump=jump)
        return {"mergeQueueEntry": self.queries.entry(pull)}

    def _dequeue(self, asked: Json) -> Json:
        pull = self._open({"pullRequestId": asked.get("id")})
        entry = self.queries.entry(pull)
        if entry is None:
            raise GraphqlRefusedError("UNPROCESSABLE", "Pull request is not in the merge queue")
        self.queue.remove(pull)
        return {"mergeQueueEntry": entry}

    def _auto_merge(self, login: str, asked: Json) -> Json:
        pull = self._open(asked)
        if not self.hosted.allows_auto_merge:
            message = "Auto merge is not allowed for this repository"
            raise GraphqlRefusedError("UNPROCESSABLE", message)
        if not unmet(self.hosted, pull):
            raise GraphqlRefusedError("UNPROCESSABLE", "Pull request is in clean status")
        method = str(asked.get("mergeMethod") or "MERGE").lower()
        pull.auto_merge = (method, str(asked.get("commitHeadline") or ""), login)
        return {"pullRequest": self.queries.pull(pull)}

    def _no_auto_merge(self, asked: Json) -> Json:
        pull = self._open(asked)
        if pull.auto_merge is None:
            raise GraphqlRefusedError("UNPROCESSABLE", "Can't disable auto-merge for this pull")
        pull.auto_merge = None
        return {"pullRequest": self.queries.pull(pull)}

    def _open(self, asked: Json) -> Pull:
        for pull in self.hosted.pulls.values():
            if f"PR_{pull.number}" == asked.get("pullRequestId"):
                break
        else:
            raise GraphqlRefusedError("NOT_FOUND", "Could not resolve to a node with the global id")
        if not pull.issue.is_open:
            raise GraphqlRefusedError("UNPROCESSABLE", "Pull request is closed")
        if asked.get("expectedHeadOid") not in {None, pull.head_sha}:
            message = "Head branch was modified: the expected head oid is not the current one"
            raise GraphqlRefusedError("UNPROCESSABLE", message)
        return pull
