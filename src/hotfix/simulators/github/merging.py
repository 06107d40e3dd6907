"""Merging a pull request: what GitHub asks before, at once, by itself, or through the queue."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from hotfix.simulators.git_origin import MergeConflictError
from hotfix.simulators.github.call import refused
from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.pushes import Pushes
from hotfix.simulators.github.records import Protection, Pull
from hotfix.simulators.server import Answer
from hotfix.simulators.timeline import Timeline, WorldTimings

_PASSING = frozenset({"success", "neutral", "skipped"})
_METHOD_NAMES = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}


def merge(
    hosted: HostedRepository,
    pull: Pull,
    *,
    method: str,
    title: str,
    login: str,
    sha: str = "",
    is_queued: bool = False,
) -> str:
    """Merge ``pull`` and return the commit that its base points to afterwards.

    ``sha`` is what the head must be, ``title`` the commit's; raises the answer 405 or 409.
    """
    if not pull.issue.is_open:
        raise refused(405, "Pull Request is not mergeable")
    if sha and sha != pull.head_sha:
        raise refused(409, "Head branch was modified. Review and try the merge again.")
    if method not in hosted.merge_methods:
        name = _METHOD_NAMES.get(method, method)
        raise refused(405, f"{name} are not allowed on this repository.")
    protection = hosted.protections.get(pull.base)
    if protection is not None and protection.merge_queue and not is_queued:
        raise refused(405, "Changes must be made through the merge queue")
    missing = "" if _may_bypass(hosted, protection, login) else unmet(hosted, pull)
    if missing:
        raise refused(405, missing)
    title = title or f"Merge pull request #{pull.number} from {hosted.owner}/{pull.head}"
    try:
        merged = hosted.origin.merge(pull.base, pull.head_sha, method, title, login)
    except MergeConflictError as error:
        raise refused(405, "Pull Request is not mergeable") from error
    pull.merge_sha, pull.merged_by, pull.merged_at = merged, login, hosted.now()
    hosted.set_open(pull.issue, is_open=False)
    if hosted.deletes_branch_on_merge and pull.head != hosted.default_branch:
        hosted.origin.delete_branch(pull.head)
    return merged


def _may_bypass(hosted: HostedRepository, protection: Protection | None, login: str) -> bool:
    return protection is not None and not protection.enforce_admins and hosted.is_admin(login)


def review_decision(hosted: HostedRepository, pull: Pull) -> str | None:
    """Return GraphQL's ``reviewDecision``; None where no review is required."""
    protection = hosted.protections.get(pull.base, Protection((), 0))
    if not protection.required_approvals and not protection.code_owners:
        return None
    missing = _unmet_reviews(hosted, pull, protection)
    if not missing:
        return "APPROVED"
    return "CHANGES_REQUESTED" if missing.startswith("Changes") else "REVIEW_REQUIRED"


def unmet(hosted: HostedRepository, pull: Pull) -> str:
    """Return what the protection of the base still misses, or an empty text."""
    protection = hosted.protections.get(pull.base, Protection((), 0))
    missing = _unmet_reviews(hosted, pull, protection)
    if missing:
        return missing
    if protection.conversations and pull.open_conversations:
        return "A conversation must be resolved before this pull request can be merged."
    if protection.strict and is_behind(hosted, pull):
        number = len(protection.required_checks)
        return f"{number} of {number} required status checks are expected."
    for name in protection.required_checks:
        missing = _unmet_check(hosted, pull, name, protection.apps.get(name))
        if missing:
            return missing
    return ""


def _unmet_check(hosted: HostedRepository, pull: Pull, name: str, app: int | None) -> str:
    results = hosted.check_results(pull.head_sha, name, app)
    if not results and app is not None and hosted.check_results(pull.head_sha, name, None):
        return f'Required status check "{name}" was not set by the expected GitHub app.'
    if not results or None in results:
        return f'Required status check "{name}" is expected.'
    if not _PASSING.issuperset(str(result) for result in results):
        return f'Required status check "{name}" is failing.'
    return ""


def is_behind(hosted: HostedRepository, pull: Pull) -> bool:
    """Tell whether the base has commits that the head has not."""
    base = hosted.origin.commit_of(pull.base)
    return base is not None and not hosted.origin.is_ancestor(base, pull.head_sha)


