"""What GraphQL's queries see: the same records as the REST API, in GraphQL's shapes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hotfix.simulators.github.answers import Answers, Json, stamp
from hotfix.simulators.github.graphql import GraphqlRefusedError
from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.merging import MergeQueue, mergeable_state, review_decision
from hotfix.simulators.github.records import Issue, Job, Pull, Review, Run, Status

_MERGEABLE = {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}
# The worst first: one of a state is enough for the whole to have it.
_ROLLED_UP = ("FAILURE", "ERROR", "PENDING", "SUCCESS")
_ALWAYS_EMPTY = ("assignees", "assignedActors", "projectCards", "projectItems")
_FINE = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})


@dataclass(frozen=True)
class GraphqlQueries:
    """The tree below ``query``."""

    answers: Answers
    queue: MergeQueue

    @property
    def hosted(self) -> HostedRepository:
        """The repository."""
        return self.answers.hosted

    def root(self, login: str) -> Json:
        """Return what ``login`` may ask."""
        return {
            "viewer": {"login": login},
            "repository": self._repository,
            "node": self._node,
            # Clients ask what the server knows of late; this one knows nothing of late.
            "__type": lambda asked: {"name": asked.get("name"), "fields": []},
        }

    def pull(self, pull: Pull) -> Json:
        """Return a pull request."""
        mergeable, state = mergeable_state(self.hosted, pull)
        checks = self._checks(pull.head_sha)
        return self._issue(pull.issue) | {
            "__typename": "PullRequest",
            "id": f"PR_{pull.number}",
            "fullDatabaseId": str(200_000 + pull.number),
            "url": f"{self.answers.page}/pull/{pull.number}",
            "state": _state(pull),
            "merged": pull.merged_at is not None,
            "mergedAt": stamp(pull.merged_at),
            "mergedBy": self._user(pull.merged_by) if pull.merged_by else None,
            "mergeCommit": {"oid": pull.merge_sha} if pull.merge_sha else None,
            "potentialMergeCommit": None,
            "isDraft": False,
            "isCrossRepository": False,
            "maintainerCanModify": False,
            "headRefOid": pull.head_sha,
            "headRefName": pull.head,
            "headRepository": self._own_repository(),
            "headRepositoryOwner": self._user(self.hosted.owner),
            "baseRefOid": pull.base_sha,
            "baseRefName": pull.base,
            "mergeable": _MERGEABLE[mergeable],
            "mergeStateStatus": state.upper(),
            "autoMergeRequest": self._auto(pull),
            "mergeQueueEntry": self.entry(pull),
            "isInMergeQueue": self.queue.entry_of(pull) is not None,
            "reviewDecision": review_decision(self.hosted, pull),
            "reviewRequests": _nodes(
                [{"requestedReviewer": self._user(login)} for login in pull.requested_reviewers]
            ),
            "reviews": _nodes([self._review(it) for it in self._reviews(pull)]),
            "latestReviews": _nodes(
                [self._review(it) for it in self.hosted.verdicts(pull).values()]
            ),
            "statusCheckRollup": checks,
            "commits": _nodes([{"commit": {"oid": pull.head_sha, "statusCheckRollup": checks}}]),
            **self._size(pull),
        }

    def entry(self, pull: Pull) -> Json | None:
        """Return the pull request's place in the merge queue, or None."""
        found = self.queue.entry_of(pull)
        return None if found is None else {"position": found[0], "state": found[1]}

    def _auto(self, pull: Pull) -> Json | None:
        if pull.auto_merge is None:
            return None
        return {
            "mergeMethod": pull.auto_merge[0].upper(),
            "enabledAt": stamp(self.hosted.now()),
        }

    def _repository(self, asked: Json) -> Json:
        name = f"{asked.get('owner')}/{asked.get('name')}"
        if name.lower() != self.hosted.name.lower():
            message = f"Could not resolve to a Repository with the name '{name}'."
            raise GraphqlRefusedError("NOT_FOUND", message)
        return self._own_repository() | {
            "hasIssuesEnabled": True,
            "pullRequest": self._numbered_pull,
            "pullRequests": self._pulls,
            "issueOrPullRequest": self._numbered,
            "issue": self._numbered,
        }

    def _own_repository(self) -> Json:
        name = self.hosted.name
        return {
            "__typename": "Repository",
            "id": "R_1",
            "name": name.partition("/")[2],
            "nameWithOwner": name,
            "owner": self._user(self.hosted.owner),
            "url": self.answers.page,
            "defaultBranchRef": {"name": self.hosted.default_branch},
        }

    def _node(self, asked: Json) -> Json | None:
        """Return what has a global id: here, pull requests."""
        kind, _, number = str(asked.get("id")).partition("_")
        is_pull = kind == "PR" and number.isdecimal() and int(number) in self.hosted.pulls
        return self.pull(self.hosted.pulls[int(number)]) if is_pull else None

    def _numbered_pull(self, asked: Json) -> Json:
        pull = self.hosted.pulls.get(int(asked["number"]))
        if pull is None:
            message = f"Could not resolve to a PullRequest with the number of {asked['number']}."
            raise GraphqlRefusedError("NOT_FOUND", message)
        return self.pull(pull)

    def _numbered(self, asked: Json) -> Json:
        number = int(asked["number"])
        if number in self.hosted.pulls:
            return self.pull(self.hosted.pulls[number])
        if number not in self.hosted.issues:
            message = f"Could not resolve to an issue or pull request with the number of {number}."
            raise GraphqlRefusedError("NOT_FOUND", message)
        return self._issue(self.hosted.issues[number])

    def _pulls(self, asked: Json) -> Json:
        states = asked.get("states") or ["OPEN", "CLOSED", "MERGED"]
        wanted = states if isinstance(states, list) else [states]
        found = [
            pull
            for pull in reversed(self.hosted.pulls.values())
            if _state(pull) in wanted
            and asked.get("headRefName") in {None, pull.head}
            and asked.get("baseRefName") in {None, pull.base}
        ]
        return _nodes([self.pull(pull) for pull in found])(asked)

    def _issue(self, issue: Issue) -> Json:
        labels = [
            {**it, "id": it["node_id"], "__typename": "Label"} for it in self.answers.labels(issue)
        ]
        comments = [it for it in self.hosted.comments if it.number == issue.number]
        return {
            "__typename": "Issue",
            "id": f"I_{issue.number}",
            "number": issue.number,
            "title": issue.title,
            "body": issue.body,
            "url": f"{self.answers.page}/issues/{issue.number}",
            "state": "OPEN" if issue.is_open else "CLOSED",
            "stateReason": "",
            "closed": not issue.is_open,
            "author": self._user(issue.author),
            "createdAt": stamp(issue.created_at),
            "updatedAt": stamp(issue.created_at),
            "closedAt": stamp(issue.closed_at),
            "labels": _nodes(labels),
            "milestone": None,
            **dict.fromkeys(_ALWAYS_EMPTY, _nodes([])),
            "reactionGroups": [],
            "comments": _nodes(
                [{"id": f"IC_{it.id}", "body": it.body, "url": ""} for it in comments]
            ),
        }

    def _user(self, login: str) -> Json:
        return {"__typename": "User", "id": f"U_{login}", "login": login, "name": login}

    def _reviews(self, pull: Pull) -> list[Review]:
        return [review for review in self.hosted.reviews if review.number == pull.number]

    def _review(self, review: Review) -> Json:
        return {
            "__typename": "PullRequestReview",
            "id": f"PRR_{review.id}",
            "author": self._user(review.login),
            "authorAssociation": "COLLABORATOR",
            "state": review.state,
            "body": review.body,
            "submittedAt": stamp(review.at),
            "includesCreatedEdit": False,
            "reactionGroups": [],
            "url": f"{self.answers.page}/pull/{review.number}#pullrequestreview-{review.id}",
            "commit": {"oid": review.sha},
        }

    def _size(self, pull: Pull) -> Json:
        size = self.answers.size(pull)
        return {"changedFiles": size.pop("changed_files"), **size}

    def _checks(self, sha: str) -> Json | None:
        runs = [run for run in self.hosted.runs if run.sha == sha]
        contexts = [self._check_run(run, job) for run in runs for job in run.jobs]
        statuses = {it.context: it for it in self.hosted.statuses if it.sha == sha}
        contexts += [self._status(it) for it in statuses.values()]
        if not contexts:
            return None
        states = {_rolled_up(context) for context in contexts}
        worst = next(state for state in _ROLLED_UP if state in states)
        return {"state": worst, "contexts": _nodes(contexts)}

    def _check_run(self, run: Run, job: Job) -> Json:
        name = run.path.rpartition("/")[2].partition(".")[0]
        return {
            "__typename": "CheckRun",
            "id": f"CR_{job.id}",
            "name": job.name,
            "status": job.status.upper(),
            "conclusion": (job.conclusion or "").upper() or None,
            "startedAt": stamp(job.started_at),
            "completedAt": stamp(job.completed_at),
            "detailsUrl": f"{self.answers.page}/actions/runs/{run.id}/job/{job.id}",
            "title": None,
            "summary": None,
            "isRequired": lambda _asked: False,
            "checkSuite": {"workflowRun": {"event": run.event, "workflow": {"name": name}}},
        }

    def _status(self, status: Status) -> Json:
        return {
            "__typename": "StatusContext",
            "id": f"SC_{status.id}",
            "context": status.context,
            "state": status.state.upper(),
            "description": status.description,
            "targetUrl": status.target_url or None,
            "createdAt": stamp(status.at),
            "isRequired": lambda _asked: False,
        }


def _state(pull: Pull) -> str:
    if pull.merged_at is not None:
        return "MERGED"
    return "OPEN" if pull.issue.is_open else "CLOSED"


def _rolled_up(context: Json) -> str:
    if context["__typename"] == "StatusContext":
        return str(context["state"])
    if context["conclusion"] is None:
        return "PENDING"
    return "SUCCESS" if context["conclusion"] in _FINE else "FAILURE"


def _nodes(items: list[Any]) -> Callable[[Json], Json]:
    """Return a connection: the first, or the last, so many of ``items``."""

    def connection(asked: Json) -> Json:
        first, last = asked.get("first"), asked.get("last")
        shown = items[:first] if first is not None else items[-last:] if last else items
        return {
            "totalCount": len(items),
            "nodes": shown,
            "edges": [{"node": item} for item in shown],
            "pageInfo": {"hasNextPage": len(shown) < len(items), "endCursor": ""},
        }

    return connection
