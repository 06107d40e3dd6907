"""What the simulated GitHub remembers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

COMPLETED, QUEUED, IN_PROGRESS, WAITING = "completed", "queued", "in_progress", "waiting"


class DeployFailedError(Exception):
    """Raised by what stands behind the deploy job: the job fails with this text as its log."""


@dataclass(frozen=True)
class Note:
    """What a check notes of a file, an annotation in GitHub's words; ``.github``: of itself."""

    path: str
    line: int
    message: str
    level: str = "failure"  # or ``warning``, ``notice``
    title: str = ""


class ChecksFailedError(Exception):
    """Raised by what stands behind the tests: their job fails with this text as its log."""

    def __init__(self, log: str, notes: tuple[Note, ...] = ()) -> None:
        super().__init__(log)
        self.notes = notes


@dataclass
class Label:
    """A label of the repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str = ""


@dataclass
class Comment:
    """A comment on an issue or a pull request."""

    id: int
    number: int
    author: str
    body: str
    at: datetime


@dataclass
class Review:
    """A submitted review; ``state`` as GitHub says it: ``APPROVED``, ``CHANGES_REQUESTED`` ..."""

    id: int
    number: int
    login: str
    state: str
    body: str
    sha: str
    at: datetime


@dataclass
class Issue:
    """An issue; a pull request is one, too, and shares the numbers."""

    number: int
    title: str
    body: str
    author: str
    created_at: datetime
    labels: list[str] = field(default_factory=list)
    is_open: bool = True
    closed_at: datetime | None = None


@dataclass
class Pull:
    """A pull request: its issue, its branches, and what became of it."""

    issue: Issue
    head: str
    base: str
    head_sha: str
    base_sha: str
    requested_reviewers: list[str] = field(default_factory=list)
    merged_at: datetime | None = None
    merged_by: str = ""
    merge_sha: str = ""
    # Method, title and login while GitHub is to merge it by itself.
    auto_merge: tuple[str, str, str] | None = None
    open_conversations: int = 0

    @property
    def number(self) -> int:
        """The number, shared with the issues."""
        return self.issue.number


@dataclass
class Step:
    """One step of a job."""

    name: str
    status: str = QUEUED
    conclusion: str | None = None


@dataclass
class Job:
    """A job of a workflow run, which is a check run of its commit as well."""

    id: int
    name: str
    step: Step
    status: str = QUEUED
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    log: str = ""
    notes: tuple[Note, ...] = ()


@dataclass
class Run:
    """A workflow run; ``path`` is the workflow's file."""

    id: int
    number: int
    path: str
    event: str
    branch: str
    sha: str
    title: str
    actor: str
    created_at: datetime
    jobs: list[Job]
    status: str = QUEUED
    conclusion: str | None = None
    attempt: int = 1
    inputs: dict[str, str] = field(default_factory=dict)
    environment: str = ""  # what waits for a person, while something does


@dataclass(frozen=True)
class App:
    """Who reports checks."""

    id: int
    slug: str
    name: str


ACTIONS = App(15368, "github-actions", "GitHub Actions")


@dataclass
class AppCheck:
    """A check run that an app reports; those of workflows are their jobs."""

    id: int
    sha: str
    name: str
    app: App
    status: str = COMPLETED
    conclusion: str | None = None
    title: str = ""
    summary: str = ""
    notes: tuple[Note, ...] = ()


@dataclass
class Status:
    """A commit status."""

    id: int
    sha: str
    context: str
    state: str
    description: str
    target_url: str
    creator: str
    at: datetime


@dataclass(frozen=True)
class Protection:
    """What a branch demands before a merge."""

    required_checks: tuple[str, ...]
    required_approvals: int
    code_owners: tuple[str, ...] = ()  # logins of whom one must approve
    merge_queue: bool = False  # whether merges go through the queue
    enforce_admins: bool = True  # whether all of it holds for administrators, too
    by_ruleset: bool = False  # whether a ruleset demands it, and no protection of the classic kind
    apps: Mapping[str, int] = field(default_factory=dict)  # number of the app that must report it
    strict: bool = False  # whether the branch must have all of its base
    conversations: bool = False  # whether all conversations must be resolved
