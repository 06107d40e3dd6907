"""The outside world of runs as one small model: git, GitHub, a namespace, a channel, people.

Nothing here is a process, a server or a thread: a world is plain data, and a copy of it is another
world that goes on from there. Its time passes when somebody waits for it, and what people and
machines do meanwhile (they review, build, deploy) happens at its moment. A process of the product
sees it through the ports (``clones``, ``hosting``, ``namespace``, ``ports``), and all that it does
to it goes through ``Process.write``.
"""

import copy
import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.model.history import History, Tree
from tests.model.people import MOVES

from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.pull_requests import ReviewVerdict
from hotfix.ports.shared_records import SharedRun
from hotfix.ports.workflow_runs import WorkflowState

WEB = "https://github.test"
WORKFLOW = "deploy.yml"
CHECK = "tests"
FIX = "checkout.py"
BROKEN, FIXED = "broken", "fixed"
GITHUB = "github"

# How long people and machines take, in seconds of the world's time.
CHECKS_TAKE = 12.0
REVIEW_TAKES = 20.0
THE_FIX_TAKES = 30.0
QUEUED_FOR, BUILD_TAKES, DEPLOY_TAKES = 20.0, 40.0, 5.0
CANCELLING_TAKES = 3.0
ROLLOUT_TAKES = 8.0
MERGE_QUEUE_TAKES = 15.0


@dataclass(frozen=True)
class Write:
    """Something that was done to the world, and took effect."""

    kind: str  #: the port's method, or what a person or a machine did
    at: datetime
    run: str = ""  #: the id of the run that did it; empty for people and machines
    operator: str = ""
    step: str = ""  #: which step of the run, as its journal had it
    order: int = 0  #: the number of the command in which it was done; 0 outside of commands
    about: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, key: str) -> Any:
        return dict(self.about).get(key)


@dataclass
class Review:
    reviewer: str
    verdict: ReviewVerdict
    sha: str


@dataclass
class Pull:
    """A pull request."""

    number: int
    title: str
    body: str
    head: str
    base: str
    head_sha: str
    author: str
    opened_by: str  #: the run; empty for a person
    is_open: bool = True
    merge_sha: str = ""
    merged_at: datetime | None = None
    merged_by: str = ""  #: the run; a person's name for a person
    merged_head: str = ""  #: what was merged
    merged_into: str = ""  #: the branch
    labels: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    closed_by: str = ""
    left_to_merge: str = ""  #: ``queue`` or ``auto`` where GitHub merges it later

    def approvers(self, sha: str) -> list[str]:
        last = {each.reviewer: each for each in self.reviews}
        return [
            each.reviewer
            for each in last.values()
            if each.verdict is ReviewVerdict.APPROVED
            and each.sha == sha
            and each.reviewer != self.author
        ]


@dataclass
class Issue:
    number: int
    title: str
    body: str
    opened_by: str
    comments: list[str] = field(default_factory=list)


@dataclass
class DeployRun:
    """A run of the deploy workflow."""

    id: int
    number: int
    branch: str
    sha: str
    event: str
    actor: str
    created_at: datetime
    state: WorkflowState = WorkflowState.QUEUED
    deploys: str = ""  #: the commit, where it is another than ``sha``
    attempt: int = 1
    fails: int = 0  #: how many attempts are going to fail
    started_by: str = ""  #: the run that asked for it by hand, or merged
    is_cancelled: bool = False

    @property
    def what(self) -> str:
        return self.deploys or self.sha


@dataclass
class Hosted:
    """A repository on GitHub."""

    name: str
    branches: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    runs: list[DeployRun] = field(default_factory=list)
    pushed_at: dict[str, datetime] = field(default_factory=dict)
    deploy_branch: str = "main"
    next_number: int = 1
    deletes_head: bool = False  #: whether a merged pull request's branch is deleted
    failing_deploys: int = 0  #: how many of the next deploy runs fail at first

    def number(self) -> int:
        self.next_number += 1
        return self.next_number - 1