def _unmet_reviews(hosted: HostedRepository, pull: Pull, protection: Protection) -> str:
    verdicts = hosted.verdicts(pull)
    if protection.required_approvals:
        if any(review.state == "CHANGES_REQUESTED" for review in verdicts.values()):
            return "Changes have been requested by a reviewer with write access."
        approvals = [
            review
            for review in verdicts.values()
            if review.state == "APPROVED" and hosted.may_write(review.login)
        ]
        if len(approvals) < protection.required_approvals:
            reviews = "review is" if protection.required_approvals == 1 else "reviews are"
            return (
                f"At least {protection.required_approvals} approving {reviews} required "
                "by reviewers with write access."
            )
    owners = protection.code_owners
    if owners and not any(
        owner in verdicts and verdicts[owner].state == "APPROVED" for owner in owners
    ):
        return f"Waiting on code owner review from {', '.join(owners)}."
    return ""


def mergeable_state(hosted: HostedRepository, pull: Pull) -> tuple[bool | None, str]:
    """Return ``mergeable`` and ``mergeable_state`` as GitHub computes them."""
    if not pull.issue.is_open:
        return None, "unknown"
    if not hosted.origin.can_merge(pull.base, pull.head_sha):
        return False, "dirty"
    protection = hosted.protections.get(pull.base)
    if protection is not None and protection.strict and is_behind(hosted, pull):
        return True, "behind"
    return True, "blocked" if unmet(hosted, pull) else "clean"


@dataclass(frozen=True)
class QueueEntry:
    """A place in the queue; ``pull`` is None for somebody else's pull request."""

    id: int
    pull: Pull | None
    title: str
    login: str


@dataclass
class MergeQueue:
    """Merges one entry after the other, each after its checks."""

    hosted: HostedRepository
    timeline: Timeline
    timings: WorldTimings
    pushes: Pushes
    _entries: list[QueueEntry] = field(default_factory=list)
    _checked: QueueEntry | None = None
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def entry_of(self, pull: Pull) -> tuple[int, str] | None:
        """Return place (from 1) and state of a pull request, or None where it is not queued."""
        for place, entry in enumerate(self._entries, start=1):
            if entry.pull is pull:
                return place, "AWAITING_CHECKS" if entry is self._checked else "QUEUED"
        return None

    def add(self, pull: Pull | None, title: str, login: str, *, jump: bool = False) -> None:
        """Put a pull request at the end, or at the front, which builds the queue anew."""
        entry = QueueEntry(next(self._ids), pull, title, login)
        self._entries.insert(0 if jump else len(self._entries), entry)
        self._check_the_front()

    def remove(self, pull: Pull) -> None:
        """Take a pull request out, which builds the queue anew where it was being checked."""
        self._entries = [entry for entry in self._entries if entry.pull is not pull]
        self._check_the_front()

    def merge_what_is_ready(self) -> None:
        """Merge the pull requests with auto-merge for which everything is met by now."""
        for pull in self.hosted.pulls.values():
            if pull.auto_merge is None or not pull.issue.is_open or unmet(self.hosted, pull):
                continue
            method, title, login = pull.auto_merge
            pull.auto_merge = None
            merge(self.hosted, pull, method=method, title=title, login=login)
            self.pushes.notice()

    def _check_the_front(self) -> None:
        front = self._entries[0] if self._entries else None
        if front is self._checked:
            return
        self._checked = front
        if front is not None:
            name = f"the merge queue checks {front.title}"
            self.timeline.after(self.timings.merge_queue, partial(self._finish, front), name)

    def _finish(self, entry: QueueEntry) -> None:
        if entry is not self._checked:
            return
        self._entries.remove(entry)
        self._checked = None
        pull = entry.pull
        if pull is not None and pull.issue.is_open and self.hosted.why_red(pull.head_sha) is None:
            self._merge(pull, entry)
        self._check_the_front()

    def _merge(self, pull: Pull, entry: QueueEntry) -> None:
        title, login = entry.title, entry.login
        try:
            merge(self.hosted, pull, method="squash", title=title, login=login, is_queued=True)
        except Answer:
            return  # thrown out: a conflict, or something that is no longer met
        self.pushes.notice()
