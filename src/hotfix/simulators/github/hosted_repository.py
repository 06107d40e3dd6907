"""The repository behind the simulated API: its state, and what people do to it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hotfix.simulators.git_origin import GitOrigin
from hotfix.simulators.github.call import not_found, refused
from hotfix.simulators.github.records import (
    ACTIONS,
    COMPLETED,
    AppCheck,
    ChecksFailedError,
    Comment,
    Issue,
    Label,
    Protection,
    Pull,
    Review,
    Run,
    Status,
)
from hotfix.simulators.timeline import Timeline

_MAY_WRITE = frozenset({"admin", "maintain", "write"})


@dataclass
class HostedRepository:
    """Issues, pull requests, labels, runs and rules of one repository.

    Attributes:
        name: as ``owner/name``.
        origin: its git side.
        permissions: login to ``admin``, ``write`` or ``read``.
        run_checks: tells whether the tests of a commit pass, or raises ChecksFailedError, which
            says why not; called when the checks are over.
        deploy: what the deploy job does with a commit; raises DeployFailedError.
        on_review_requested: hears of review requests: number and login.
    """

    name: str
    origin: GitOrigin
    timeline: Timeline
    permissions: dict[str, str]
    run_checks: Callable[[str], bool] = lambda _sha: True
    deploy: Callable[[str], None] = lambda _sha: None
    on_review_requested: Callable[[int, str], None] = lambda _number, _login: None
    default_branch: str = "main"
    is_archived: bool = False
    merge_methods: set[str] = field(default_factory=lambda: {"merge", "squash", "rebase"})
    allows_auto_merge: bool = True
    deletes_branch_on_merge: bool = False
    guarded_environment: str = ""
    # Seconds for which the lists of runs do not show a new one yet.
    lists_lag: float = 0.0
    issues: dict[int, Issue] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    pulls: dict[int, Pull] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    app_checks: list[AppCheck] = field(default_factory=list)
    deployed: list[str] = field(default_factory=list)  # commits, the newest last
    protections: dict[str, Protection] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    @property
    def owner(self) -> str:
        """The owner's login."""
        return self.name.partition("/")[0]

    def now(self) -> datetime:
        """Return the world's present."""
        return self.timeline.now()

    def next_id(self) -> int:
        """Return an id that nothing has yet."""
        return next(self._ids)

    def may_write(self, login: str) -> bool:
        """Tell whether ``login`` may push, merge and label."""
        return self.permissions.get(login, "none") in _MAY_WRITE

    def is_admin(self, login: str) -> bool:
        """Tell whether ``login`` may read and change the settings."""
        return self.permissions.get(login) == "admin"

    def why_red(self, sha: str) -> ChecksFailedError | None:
        """Run the checks of a commit; returns why they fail, None where they pass."""
        try:
            return None if self.run_checks(sha) else ChecksFailedError("Tests failed.")
        except ChecksFailedError as error:
            return error

    def issue(self, number: int) -> Issue:
        """Return the issue or the pull request's issue; 404 where there is none, 410 once gone."""
        if number in self.deleted:
            raise refused(410, "This issue was deleted")
        if number not in self.issues:
            raise not_found()
        return self.issues[number]

    def delete_issue(self, number: int) -> None:
        """Let an admin delete an issue."""
        del self.issues[number]
        self.deleted.add(number)

    def pull(self, number: int) -> Pull:
        """Return the pull request; 404 where there is none."""
        if number not in self.pulls:
            raise not_found()
        return self.pulls[number]

    def open_issue(self, title: str, body: str, author: str) -> Issue:
        """Open an issue with the next number."""
        issue = Issue(next(self._numbers), title, body, author, self.now())
        self.issues[issue.number] = issue
        return issue

    def open_pull(self, title: str, body: str, author: str, head: str, base: str) -> Pull:
        """Open a pull request between two branches that exist."""
        branches = self.origin.branches()
        issue = self.open_issue(title, body, author)
        pull = Pull(issue, head, base, branches[head], branches[base])
        self.pulls[issue.number] = pull
        return pull

    def set_open(self, issue: Issue, *, is_open: bool) -> None:
        """Open or close an issue or a pull request."""
        if issue.is_open != is_open:
            issue.is_open = is_open
            issue.closed_at = None if is_open else self.now()

    def add_label(self, name: str, color: str = "ededed", description: str = "") -> Label:
        """Return the label of that name, made where it is missing."""
        key = name.lower()
        if key not in self.labels:
            self.labels[key] = Label(self.next_id(), name, color, description)
        return self.labels[key]

    def put_labels(self, issue: Issue, names: list[str]) -> None:
        """Add labels to an issue; as on GitHub, those that are missing come in grey."""
        for name in names:
            label = self.add_label(name)
            if label.name not in issue.labels:
                issue.labels.append(label.name)

    def request_review(self, pull: Pull, login: str) -> None:
        """Ask for a review; who is asked hears of it each time."""
        if login not in pull.requested_reviewers:
            pull.requested_reviewers.append(login)
        self.on_review_requested(pull.number, login)

    def review(self, pull: Pull, login: str, verdict: str, body: str) -> Review:
        """Submit a review of what is the head now."""
        review = Review(
            self.next_id(), pull.number, login, verdict, body, pull.head_sha, self.now()
        )
        self.reviews.append(review)
        if login in pull.requested_reviewers:
            pull.requested_reviewers.remove(login)
        return review

    def comment(self, number: int, author: str, body: str) -> Comment:
        """Write a comment on an issue or a pull request."""
        comment = Comment(self.next_id(), self.issue(number).number, author, body, self.now())
        self.comments.append(comment)
        return comment

    def verdicts(self, pull: Pull) -> dict[str, Review]:
        """Return each reviewer's last word that is more than a comment."""
        return {
            review.login: review
            for review in self.reviews
            if review.number == pull.number and review.state != "COMMENTED"
        }

    def check_results(self, sha: str, name: str, app: int | None) -> list[str | None]:
        """Return the newest result of each check of a commit called ``name``; None: not over.

        Of each workflow with its event, of each app, and of the status; of ``app`` alone where it
        is one.
        """
        found: dict[object, str | None] = {}
        for status in self.statuses:
            if (status.sha, status.context) == (sha, name) and app is None:
                found["status"] = None if status.state == "pending" else status.state
        for run in self.runs:
            for job in run.jobs:
                if (run.sha, job.name) == (sha, name) and app in {None, ACTIONS.id}:
                    result = job.conclusion if job.status == COMPLETED else None
                    found[run.path, run.event] = result
        for check in self.app_checks:
            if (check.sha, check.name) == (sha, name) and app in {None, check.app.id}:
                found[check.app.id] = check.conclusion if check.status == COMPLETED else None
        return list(found.values())