@dataclass
class Clone:
    """A clone on somebody's machine, with its work trees."""

    folder: str
    operator: str
    repository: str
    branches: dict[str, str] = field(default_factory=dict)
    trees: dict[str, str] = field(default_factory=dict)  #: folder to branch
    uncommitted: dict[str, dict[str, str]] = field(default_factory=dict)  #: folder to paths
    known: set[str] = field(default_factory=set)  #: commits that are here


@dataclass(frozen=True)
class Revision:
    """What a deployment was rolled out to once."""

    number: int
    template: JsonObject
    hash: str
    at: datetime
    cause: str
    by: str  #: the run, the id of the deploy run, or a person


@dataclass
class Deployment:
    """A deployment and the revisions that are kept of it; the last one is what it has now."""

    name: str
    uid: str
    revisions: list[Revision] = field(default_factory=list)
    version: int = 1

    @property
    def now(self) -> Revision:
        return self.revisions[-1]


@dataclass
class Lock:
    run: str = ""
    token: int = -1
    operator: str = ""
    host: str = ""
    since: datetime | None = None
    renewed: datetime | None = None


@dataclass
class Message:
    id: str
    run: str
    key: str
    text: str
    parent: str = ""


@dataclass
class PageNews:
    id: str
    run: str
    name: str
    status: str
    updates: list[str] = field(default_factory=list)


@dataclass(order=True)
class Task:
    """What is going to happen by itself: the name of a method of the world, and its arguments."""

    at: datetime
    number: int
    name: str = field(compare=False)
    words: tuple[Any, ...] = field(compare=False)


