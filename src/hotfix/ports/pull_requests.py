"""Pull requests: opened, reviewed, checked, merged."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.problem import ProblemError, TemporaryTroubleError

_MOST_SHOWN = 10


@frozen
class PullRequest:
    """A pull request as it stands now."""

    number: int
    url: str
    title: str
    head_sha: str  #: the commit that would be merged, full SHA
    head: str  #: the branch
    base: str  #: the branch that it is to be merged into
    author: str  #: login
    is_open: bool  #: whether it can still be merged
    is_merged: bool  #: whether it was
    merge_sha: str  #: the commit that the merge made; empty while there is none
    labels: tuple[str, ...] = ()  #: names
    requested_reviewers: tuple[str, ...] = ()  #: logins whose review is asked for and not given
    #: whether the service says that it conflicts with its base; of one from a list it does not say
    conflicts: bool = False


class ReviewVerdict(StrEnum):
    """What a reviewer said last."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@frozen
class Review:
    """The last word of one reviewer: login, verdict, and the commit it was about."""

    reviewer: str
    verdict: ReviewVerdict
    sha: str
    #: whether the branch's protection counts it: the verdict of who may not write does not
    counts: bool = True


class ReviewDecision(StrEnum):
    """What the service itself says about the reviews, with code owners and all rules."""

    MET = "met"
    MISSING = "missing"
    CHANGES_REQUESTED = "changes requested"
    UNKNOWN = "unknown"  # nothing is required, or it may not be read


class CheckState(StrEnum):
    """How a check stands; what cannot be read is pending, never passed."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


@frozen
class Check:
    """One check of a commit: the newest run of a name, of a workflow, of an app."""

    name: str  #: with workflow or app where several checks of the commit share it
    state: CheckState
    url: str  #: where it is looked at; empty for none
    is_required: bool  #: whether the merge needs it
    #: it stands for checks that may yet appear, where what is required is unknown
    is_guess: bool = False
    #: it counts as required because nobody can tell whether it is
    is_assumed: bool = False
    #: whether anything has reported it; else it is required, and nothing has begun it
    is_reported: bool = True
    #: who reported one of this name that does not count, because another app must; else empty
    other_app: str = ""
    #: what whoever reported it says of its failure, line by line: foreign text
    said: tuple[str, ...] = ()
    number: int = 0  #: of the check run; 0 for what is none
    notes: int = 0  #: how many notes it left in files
    job: int = 0  #: the number of the workflow's job that it is; 0 for what is none


class MergeRefusal(StrEnum):
    """Why a merge was refused."""

    HEAD_MOVED = "head moved"
    BASE_MOVED = "base moved"
    CONFLICT = "it conflicts with what was merged meanwhile"
    QUEUE_REQUIRED = "merges go through the merge queue"
    BEHIND = "the branch is behind its base"
    CONVERSATIONS = "conversations are open"
    OTHER_APP = "a check was reported by another app than the rules name"
    SIGN_OFF = "commits lack their sign-off"
    SIGNATURES = "commits lack a verified signature"
    DRAFT = "it is a draft"
    REVIEWS = "a review is missing"
    CHECKS = "required checks have not passed"
    METHOD = "the branch does not allow this way of merging"
    NO_RIGHT = "the token may not merge into the branch"
    PROTECTION = "the branch is protected"  # and GitHub's words do not say by what


@frozen
class MergeRules:
    """What a branch allows."""

    needs_queue: bool  #: whether merges go through the merge queue
    #: of ``merge``, ``squash`` and ``rebase``, those that are allowed; empty where that cannot be
    #: read
    methods: tuple[str, ...]


@frozen
class HandedOver:
    """A merge that the service carries out later: place in the queue and its state, where known."""

    how: MergeHow
    position: int = 0
    state: str = ""


@frozen
class Merged:
    """The merge happened: the commit it made, full SHA."""

    sha: str


@frozen
class NotMerged:
    """The merge did not happen, and why, in the service's own words."""

    refusal: MergeRefusal
    why: str


