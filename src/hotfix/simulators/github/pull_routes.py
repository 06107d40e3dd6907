"""Pull requests: opened, listed, reviewed, merged."""

from hotfix.simulators.github.call import (
    Call,
    Reply,
    Route,
    invalid,
    page_of,
    refused,
    text_of,
    texts_of,
)
from hotfix.simulators.github.merging import merge
from hotfix.simulators.github.records import Pull
from hotfix.simulators.github.routes import Routes


class PullRoutes(Routes):
    """Answers about pull requests."""

    def routes(self, repo: str) -> list[Route]:
        """Return the routes; ``repo`` is the path's beginning."""
        one, area = f"{repo}/pulls/{{number}}", "pull_requests"
        return [
            Route("GET", f"{repo}/pulls", self._list, area),
            Route("POST", f"{repo}/pulls", self._open, area),
            Route("GET", one, self._get, area),
            Route("PATCH", one, self._edit, area),
            Route("PUT", f"{one}/merge", self._merge, "contents"),
            Route("GET", f"{one}/requested_reviewers", self._requested, area),
            Route("POST", f"{one}/requested_reviewers", self._request_review, area),
            Route("GET", f"{one}/reviews", self._reviews, area),
        ]

    def _pull(self, call: Call) -> Pull:
        return self.hosted.pull(call.number())

    def _list(self, call: Call) -> Reply:
        state, base = call.query.get("state", "open"), call.query.get("base", "")
        owner, _, head = call.query.get("head", "").rpartition(":")
        found = [
            pull
            for pull in self.hosted.pulls.values()
            if (state == "all" or pull.issue.is_open == (state == "open"))
            and (not base or pull.base == base)
            and (not head or (owner == self.hosted.owner and pull.head == head))
        ]
        default = "asc" if call.query.get("sort", "created") != "created" else "desc"
        is_descending = call.query.get("direction", default) == "desc"
        found.sort(key=lambda pull: pull.number, reverse=is_descending)
        return page_of(call, [self.answers.pull(pull) for pull in found])

    def _open(self, call: Call) -> Reply:
        title = text_of(call, "title", "PullRequest")
        owner, _, head = text_of(call, "head", "PullRequest").rpartition(":")
        base = text_of(call, "base", "PullRequest")
        branches = self.hosted.origin.branches()
        if head not in branches or owner not in {"", self.hosted.owner}:
            raise invalid("PullRequest", field_name="head", code="invalid")
        if base not in branches:
            raise invalid("PullRequest", field_name="base", code="invalid")
        if self.hosted.origin.is_ancestor(branches[head], branches[base]):
            message = f"No commits between {base} and {head}"
            raise invalid("PullRequest", message=message)
        if any(
            pull.issue.is_open and (pull.head, pull.base) == (head, base)
            for pull in self.hosted.pulls.values()
        ):
            message = f"A pull request already exists for {self.hosted.owner}:{head}."
            raise invalid("PullRequest", message=message)
        body = str(call.body.get("body") or "")
        pull = self.hosted.open_pull(title, body, call.login, head, base)
        self.pushes.check(pull)
        return Reply(self.answers.whole_pull(pull), 201)

    def _get(self, call: Call) -> Reply:
        return Reply(self.answers.whole_pull(self._pull(call)))

    def _edit(self, call: Call) -> Reply:
        pull = self._pull(call)
        state = call.body.get("state")
        if state == "open" and pull.merged_at is not None:
            raise invalid("PullRequest", field_name="state", code="invalid")
        if state in {"open", "closed"}:
            self.hosted.set_open(pull.issue, is_open=state == "open")
        base = str(call.body.get("base") or pull.base)
        if base not in self.hosted.origin.branches():
            raise invalid("PullRequest", field_name="base", code="invalid")
        pull.base = base
        pull.issue.title = str(call.body.get("title", pull.issue.title))
        pull.issue.body = str(call.body.get("body", pull.issue.body))
        return Reply(self.answers.whole_pull(pull))

    def _merge(self, call: Call) -> Reply:
        sha = merge(
            self.hosted,
            self._pull(call),
            sha=str(call.body.get("sha") or ""),
            method=str(call.body.get("merge_method") or "merge"),
            title=str(call.body.get("commit_title") or ""),
            login=call.login,
        )
        self.pushes.notice()
        return Reply({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})

    def _requested(self, call: Call) -> Reply:
        users = [self.answers.user(login) for login in self._pull(call).requested_reviewers]
        return Reply({"users": users, "teams": []})

    def _request_review(self, call: Call) -> Reply:
        pull, logins = self._pull(call), texts_of(call, "reviewers")
        teams = texts_of(call, "team_reviewers")
        if pull.issue.author in logins:
            raise refused(422, "Review cannot be requested from pull request author.")
        if teams or any(login not in self.hosted.permissions for login in logins):
            message = (
                "Reviews may only be requested from collaborators. One or more of the users or "
                f"teams you specified is not a collaborator of the {self.hosted.name} repository."
            )
            raise refused(422, message)
        for login in logins:
            self.hosted.request_review(pull, login)
        return Reply(self.answers.pull(pull), 201)

    def _reviews(self, call: Call) -> Reply:
        number = self._pull(call).number
        found = [review for review in self.hosted.reviews if review.number == number]
        return page_of(call, [self.answers.review(review) for review in found])
