"""GitHub's GraphQL API, for what REST cannot do: the merge queue, auto-merge, the review decision.

Every question costs a point of a limit of its own (5,000 an hour) and has no conditional form.
"""

from typing import Any

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import LIMIT_SECONDS, RefusedError
from hotfix.domain.problem import Problem, ProblemCode, TemporaryTroubleError

_RIGHTS = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})
_STATUS = {"NOT_FOUND": 404, "FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403}
_UNPROCESSABLE = 422


def graphql(client: GithubClient, query: str, **variables: Any) -> Json:
    """Send one query or mutation, once, and return its ``data``.

    Raises:
        RefusedError: GitHub said no, and nothing happened.
        TemporaryTroubleError: the answer was lost, or the limit is used up.
    """
    asked = {"query": query, "variables": variables}
    answer = client.write("POST", client.graphql_url, asked)
    if not isinstance(answer, dict):
        raise TemporaryTroubleError("GitHub's answer to a GraphQL query is no object")
    data = answer.get("data")
    for error in answer.get("errors") or []:
        # What was asked for beside the change may be refused after the change was made.
        if query.lstrip().startswith("mutation") and isinstance(data, dict) and any(data.values()):
            raise TemporaryTroubleError("GitHub answers only a part of what was asked for")
        raise _refused(str(error.get("type") or ""), str(error.get("message") or ""))
    if not isinstance(data, dict):
        raise TemporaryTroubleError("GitHub's answer to a GraphQL query has no data")
    return data


def _refused(kind: str, message: str) -> RefusedError | TemporaryTroubleError:
    if kind == "RATE_LIMITED":
        return TemporaryTroubleError("GitHub's GraphQL limit is used up", LIMIT_SECONDS)
    if not kind and "something went wrong" in message.lower():
        return TemporaryTroubleError("GitHub's GraphQL API has trouble")
    problem = Problem(
        ProblemCode.RIGHTS if kind in _RIGHTS else ProblemCode.FAILED,
        what="GitHub refused it.",
        why=message or "It gave no reason.",
        next_command="Mend what GitHub names, then: hotfix resume",
    )
    return RefusedError(problem, _STATUS.get(kind, _UNPROCESSABLE), message)
