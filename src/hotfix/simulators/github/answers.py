"""How the simulated GitHub words its records in JSON."""

from datetime import datetime
from typing import Any

from hotfix.simulators.git_origin import OriginCommit
from hotfix.simulators.github import shapes
from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.merging import mergeable_state
from hotfix.simulators.github.records import Comment, Issue, Label, Protection, Pull, Review, Status

Json = dict[str, Any]
# How the merge queue is set up: one pull request at a time, as soon as it is ready.
_QUEUE = {
    "merge_method": "SQUASH",
    "grouping_strategy": "ALLGREEN",
    "check_response_timeout_minutes": 60,
    "max_entries_to_build": 5,
    "max_entries_to_merge": 1,
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 0,
}


class Answers:
    """Puts records into GitHub's shapes.

    Args:
        hosted: the repository.
        address: of the API, without a slash at the end; its ``url`` fields begin with it.
    """

    def __init__(self, hosted: HostedRepository, address: str) -> None:
        self.hosted = hosted
        self.address = address
        self.api = f"{address}/repos/{hosted.name}"
        self.page = f"{address}/{hosted.name}"

    def user(self, login: str) -> Json:
        """Return an account."""
        return {
            "login": login,
            "id": 1 + sum(ord(letter) * place for place, letter in enumerate(login, 1)),
            "type": "User",
            "site_admin": False,
            "url": f"{self.address}/users/{login}",
            "html_url": f"{self.address}/{login}",
            **shapes.rest_of_user(f"{self.address}/users/{login}", login),
        }

    def repository(self, login: str) -> Json:
        """Return the repository as ``login`` sees it."""
        hosted = self.hosted
        methods = hosted.merge_methods
        return self.plain_repository() | {
            "allow_merge_commit": "merge" in methods,
            "allow_squash_merge": "squash" in methods,
            "allow_rebase_merge": "rebase" in methods,
            "delete_branch_on_merge": self.hosted.deletes_branch_on_merge,
            "permissions": {
                "admin": hosted.is_admin(login),
                "push": hosted.may_write(login),
                "pull": True,
            },
        }

    def fork(self, name: str, login: str) -> Json:
        """Return a fork of the repository that is called ``name``."""
        whole = self.repository(login)
        return whole | {
            "id": 2,
            "name": name.partition("/")[2],
            "full_name": name,
            "owner": self.user(name.partition("/")[0]),
            "fork": True,
            "parent": whole,
            "source": whole,
        }

    def plain_repository(self) -> Json:
        """Return the repository as it stands in other records."""
        hosted = self.hosted
        return {
            **shapes.rest_of_repository(self.api, self.page, hosted.name),
            "id": 1,
            "name": hosted.name.partition("/")[2],
            "full_name": hosted.name,
            "owner": self.user(hosted.owner),
            "private": True,
            "archived": hosted.is_archived,
            "disabled": False,
            "fork": False,
            "has_issues": True,
            "default_branch": hosted.default_branch,
            "url": self.api,
            "html_url": self.page,
        }

    def branch(self, name: str, sha: str) -> Json:
        """Return a branch, with what its protection lets everybody know."""
        protection = self.hosted.protections.get(name)
        if protection is not None and protection.by_ruleset:
            protection = None
        return {
            "name": name,
            "commit": self.commit(self.hosted.origin.commit(sha)),
            "_links": {"self": f"{self.api}/branches/{name}", "html": f"{self.page}/tree/{name}"},
            "protected": protection is not None,
            "protection": {
                "enabled": protection is not None,
                "required_status_checks": {
                    "enforcement_level": "non_admins"
                    if protection and protection.required_checks
                    else "off",
                    **_required(protection),
                },
            },
            "protection_url": f"{self.api}/branches/{name}/protection",
        }

    def rules(self, protection: Protection) -> list[Json]:
        """Return the rules of a branch: all of a ruleset; of a protection, the merge queue."""
        found: list[Json] = []
        if protection.merge_queue:
            found.append({"type": "merge_queue", "parameters": _QUEUE})
        if protection.by_ruleset and protection.required_checks:
            parameters = {
                "required_status_checks": [
                    {"context": it}
                    | ({"integration_id": protection.apps[it]} if it in protection.apps else {})
                    for it in protection.required_checks
                ],
                "strict_required_status_checks_policy": protection.strict,
            }
            found.append({"type": "required_status_checks", "parameters": parameters})
        if protection.by_ruleset and protection.required_approvals:
            parameters = {
                "dismiss_stale_reviews_on_push": False,
                "require_code_owner_review": bool(protection.code_owners),
                "require_last_push_approval": False,
                "required_approving_review_count": protection.required_approvals,
                "required_review_thread_resolution": protection.conversations,
            }
            found.append({"type": "pull_request", "parameters": parameters})
        return found

    def protection(self, branch: str, protection: Protection) -> Json:
        """Return the whole protection of a branch."""
        url = f"{self.api}/branches/{branch}/protection"
        found: Json = {
            "url": url,
            "enforce_admins": {
                "url": f"{url}/enforce_admins",
                "enabled": protection.enforce_admins,
            },
        }
        if protection.required_checks:
            found["required_status_checks"] = {
                "url": f"{url}/required_status_checks",
                "strict": protection.strict,
                **_required(protection),
            }
        if protection.required_approvals:
            found["required_pull_request_reviews"] = {
                "url": f"{url}/required_pull_request_reviews",
                "dismiss_stale_reviews": False,
                "require_code_owner_reviews": bool(protection.code_owners),
                "required_approving_review_count": protection.required_approvals,
            }
        return found

    def reference(self, branch: str, sha: str) -> Json:
        """Return a git reference to a branch."""
        return {
            "ref": f"refs/heads/{branch}",
            "node_id": f"REF_{branch}",
            "url": f"{self.api}/git/refs/heads/{branch}",
            "object": {"sha": sha, "type": "commit", "url": f"{self.api}/git/commits/{sha}"},
        }

    def commit(self, commit: OriginCommit) -> Json:
        """Return a commit."""
        person = {"name": commit.author, "email": commit.email, "date": stamp(commit.at)}
        return {
            "sha": commit.sha,
            "node_id": f"C_{commit.sha}",
            "url": f"{self.api}/commits/{commit.sha}",
            "comments_url": f"{self.api}/commits/{commit.sha}/comments",
            "html_url": f"{self.page}/commit/{commit.sha}",
            "commit": {
                "message": commit.message,
                "author": person,
                "committer": person,
                "url": f"{self.api}/git/commits/{commit.sha}",
                "comment_count": 0,
                "tree": {"sha": commit.sha, "url": f"{self.api}/git/trees/{commit.sha}"},
            },
            "author": None,
            "committer": None,
            "parents": [],
        }

    def simple_commit(self, sha: str) -> Json:
        """Return a commit as it stands at what was run for it."""
        commit = self.hosted.origin.commit(sha)
        person = {"name": commit.author, "email": commit.email}
        return {
            "id": commit.sha,
            "tree_id": commit.sha,
            "message": commit.message,
            "timestamp": stamp(commit.at),
            "author": person,
            "committer": person,
        }

    def label(self, label: Label) -> Json:
        """Return a label."""
        return {
            "id": label.id,
            "node_id": f"LA_{label.id}",
            "name": label.name,
            "color": label.color,
            "description": label.description or None,
            "default": False,
            "url": f"{self.api}/labels/{label.name}",
        }

    def labels(self, issue: Issue) -> list[Json]:
        """Return the labels on an issue."""
        return [self.label(self.hosted.labels[name.lower()]) for name in issue.labels]

    def comment(self, comment: Comment) -> Json:
        """Return a comment."""
        kind = "pull" if comment.number in self.hosted.pulls else "issues"
        return {
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "body": comment.body,
            "user": self.user(comment.author),
            "created_at": stamp(comment.at),
            "updated_at": stamp(comment.at),
            "url": f"{self.api}/issues/comments/{comment.id}",
            "issue_url": f"{self.api}/issues/{comment.number}",
            "html_url": f"{self.page}/{kind}/{comment.number}#issuecomment-{comment.id}",
        }

    def issue(self, issue: Issue) -> Json:
        """Return an issue; a pull request is marked as one."""
        is_pull = issue.number in self.hosted.pulls
        kind = "pull" if is_pull else "issues"
        found = {
            **shapes.rest_of_issue(self.api, issue.number),
            "id": 100_000 + issue.number,
            "number": issue.number,
            "title": issue.title,
            "body": issue.body,
            "state": "open" if issue.is_open else "closed",
            "user": self.user(issue.author),
            "author_association": self._association(issue.author),
            "labels": self.labels(issue),
            "assignees": [],
            "comments": sum(comment.number == issue.number for comment in self.hosted.comments),
            "created_at": stamp(issue.created_at),
            "updated_at": stamp(issue.created_at),
            "closed_at": stamp(issue.closed_at),
            "url": f"{self.api}/issues/{issue.number}",
            "html_url": f"{self.page}/{kind}/{issue.number}",
        }
        if is_pull:
            found["pull_request"] = {"url": f"{self.api}/pulls/{issue.number}"}
        return found

    def pull(self, pull: Pull) -> Json:
        """Return a pull request as lists have it: without what GitHub computes on demand."""
        number = pull.number
        base_sha = self.hosted.origin.commit_of(pull.base) or pull.base_sha
        found = self.issue(pull.issue)
        del found["pull_request"]
        return found | {
            **shapes.rest_of_pull(self.api, self.page, number, pull.head_sha),
            "id": 200_000 + number,
            "node_id": f"PR_{number}",
            "auto_merge": {"merge_method": pull.auto_merge[0]} if pull.auto_merge else None,
            "draft": False,
            "head": self._side(pull.head, pull.head_sha),
            "base": self._side(pull.base, base_sha),
            "requested_reviewers": [self.user(login) for login in pull.requested_reviewers],
            "requested_teams": [],
            "merged_at": stamp(pull.merged_at),
            "merge_commit_sha": pull.merge_sha or None,
            "url": f"{self.api}/pulls/{number}",
            "issue_url": f"{self.api}/issues/{number}",
            "html_url": f"{self.page}/pull/{number}",
        }

    def whole_pull(self, pull: Pull) -> Json:
        """Return a pull request as a single one is answered."""
        mergeable, state = mergeable_state(self.hosted, pull)
        return self.pull(pull) | {
            "merged": pull.merged_at is not None,
            "merged_by": self.user(pull.merged_by) if pull.merged_by else None,
            "mergeable": mergeable,
            "mergeable_state": state,
            "rebaseable": mergeable,
            "maintainer_can_modify": False,
            "review_comments": 0,
            "commits": len(self.hosted.origin.commits_between(pull.base_sha, pull.head_sha)),
            **self.size(pull),
        }

    def review(self, review: Review) -> Json:
        """Return a review."""
        pull = f"{self.api}/pulls/{review.number}"
        return {
            "id": review.id,
            "node_id": f"PRR_{review.id}",
            "_links": {
                "html": {"href": f"{self.page}/pull/{review.number}"},
                "pull_request": {"href": pull},
            },
            "user": self.user(review.login),
            "author_association": self._association(review.login),
            "body": review.body,
            "state": review.state,
            "commit_id": review.sha,
            "submitted_at": stamp(review.at),
            "pull_request_url": pull,
            "url": f"{pull}/reviews/{review.id}",
            "html_url": f"{self.page}/pull/{review.number}#pullrequestreview-{review.id}",
        }

    def status(self, status: Status) -> Json:
        """Return a commit status."""
        return {
            "id": status.id,
            "node_id": f"SC_{status.id}",
            "avatar_url": None,
            "state": status.state,
            "context": status.context,
            "creator": self.user(status.creator),
            "description": status.description,
            "target_url": status.target_url or None,
            "created_at": stamp(status.at),
            "updated_at": stamp(status.at),
            "url": f"{self.api}/statuses/{status.sha}",
        }

    def _side(self, branch: str, sha: str) -> Json:
        owner = self.hosted.owner
        return {
            "label": f"{owner}:{branch}",
            "ref": branch,
            "sha": sha,
            "user": self.user(owner),
            "repo": self.plain_repository(),
        }

    def size(self, pull: Pull) -> Json:
        """Return how much a pull request changes."""
        changed = self.hosted.origin.changed_lines(pull.base_sha, pull.head_sha)
        return {
            "changed_files": len(changed),
            "additions": sum(added for added, _ in changed.values()),
            "deletions": sum(deleted for _, deleted in changed.values()),
        }

    def _association(self, login: str) -> str:
        if login == self.hosted.owner:
            return "OWNER"
        return "COLLABORATOR" if login in self.hosted.permissions else "NONE"


def _required(protection: Protection | None) -> Json:
    if protection is None:
        return {"contexts": [], "checks": []}
    return {
        "contexts": list(protection.required_checks),
        "checks": [
            {"context": check, "app_id": protection.apps.get(check)}
            for check in protection.required_checks
        ],
    }


def stamp(at: datetime | None) -> str | None:
    """Return a moment as GitHub writes it."""
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
