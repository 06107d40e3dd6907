"""The GraphQL API: a pull request's review decision, the merge queue, auto-merge."""

from typing import Any

from hotfix.simulators.github.answers import Answers, Json, stamp
from hotfix.simulators.github.call import Call, Reply, Route
from hotfix.simulators.github.graphql_document import Field, GraphqlSyntaxError, fields_of
from hotfix.simulators.github.merge_queue import MergeQueue
from hotfix.simulators.github.merging import review_decision, unmet
from hotfix.simulators.github.records import Pull

_OPEN, _MERGED, _CLOSED = "OPEN", "MERGED", "CLOSED"


class _RefusedError(Exception):
    """An entry of ``errors``: GitHub's type and its words."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class GraphqlRoutes:
    """Answers GraphQL; as on GitHub, a refusal comes with the status 200.

    Args:
        answers: words the records.
        queue: the merge queue.
    """

    def __init__(self, answers: Answers, queue: MergeQueue) -> None:
        self._hosted = answers.hosted
        self._queue = queue
        self._page = answers.page

    def route(self) -> Route:
        """Return the one route."""
        return Route("POST", "/graphql", self._answer, "graphql")

    def _answer(self, call: Call) -> Reply:
        try:
            kind, fields = fields_of(
                str(call.body.get("query") or ""), dict(call.body.get("variables") or {})
            )
            root = self._mutations(call.login) if kind == "mutation" else self._queries(call.login)
            return Reply({"data": _picked(root, fields)})
        except GraphqlSyntaxError as error:
            return Reply({"errors": [{"message": f"Parse error: {error}"}]})
        except _RefusedError as error:
            wrong = {"type": error.kind, "message": error.message}
            return Reply({"data": None, "errors": [wrong]})

    def _queries(self, login: str) -> Json:
        return {"viewer": {"login": login}, "repository": self._repository}

    def _mutations(self, login: str) -> Json:
        return {
            "enqueuePullRequest": lambda it: self._enqueue(login, it["input"]),
            "enablePullRequestAutoMerge": lambda it: self._auto_merge(login, it["input"]),
        }

    def _repository(self, asked: Json) -> Json:
        name = f"{asked.get('owner')}/{asked.get('name')}"
        if name.lower() != self._hosted.name.lower():
            message = f"Could not resolve to a Repository with the name '{name}'."
            raise _RefusedError("NOT_FOUND", message)
        return {"nameWithOwner": self._hosted.name, "pullRequest": self._numbered}

    def _numbered(self, asked: Json) -> Json:
        pull = self._hosted.pulls.get(int(asked["number"]))
        if pull is None:
            message = f"Could not resolve to a PullRequest with the number of {asked['number']}."
            raise _RefusedError("NOT_FOUND", message)
        return self._pull(pull)

    def _pull(self, pull: Pull) -> Json:
        state = _OPEN if pull.issue.is_open else _MERGED if pull.merged_at else _CLOSED
        return {
            "id": f"PR_{pull.number}",
            "number": pull.number,
            "title": pull.issue.title,
            "url": f"{self._page}/pull/{pull.number}",
            "state": state,
            "merged": pull.merged_at is not None,
            "headRefOid": pull.head_sha,
            "headRefName": pull.head,
            "baseRefName": pull.base,
            "reviewDecision": review_decision(self._hosted, pull),
            "mergeQueueEntry": self._entry(pull),
            "isInMergeQueue": self._queue.entry_of(pull) is not None,
            "autoMergeRequest": self._auto(pull),
        }

    def _entry(self, pull: Pull) -> Json | None:
        found = self._queue.entry_of(pull)
        return None if found is None else {"position": found[0], "state": found[1]}

    def _auto(self, pull: Pull) -> Json | None:
        if pull.auto_merge is None:
            return None
        return {
            "mergeMethod": pull.auto_merge[0].upper(),
            "enabledAt": stamp(self._hosted.now()),
        }

    def _enqueue(self, login: str, asked: Json) -> Json:
        pull = self._open(asked)
        protection = self._hosted.protections.get(pull.base)
        if protection is None or not protection.merge_queue:
            message = f"Merge queue is not enabled on {pull.base}"
            raise _RefusedError("UNPROCESSABLE", message)
        if self._queue.entry_of(pull) is not None:
            raise _RefusedError("UNPROCESSABLE", "Pull request is already in the queue")
        missing = unmet(self._hosted, pull)
        if missing:
            raise _RefusedError("UNPROCESSABLE", missing)
        jump = bool(asked.get("jump"))
        if jump and not self._hosted.is_admin(login):
            message = "You do not have permission to jump the merge queue"
            raise _RefusedError("FORBIDDEN", message)
        self._queue.add(pull, pull.issue.title, login, jump=jump)
        return {"mergeQueueEntry": self._entry(pull)}

    def _auto_merge(self, login: str, asked: Json) -> Json:
        pull = self._open(asked)
        if not self._hosted.allows_auto_merge:
            message = "Auto merge is not allowed for this repository"
            raise _RefusedError("UNPROCESSABLE", message)
        if not unmet(self._hosted, pull):
            raise _RefusedError("UNPROCESSABLE", "Pull request is in clean status")
        method = str(asked.get("mergeMethod") or "MERGE").lower()
        pull.auto_merge = (method, str(asked.get("commitHeadline") or ""), login)
        return {"pullRequest": self._pull(pull)}

    def _open(self, asked: Json) -> Pull:
        for pull in self._hosted.pulls.values():
            if f"PR_{pull.number}" == asked.get("pullRequestId"):
                break
        else:
            raise _RefusedError("NOT_FOUND", "Could not resolve to a node with the global id")
        if not pull.issue.is_open:
            raise _RefusedError("UNPROCESSABLE", "Pull request is closed")
        if asked.get("expectedHeadOid") not in {None, pull.head_sha}:
            message = "Head branch was modified: the expected head oid is not the current one"
            raise _RefusedError("UNPROCESSABLE", message)
        return pull


def _picked(value: Any, fields: tuple[Field, ...]) -> Any:
    """Return what the fields ask for of ``value``, whose parts may be made on demand."""
    if not fields or value is None:
        return value
    found = {}
    for field in fields:
        if field.name not in value:
            raise _RefusedError("undefinedField", f"Field '{field.name}' doesn't exist")
        part = value[field.name]
        made = part(field.arguments) if callable(part) else part
        found[field.alias] = _picked(made, field.below)
    return found