class PullRequests(Protocol):
    """The configured repository's. Writes are sent once; after a lost answer, look."""

    def find(self, head: str, base: str) -> PullRequest | None:
        """Return the newest pull request from branch ``head`` into ``base``, open or merged."""
        ...

    def get(self, number: int) -> PullRequest:
        """Return the pull request as it is now."""
        ...

    def open(self, title: str, body: str, head: str, base: str) -> PullRequest:
        """Open a pull request.

        Raises:
            ProblemError: refused (nothing to merge, no rights).
            TemporaryTroubleError: the answer was lost; ``find`` tells whether it is there.
        """
        ...

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Put ``labels`` on the pull request, creating those that the repository lacks."""
        ...

    def request_review(self, number: int, reviewer: str) -> None:
        """Ask ``reviewer`` (a login, or ``org/team``); raises ProblemError where refused."""
        ...

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Return each reviewer's last verdict."""
        ...

    def review_decision(self, number: int) -> ReviewDecision:
        """Return how the service judges the reviews; not to be asked at every look."""
        ...

    def checks(self, sha: str, base: str) -> tuple[Check, ...]:
        """Return the checks of the commit, the newest run of each, those of one name apart.

        Those that ``base`` requires are marked; one that has not reported is pending, and so is
        what could not be read.
        """
        ...

    def causes(self, failed: Sequence[Check]) -> tuple[tuple[str, ...], ...]:
        """Return of each failed check why it failed, in lines of foreign text; not at every look.

        It raises nothing and is bounded in time: what cannot be read is said in its place.
        """
        ...

    def merge(self, number: int, sha: str, method: str, title: str) -> Merged | NotMerged:
        """Merge if the head is still ``sha``; ``method`` is ``merge``, ``squash`` or ``rebase``.

        Raises:
            TemporaryTroubleError: the answer was lost; ``get`` tells whether it is merged.
        """
        ...

    def merge_rules(self, base: str) -> MergeRules:
        """Return what merges into ``base`` must obey, as far as it can be read."""
        ...

    def hand_over(
        self, number: int, sha: str, how: MergeHow, method: str, title: str
    ) -> HandedOver | Merged | NotMerged:
        """Put it into the merge queue or turn auto-merge on, if the head is still ``sha``.

        Raises:
            TemporaryTroubleError: the answer was lost; ``handed_over`` tells whether it happened.
        """
        ...

    def handed_over(self, number: int) -> HandedOver | None:
        """Return where the service is with it; None where it is in no queue, or no more."""
        ...

    def take_back(self, number: int) -> None:
        """Take it out of the merge queue, or turn auto-merge off; does nothing where neither is.

        Raises:
            ProblemError: refused (no rights).
            TemporaryTroubleError: the answer was lost; ``handed_over`` tells.
        """
        ...

    def close(self, number: int) -> None:
        """Close without merging; does nothing where it is closed."""
        ...

    def ensure_branch(self, branch: str, sha: str) -> str:
        """Create ``branch`` at ``sha`` on the server unless it exists; returns its commit."""
        ...

    def branch_commit(self, branch: str) -> str | None:
        """Return the server's commit of ``branch``, or None where there is none."""
        ...


def why_failed(pull_requests: PullRequests, failed: Sequence[Check]) -> tuple[str, ...]:
    """Return of each failed check where it is looked at and, below that, why: for people to read.

    Of many, the first few.
    """
    shown = failed[:_MOST_SHOWN]
    lines = [
        line
        for check, cause in zip(shown, pull_requests.causes(shown), strict=True)
        for line in (f"{check.name}: {check.url}", *(f"  {each}" for each in cause))
    ]
    if len(failed) > len(shown):
        lines.append(f"and {len(failed) - len(shown)} more")
    return tuple(lines)


def is_same(login: str, other: str) -> bool:
    """Tell whether two logins, or names of teams, are the same: case says nothing."""
    return login.lower() == other.lower()


def who_approved(pull_requests: PullRequests, pull_request: PullRequest) -> str | None:
    """Return who approved the head: logins, separated by commas; None for nobody that is known.

    The author's own approval is none, nor that of who may not write. A service that does not tell
    keeps nobody from knowing that it is merged.
    """
    try:
        reviews = pull_requests.reviews(pull_request.number)
    except (ProblemError, TemporaryTroubleError):
        return None
    found = [
        review.reviewer
        for review in reviews
        if review.verdict is ReviewVerdict.APPROVED
        and review.counts
        and review.sha == pull_request.head_sha
        and review.reviewer != pull_request.author
    ]
    return ", ".join(found) or None


def is_asked(pull_requests: PullRequests, pull_request: PullRequest, who: str) -> bool:
    """Tell whether ``who`` is asked for a review of the head, or has given one already."""
    return any(is_same(who, each) for each in pull_request.requested_reviewers) or any(
        is_same(review.reviewer, who) and review.sha == pull_request.head_sha
        for review in pull_requests.reviews(pull_request.number)
    )