@dataclass
class World:
    """Everything outside of the product."""

    now: datetime = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
    history: History = field(default_factory=History)
    hosted: dict[str, Hosted] = field(default_factory=dict)
    clones: dict[str, Clone] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    records: dict[str, tuple[SharedRun, bytes]] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    page: list[PageNews] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    out_of_reach: dict[str, datetime] = field(default_factory=dict)  #: services, until when
    persons_commits: set[str] = field(default_factory=set)
    persons_files: list[tuple[str, str, str]] = field(default_factory=list)  #: clone, path, text
    reviewers: frozenset[str] = frozenset({"rena"})  #: those who are awake
    commits_the_fix: bool = True  #: whether the engineer commits, or leaves it in the work tree
    suites: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  #: by host and run
    clocks: dict[str, float] = field(default_factory=dict)  #: by host, seconds that it is off
    #: when each event (run, number) was shown, by the world's time, whatever a clock said
    shown_at: dict[tuple[str, int], datetime] = field(default_factory=dict)
    orders: int = 0  #: how many commands were given
    tasks_made: int = 0

    # Time.

    def after(self, seconds: float, name: str, *words: Any) -> None:
        """Let a method of the world be called after ``seconds``."""
        self.tasks_made += 1
        at = self.now + timedelta(seconds=seconds)
        heapq.heappush(self.tasks, Task(at, self.tasks_made, name, words))

    def advance(self, seconds: float) -> None:
        """Let time pass, and happen what happens meanwhile."""
        until = self.now + timedelta(seconds=max(0.0, seconds))
        while self.tasks and self.tasks[0].at <= until:
            task = heapq.heappop(self.tasks)
            self.now = max(self.now, task.at)
            getattr(self, task.name)(*task.words)
        self.now = until

    def copy(self) -> "World":
        """Return another world that goes on from here."""
        return copy.deepcopy(self)

    def note(self, kind: str, **about: Any) -> None:
        """Remember what a person or a machine did."""
        self.writes.append(Write(kind, self.now, about=tuple(about.items())))

    def move(self, name: str) -> None:
        """Let a colleague do something."""
        MOVES[name](self)

    # GitHub.

    def push(self, repository: str, branch: str, sha: str, by: str) -> None:
        """Move a branch of the server, and let happen what a push causes."""
        hosted = self.hosted[repository]
        hosted.branches[branch] = sha
        hosted.pushed_at.setdefault(sha, self.now)
        for pull in hosted.pulls.values():
            if pull.is_open and pull.head == branch and pull.head_sha != sha:
                pull.head_sha = sha
        if branch == hosted.deploy_branch:
            self.start_deploy(repository, branch, sha, "push", by)

    def start_deploy(
        self, repository: str, branch: str, sha: str, event: str, by: str, deploys: str = ""
    ) -> DeployRun:
        hosted = self.hosted[repository]
        number = len(hosted.runs) + 1
        run = DeployRun(1000 + number, number, branch, sha, event, "dana", self.now)
        run.started_by, run.deploys = by, deploys
        if hosted.failing_deploys:
            hosted.failing_deploys -= 1
            run.fails = 1
        hosted.runs.append(run)
        self.after(QUEUED_FOR, "begin_deploy", repository, run.id, run.attempt)
        return run

    def deploy_run(self, repository: str, run_id: int) -> DeployRun:
        return next(each for each in self.hosted[repository].runs if each.id == run_id)

    def begin_deploy(self, repository: str, run_id: int, attempt: int) -> None:
        run = self.deploy_run(repository, run_id)
        if run.attempt == attempt and run.state is WorkflowState.QUEUED:
            run.state = WorkflowState.RUNNING
            self.after(BUILD_TAKES, "apply_deploy", repository, run_id, attempt)

    def apply_deploy(self, repository: str, run_id: int, attempt: int) -> None:
        run = self.deploy_run(repository, run_id)
        if run.attempt != attempt or run.state is not WorkflowState.RUNNING:
            return
        if run.fails >= attempt:
            run.state = WorkflowState.FAILED
            return
        for name in self.deployments:
            self.roll_out(name, template_of(name, run.what), f"deploy run {run_id}")
        self.after(DEPLOY_TAKES, "finish_deploy", repository, run_id, attempt)

    def finish_deploy(self, repository: str, run_id: int, attempt: int) -> None:
        run = self.deploy_run(repository, run_id)
        if run.attempt == attempt and run.state is WorkflowState.RUNNING:
            run.state = WorkflowState.SUCCEEDED

    def run_deploy_again(self, repository: str, run_id: int) -> bool:
        """Start another attempt of a run that is over; tells whether there is one."""
        run = self.deploy_run(repository, run_id)
        if not run.state.is_over:
            return False
        run.attempt += 1
        run.state, run.is_cancelled = WorkflowState.QUEUED, False
        self.after(QUEUED_FOR, "begin_deploy", repository, run_id, run.attempt)
        return True

    def cancel_deploy(self, repository: str, run_id: int) -> None:
        """Ask for the end of a run: one that is queued never begins, another goes on a while."""
        run = self.deploy_run(repository, run_id)
        seconds = 0.0 if run.state is WorkflowState.QUEUED else CANCELLING_TAKES
        self.after(seconds, "end_cancelled", repository, run_id, run.attempt)
        self.advance(0.0)

    def end_cancelled(self, repository: str, run_id: int, attempt: int) -> None:
        run = self.deploy_run(repository, run_id)
        if run.attempt == attempt and not run.state.is_over:
            run.state, run.is_cancelled = WorkflowState.FAILED, True

    def merge_pull(self, repository: str, number: int, method: str, title: str, by: str) -> str:
        """Merge a pull request whose merge has no conflict; returns the commit it made."""
        hosted = self.hosted[repository]
        pull = hosted.pulls[number]
        tip = hosted.branches[pull.base]
        tree, _ = self.history.merged(tip, pull.head_sha)
        if method == "rebase":
            sha = tip
            for commit in self.history.between(tip, pull.head_sha):
                change = self.history.change(commit.sha)
                made: dict[str, str] = dict(self.history.tree(sha))
                for path, (_, after) in change.items():
                    if after is None:
                        made.pop(path, None)
                    else:
                        made[path] = after
                sha = self.history.commit([sha], made, commit.message, commit.author)
        else:
            parents = [tip, pull.head_sha] if method == "merge" else [tip]
            sha = self.history.commit(parents, tree, f"{title} (#{number})", pull.author)
        pull.is_open, pull.merge_sha, pull.merged_at = False, sha, self.now
        pull.merged_by, pull.merged_head, pull.left_to_merge = by, pull.head_sha, ""
        pull.merged_into = pull.base
        self.push(repository, pull.base, sha, by)
        if hosted.deletes_head:
            hosted.branches.pop(pull.head, None)
        return sha

    def merge_what_was_left(self, repository: str, number: int, title: str, by: str) -> None:
        """The merge queue, or auto-merge, does it."""
        pull = self.hosted[repository].pulls[number]
        if not pull.is_open or not pull.left_to_merge:
            return
        _, conflicts = self.history.merged(
            self.hosted[repository].branches[pull.base], pull.head_sha
        )
        if conflicts:
            pull.left_to_merge = ""
            return
        self.merge_pull(repository, number, "squash", title, by)

    def review(self, repository: str, number: int, reviewer: str, sha: str) -> None:
        """The reviewer approves what was asked about, if that is still what there is."""
        pull = self.hosted[repository].pulls[number]
        if pull.is_open and pull.head_sha == sha and reviewer in self.reviewers:
            pull.reviews.append(Review(reviewer, ReviewVerdict.APPROVED, sha))
            if reviewer in pull.requested:
                pull.requested.remove(reviewer)

    # The namespace.

    def roll_out(self, name: str, template: JsonObject, by: str, cause: str = "") -> None:
        """Give a deployment a template; the same one again changes nothing."""
        deployment = self.deployments[name]
        if deployment.revisions and deployment.now.template == template:
            return
        number = max((each.number for each in deployment.revisions), default=0) + 1
        found = hash_of(template)
        # A ReplicaSet that is there already is taken again, under a new number.
        deployment.revisions = [each for each in deployment.revisions if each.hash != found]
        deployment.revisions.append(Revision(number, template, found, self.now, cause, by))
        deployment.version += 1
        self.note("roll_out", deployment=name, by=by, sha=commit_of(template))

    def is_rolled_out(self, name: str) -> bool:
        since = (self.now - self.deployments[name].now.at).total_seconds()
        return since >= ROLLOUT_TAKES or len(self.deployments[name].revisions) == 1

    def running(self, name: str) -> str:
        """Return the commit that the deployment's present template names."""
        return commit_of(self.deployments[name].now.template)

    # People.

    def write_the_fix(self, folder: str, branch: str, author: str) -> None:
        """The engineer writes the fix on the branch that is checked out, and commits it or not."""
        clone = self.clones[folder]
        tree = next((each for each, on in clone.trees.items() if on == branch), None)
        tip = clone.branches.get(branch)
        if tree is None or tip is None or self.history.tree(tip).get(FIX) == FIXED:
            return
        if self.commits_the_fix:
            self.commit_as_a_person(folder, branch, {FIX: FIXED}, "Fix the checkout", author)
        else:
            clone.uncommitted.setdefault(tree, {})[FIX] = FIXED
            self.persons_files.append((folder, FIX, FIXED))

    def commit_as_a_person(
        self, folder: str, branch: str, files: Tree, message: str, author: str
    ) -> str:
        """Make a commit that must never be lost."""
        clone = self.clones[folder]
        tip = clone.branches[branch]
        made = {**self.history.tree(tip), **files}
        sha = self.history.commit([tip], made, message, author)
        clone.branches[branch] = sha
        clone.known.add(sha)
        self.persons_commits.add(sha)
        return sha


def template_of(name: str, sha: str) -> JsonObject:
    """Return the pod template that a deploy of a commit makes."""
    return {
        "metadata": {"labels": {"app": name, "app.kubernetes.io/version": sha}},
        "spec": {"containers": [{"name": name, "image": f"registry.test/{name}:{sha}"}]},
    }


def commit_of(template: Any) -> str:
    return str(template["metadata"]["labels"]["app.kubernetes.io/version"])


def hash_of(template: Any) -> str:
    return f"{commit_of(template)[:9]}-{len(template['spec']['containers'])}"


def url_of(repository: str, kind: str, number: int) -> str:
    return f"{WEB}/{repository}/{kind}/{number}"


def refusal(what: str, why: str = "The world says no.", **words: Any) -> ProblemError:
    code = words.get("code", ProblemCode.FAILED)
    return ProblemError(Problem(code, what, why, words.get("next_command", "hotfix resume")))
