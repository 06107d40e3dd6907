"""What a process of the product sees of the model world: every port, bound to the process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.model import history
from tests.model import world as model
from tests.model.history import applied, difference, reverts
from tests.model.process import Process
from tests.model.world import (
    CHECK,
    CHECKS_TAKE,
    FIX,
    FIXED,
    GITHUB,
    REVIEW_TAKES,
    ROLLOUT_TAKES,
    THE_FIX_TAKES,
    Clone,
    DeployRun,
    Hosted,
    Message,
    PageNews,
    Pull,
    Revision,
    World,
    refusal,
    url_of,
)

from hotfix.adapters.mailbox import Mailbox
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.domain.restoration import Reason, Restored, RestoreState
from hotfix.domain.restoration import Revision as KeptRevision
from hotfix.domain.rollout.running_pod import Named, RunningPod
from hotfix.domain.rollout.seen import DeploymentView, PodView
from hotfix.domain.suite_state import SuiteState
from hotfix.ports.cluster import Survey
from hotfix.ports.lock import LockHolder
from hotfix.ports.messenger import Message as Told
from hotfix.ports.messenger import Posted
from hotfix.ports.pager import OnCall
from hotfix.ports.prober import Probe
from hotfix.ports.pull_requests import (
    Check,
    CheckState,
    HandedOver,
    Merged,
    MergeRefusal,
    MergeRules,
    NotMerged,
    PullRequest,
    Review,
    ReviewDecision,
)
from hotfix.ports.readiness import Finding, Need
from hotfix.ports.repository import (
    Change,
    Commit,
    FileChange,
    LastAuthor,
    NotReplayed,
    Replayed,
    WorkTree,
)
from hotfix.ports.shared_records import SharedRun
from hotfix.ports.signals import Reply, Signal
from hotfix.ports.status_page import PageIncident
from hotfix.ports.suite_runner import Suite, SuiteRun
from hotfix.ports.tickets import Ticket
from hotfix.ports.workflow_runs import BY_HAND, Job, WorkflowRun, WorkflowState

LOGIN = "dana"


class ModelClock:
    """Time passes when somebody waits, and the world goes on meanwhile."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def now(self) -> datetime:
        return self._process.now()

    def wait(self, seconds: float) -> None:
        self._process.wait(seconds)


class ModelSignals:
    """The true mailbox, looked into once everybody in the background has had a turn."""

    def __init__(self, process: Process, folder: Path) -> None:
        self._process = process
        self._box = Mailbox(folder)

    def send(self, signal: Signal) -> None:
        self._process.look()
        self._box.send(signal)

    def take(self) -> Sequence[Signal]:
        world = self._process.look()
        self._process.settle()
        if any(world.clones[self._process.machine.clone].uncommitted.values()):
            # Whoever leaves it in the work tree says with Enter that it is ready.
            self._box.send(Signal(Reply("fix-ready", "go-on")))
        return self._box.take()


class ModelRepository:
    """The clone that the operator stands in."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def _clone(self) -> Clone:
        return self._process.look().clones[self._process.machine.clone]

    @property
    def _remote(self) -> Hosted:
        clone = self._clone
        return self._process.look(GITHUB).hosted[clone.repository]

    @property
    def _history(self) -> history.History:
        return self._process.look().history

    def work_tree(self) -> WorkTree:
        clone = self._clone
        branch = clone.trees[clone.folder]
        dirty = tuple(sorted(clone.uncommitted.get(clone.folder, {})))
        return WorkTree(Path(clone.folder), branch, clone.branches[branch], dirty)

    def update_base(self, base: str) -> str:
        theirs = self._fetched(base)
        if theirs is None:
            raise refusal(f"origin has no {base}.")
        clone, history = self._clone, self._history
        ours = clone.branches.get(base)
        if ours in {theirs, None} or history.is_ancestor(theirs, str(ours)):
            return theirs
        if not history.is_ancestor(str(ours), theirs):
            raise refusal(f"{base} here and {base} on origin have gone different ways.")
        folder = self.folder_of(base)
        if folder is None or not clone.uncommitted.get(str(folder)):
            move = {base: theirs}
            self._process.write("update_base", lambda: clone.branches.update(move), branch=base)
        return theirs

    def check_branch_name(self, branch: str) -> None:
        if branch.startswith("-") or " " in branch:
            raise refusal(f"{branch!r} is no valid branch name.", code=ProblemCode.USAGE)

    def cut_branch(self, branch: str, start: str, *, beside: bool) -> Path:
        self.check_branch_name(branch)
        clone = self._clone
        if branch in clone.branches:
            raise refusal(f"The branch {branch} exists already.")
        if not beside and clone.uncommitted.get(clone.folder):
            raise refusal("There is uncommitted work here, and it stays untouched.")
        folder = f"{clone.folder}-{branch.replace('/', '-')}" if beside else clone.folder

        def cut() -> None:
            clone.branches[branch] = start
            self._check_out(folder, branch)

        self._process.write("cut_branch", cut, branch=branch, sha=start)
        return Path(folder)

    def check_out_from_remote(self, branch: str, start: str, *, beside: bool) -> Path:
        theirs, clone = self.remote_commit(branch), self._clone
        if theirs is None and branch not in clone.branches:
            return self.cut_branch(branch, start, beside=beside)
        theirs = self._fetched(branch)
        if theirs is None:
            raise refusal(f"{branch} cannot be fetched from origin.")
        folder, ours = self.folder_of(branch), clone.branches.get(branch)
        if folder is None and not beside and clone.uncommitted.get(clone.folder):
            raise refusal("There is uncommitted work here, and it stays untouched.")
        if ours is not None and not self._history.is_ancestor(theirs, ours):
            if not self._history.is_ancestor(ours, theirs):
                raise refusal(f"{branch} here and on origin have gone different ways.")
            if folder is not None and clone.uncommitted.get(str(folder)):
                raise refusal("There is uncommitted work here, and it stays untouched.")
            ours = theirs
        name = f"{clone.folder}-{branch.replace('/', '-')}" if beside else clone.folder
        where = str(folder) if folder is not None else name

        def check_out() -> None:
            clone.branches[branch] = ours or theirs
            self._check_out(where, branch)

        self._process.write("check_out", check_out, branch=branch)
        return Path(where)

    def _check_out(self, folder: str, branch: str) -> None:
        clone, machine = self._clone, self._process.machine
        clone.trees[folder] = branch
        if branch.startswith("hotfix/"):
            words = (clone.folder, branch, machine.operator)
            self._process.world.after(THE_FIX_TAKES, "write_the_fix", *words)

    def branch_commit(self, branch: str) -> str | None:
        return self._clone.branches.get(branch)

    def remote_commit(self, branch: str) -> str | None:
        return self._remote.branches.get(branch)

    def folder_of(self, branch: str) -> Path | None:
        found = [folder for folder, on in self._clone.trees.items() if on == branch]
        return Path(found[0]) if found else None

    def publish(self, branch: str) -> None:
        clone, remote, history = self._clone, self._remote, self._history
        ours, theirs = clone.branches.get(branch), remote.branches.get(branch)
        if ours is None:
            raise refusal(f"{branch} could not be pushed.", "There is no such branch here.")
        if theirs == ours:
            return
        if theirs is not None and not history.is_ancestor(theirs, ours):
            raise refusal(f"origin has another {branch} than this clone.")
        name, run = clone.repository, self._process.run
        words = {"repository": name, "branch": branch, "sha": ours}
        self._process.write(
            "publish", lambda: self._process.world.push(name, branch, ours, run), GITHUB, **words
        )

    def change_since(self, base: str, branch: str) -> Change:
        clone, history = self._clone, self._history
        tip = clone.branches.get(branch)
        if tip is None:
            raise refusal(f"There is no branch {branch} here.")
        folder = self.folder_of(branch)
        dirty = clone.uncommitted.get(str(folder), {}) if folder is not None else {}
        tree = {**history.tree(tip), **dirty}
        files = tuple(FileChange(path, 1, 1) for path in difference(history.tree(base), tree))
        commits = tuple(map(_commit, history.between(base, tip)))
        return Change(commits, files, tuple(sorted(dirty)))

    def commit_all(self, branch: str, message: str) -> str:
        clone, operator = self._clone, self._process.machine.operator
        folder = str(self.folder_of(branch) or clone.folder)
        tip, dirty = clone.branches[branch], dict(clone.uncommitted.get(folder, {}))
        made = {**self._history.tree(tip), **dirty}

        def commit() -> str:
            sha = self._history.commit([tip], made, message, operator)
            clone.branches[branch] = sha
            clone.known.add(sha)
            clone.uncommitted.pop(folder, None)
            self._process.world.persons_commits.add(sha)
            return sha

        return self._process.write("commit_all", commit, branch=branch)

    def log_between(self, old: str, new: str) -> Sequence[Commit]:
        first, last = self.resolve(old), self.resolve(new)
        if first is None or last is None:
            return ()
        return tuple(map(_commit, self._history.between(first, last)))

    def fetch(self, branch: str) -> str | None:
        return self._fetched(branch)

    def resolve(self, name: str) -> str | None:
        clone = self._clone
        if name.startswith("refs/heads/"):
            return clone.branches.get(name.removeprefix("refs/heads/"))
        found = [sha for sha in self._known() if len(name) > 6 and sha.startswith(name)]
        return found[0] if len(found) == 1 else None

    def contains(self, tip: str, sha: str) -> bool:
        known = self._known()
        return tip in known and sha in known and self._history.contains(tip, sha)

    def only_in(self, new: str, old: str) -> Sequence[Commit]:
        return tuple(map(_commit, self._history.only_in(new, old)))

    def revert(self, branch: str, start: str, sha: str, commits: int) -> Replayed | NotReplayed:
        clone, history = self._clone, self._history
        existing = clone.branches.get(branch)
        if existing is not None:
            if any(reverts(sha) in each.message for each in history.between(sha, existing)):
                return Replayed(existing)
            raise refusal(f"The branch {branch} exists already.")
        chain, each = [], sha
        for _ in range(commits):
            chain.append(each)
            each = history.commits[each].parents[0]
        tree = history.tree(start)
        for each in chain:
            back = {path: (after, before) for path, (before, after) in history.change(each).items()}
            tree, conflicts = applied(tree, back)
            if conflicts:
                return NotReplayed(each, conflicts)
        if tree == history.tree(start):
            return NotReplayed(sha, ())

        def replay() -> str:
            tip, so_far = start, history.tree(start)
            for each in chain:
                undone = history.change(each).items()
                so_far, _ = applied(so_far, {path: (new, old) for path, (old, new) in undone})
                said = f'Revert "{history.commits[each].subject}"\n\n{reverts(each)}.'
                tip = history.commit([tip], so_far, said, LOGIN)
                clone.known.add(tip)
            clone.branches[branch] = tip
            return tip

        return Replayed(self._process.write("revert", replay, branch=branch, sha=sha))

    def pick(self, branch: str, shas: Sequence[str]) -> Replayed | NotReplayed:
        clone, history = self._clone, self._history
        tip = clone.branches[branch]
        if clone.uncommitted.get(str(self.folder_of(branch))):
            raise refusal("There is uncommitted work here, and it stays untouched.")
        tree = history.tree(tip)
        for sha in shas:
            made, conflicts = applied(tree, history.change(sha))
            if conflicts or made == tree:
                return NotReplayed(sha, conflicts)
            tree = made

        def replay() -> str:
            last, so_far = tip, history.tree(tip)
            for sha in shas:
                so_far, _ = applied(so_far, history.change(sha))
                said = f"{history.commits[sha].message}\n\n(cherry picked from commit {sha})"
                last = history.commit([last], so_far, said, history.commits[sha].author)
                clone.known.add(last)
            clone.branches[branch] = last
            return last

        return Replayed(self._process.write("pick", replay, branch=branch, shas=tuple(shas)))

    def conflicts(self, into: str, sha: str) -> Sequence[str]:
        return self._history.merged(into, sha)[1]

    def file_at(self, commit: str, path: str) -> str | None:
        return self._history.tree(commit).get(path)

    def last_authors(self, base: str, branch: str) -> Sequence[LastAuthor]:
        del base, branch
        return (LastAuthor("Rena", "rena@example.com", 3),)

    def _fetched(self, branch: str) -> str | None:
        sha = self._remote.branches.get(branch)
        if sha is not None:
            self._clone.known |= self._history.ancestors(sha)
        return sha

    def _known(self) -> set[str]:
        return self._clone.known


def _commit(commit: history.Commit) -> Commit:
    return Commit(commit.sha, commit.subject, commit.author)


class ModelSuites:
    """The team's suites, which pass after a while."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._names: tuple[str, ...] = ()
        self._until: datetime | None = None

    def start(self, suites: Sequence[Suite], folder: Path) -> None:
        def begin() -> None:
            self._names = tuple(suite.name for suite in suites)
            self._until = self._process.world.now

        self._process.write("start_suites", begin, folder=str(folder))

    def look(self) -> tuple[SuiteRun, ...]:
        self._process.look()
        if self._until is None:
            return ()
        seconds = (self._process.world.now - self._until).total_seconds()
        state = SuiteState.PASSED if seconds > 1 else SuiteState.RUNNING
        code = 0 if state is SuiteState.PASSED else None
        return tuple(SuiteRun(it, state, code, seconds, (), Path("log")) for it in self._names)

    def stop(self) -> None:
        self._process.look()
        self._names, self._until = (), None


class _OfGithub:
    """What is asked of the configured repository."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._name = process.repository

    @property
    def _world(self) -> World:
        return self._process.look(GITHUB)

    @property
    def _hosted(self) -> Hosted:
        return self._world.hosted[self._name]

    def _pull(self, number: int) -> Pull:
        found = self._hosted.pulls.get(number)
        if found is None:
            raise refusal(f"There is no pull request {number}.")
        return found

    def _seen(self, pull: Pull) -> PullRequest:
        return PullRequest(
            number=pull.number,
            url=url_of(self._name, "pull", pull.number),
            title=pull.title,
            head_sha=pull.head_sha,
            head=pull.head,
            base=pull.base,
            author=pull.author,
            is_open=pull.is_open,
            is_merged=pull.merged_at is not None,
            merge_sha=pull.merge_sha,
            labels=tuple(pull.labels),
            requested_reviewers=tuple(pull.requested),
        )


class ModelPullRequests(_OfGithub):
    """Pull requests of the configured repository; its branches want a review and a check."""

    def find(self, head: str, base: str) -> PullRequest | None:
        ours = [it for it in self._hosted.pulls.values() if (it.head, it.base) == (head, base)]
        alive = [it for it in ours if it.is_open or it.merged_at is not None]
        return self._seen(max(alive, key=lambda it: it.number)) if alive else None

    def get(self, number: int) -> PullRequest:
        return self._seen(self._pull(number))

    def open(self, title: str, body: str, head: str, base: str) -> PullRequest:
        hosted, history = self._hosted, self._world.history
        tip, target = hosted.branches.get(head), hosted.branches.get(base)
        if any(
            (it.head, it.base, it.is_open) == (head, base, True) for it in hosted.pulls.values()
        ):
            saying = f"there is a pull request from {head} into {base} already"
            raise TemporaryTroubleError(saying, 1.0)
        if tip is None or target is None or not history.between(target, tip):
            raise refusal(f"GitHub did not open a pull request from {head} into {base}.")

        def make() -> Pull:
            number = hosted.number()
            run = self._process.run
            pull = Pull(number, title, body, head, base, str(tip), LOGIN, opened_by=run)
            hosted.pulls[number] = pull
            return pull

        about = {"repository": self._name, "head": head, "base": base}
        return self._seen(self._process.write("open_pull_request", make, GITHUB, **about))

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        pull = self._pull(number)
        new = [each for each in labels if each not in pull.labels]
        about = {"repository": self._name, "number": number, "labels": tuple(labels)}
        self._process.write("add_labels", lambda: pull.labels.extend(new), GITHUB, **about)

    def request_review(self, number: int, reviewer: str) -> None:
        pull, world = self._pull(number), self._world
        if not pull.is_open or reviewer == pull.author:
            raise refusal(f"GitHub does not let {reviewer} be asked for a review.")

        def ask() -> None:
            if reviewer not in pull.requested:
                pull.requested.append(reviewer)
            world.after(REVIEW_TAKES, "review", self._name, number, reviewer, pull.head_sha)

        about = {"number": number, "who": reviewer, "sha": pull.head_sha}
        self._process.write("request_review", ask, GITHUB, repository=self._name, **about)

    def reviews(self, number: int) -> tuple[Review, ...]:
        last = {each.reviewer: each for each in self._pull(number).reviews}
        return tuple(Review(each.reviewer, each.verdict, each.sha) for each in last.values())

    def review_decision(self, number: int) -> ReviewDecision:
        pull = self._pull(number)
        is_met = bool(pull.approvers(pull.head_sha))
        return ReviewDecision.MET if is_met else ReviewDecision.MISSING

    def checks(self, sha: str, base: str) -> tuple[Check, ...]:
        del base
        state = CheckState.PASSED if self._is_checked(sha) else CheckState.PENDING
        return (Check(CHECK, state, f"{model.WEB}/{self._name}/checks/{sha[:8]}", True),)

    def _is_checked(self, sha: str) -> bool:
        pushed = self._hosted.pushed_at.get(sha)
        return pushed is not None and (self._world.now - pushed).total_seconds() >= CHECKS_TAKE

    def merge(self, number: int, sha: str, method: str, title: str) -> Merged | NotMerged:
        pull, world = self._pull(number), self._world
        refused = self._refused(pull, sha)
        if refused is not None:
            is_done = pull.merged_at is not None and pull.head_sha == sha
            return Merged(pull.merge_sha) if is_done else refused
        run = self._process.run
        about = {
            "repository": self._name,
            "number": number,
            "sha": sha,
            "approvers": tuple(pull.approvers(sha)),
            "labels": tuple(pull.labels),
        }
        merged = self._process.write(
            "merge",
            lambda: world.merge_pull(self._name, number, method, title, run),
            GITHUB,
            **about,
        )
        return Merged(merged)

    def _refused(self, pull: Pull, sha: str) -> NotMerged | None:
        if pull.head_sha != sha:
            return NotMerged(MergeRefusal.HEAD_MOVED, "Head branch was modified.")
        if not pull.is_open:
            return NotMerged(MergeRefusal.PROTECTION, "Pull Request is not mergeable")
        owes = "review-owed" in pull.labels
        if not pull.approvers(sha) and not owes:
            return NotMerged(MergeRefusal.PROTECTION, "At least 1 approving review is required.")
        if not self._is_checked(sha):
            return NotMerged(MergeRefusal.PROTECTION, f'Required check "{CHECK}" is expected.')
        if self._world.history.merged(self._hosted.branches[pull.base], sha)[1]:
            return NotMerged(MergeRefusal.CONFLICT, "Pull Request is not mergeable")
        return None

    def merge_rules(self, base: str) -> MergeRules:
        del base
        self._process.look(GITHUB)
        return MergeRules(needs_queue=False, methods=("merge", "squash", "rebase"))

    def hand_over(
        self, number: int, sha: str, how: MergeHow, method: str, title: str
    ) -> HandedOver | Merged | NotMerged:
        del method
        pull, world = self._pull(number), self._world
        refused = self._refused(pull, sha)
        if refused is not None:
            return refused

        def leave() -> None:
            pull.left_to_merge = how.value
            words = (self._name, number, title, self._process.run)
            world.after(model.MERGE_QUEUE_TAKES, "merge_what_was_left", *words)

        about = {
            "repository": self._name,
            "number": number,
            "sha": sha,
            "approvers": tuple(pull.approvers(sha)),
            "labels": tuple(pull.labels),
        }
        self._process.write("hand_over", leave, GITHUB, **about)
        return HandedOver(how, 1 if how is MergeHow.QUEUE else 0, "queued")

    def handed_over(self, number: int) -> HandedOver | None:
        left = self._pull(number).left_to_merge
        if not left:
            return None
        how = MergeHow(left)
        return HandedOver(how, 1 if how is MergeHow.QUEUE else 0, "queued")

    def close(self, number: int) -> None:
        pull = self._pull(number)
        if not pull.is_open:
            return

        def close() -> None:
            pull.is_open, pull.closed_by, pull.left_to_merge = False, self._process.run, ""

        about = {"repository": self._name, "number": number}
        self._process.write("close_pull_request", close, GITHUB, **about)

    def ensure_branch(self, branch: str, sha: str) -> str:
        there = self._hosted.branches.get(branch)
        if there is not None:
            return there
        run, world = self._process.run, self._world
        about = {"repository": self._name, "branch": branch, "sha": sha}
        self._process.write(
            "ensure_branch", lambda: world.push(self._name, branch, sha, run), GITHUB, **about
        )
        return sha

    def branch_commit(self, branch: str) -> str | None:
        return self._hosted.branches.get(branch)


class ModelWorkflowRuns(_OfGithub):
    """The deploy workflow of the configured repository."""

    def find(self, sha: str) -> WorkflowRun | None:
        found = [run for run in self._hosted.runs if run.sha == sha]
        by_itself = [run for run in found if run.event != BY_HAND] or found
        return self._run(by_itself[-1]) if by_itself else None

    def get(self, run_id: int) -> WorkflowRun:
        return self._run(self._world.deploy_run(self._name, run_id))

    def unfinished(self) -> tuple[WorkflowRun, ...]:
        left = (run for run in self._hosted.runs if not run.state.is_over)
        return tuple(replace(self._run(run), jobs=()) for run in left)[::-1]

    def on_branch(self, branch: str) -> tuple[WorkflowRun, ...]:
        ours = (run for run in self._hosted.runs if run.branch == branch)
        return tuple(replace(self._run(run), jobs=()) for run in ours)[::-1]

    def run_again(self, run_id: int) -> None:
        self._again("run_again", run_id)

    def run_failed_again(self, run_id: int) -> None:
        self._again("run_failed_again", run_id)

    def _again(self, kind: str, run_id: int) -> None:
        run, world = self._world.deploy_run(self._name, run_id), self._world
        if not run.state.is_over:
            return
        about = {"repository": self._name, "id": run_id, "sha": run.what}
        self._process.write(
            kind, lambda: world.run_deploy_again(self._name, run_id), GITHUB, **about
        )

    def cancel(self, run_id: int) -> None:
        run, world = self._world.deploy_run(self._name, run_id), self._world
        if run.state.is_over:
            return
        about = {"repository": self._name, "id": run_id, "sha": run.what}
        self._process.write(
            "cancel", lambda: world.cancel_deploy(self._name, run_id), GITHUB, **about
        )

    def login(self) -> str:
        self._process.look(GITHUB)
        return LOGIN

    def dispatch(self, branch: str, inputs: Mapping[str, str]) -> int | None:
        world, what = self._world, next(iter(inputs.values()), "")
        tip, run = self._hosted.branches[branch], self._process.run
        about = {"repository": self._name, "branch": branch, "sha": what}
        started = self._process.write(
            "dispatch",
            lambda: world.start_deploy(self._name, branch, tip, BY_HAND, run, deploys=what),
            GITHUB,
            **about,
        )
        return started.id

    def last_log_lines(self, job_id: int, lines: int) -> tuple[str, ...]:
        del job_id, lines
        return ("error: no space left on device",)

    def _run(self, run: DeployRun) -> WorkflowRun:
        state = run.state
        newer = [other for other in self._hosted.runs if other.number > run.number]
        is_superseded = run.is_cancelled and bool(newer)
        return WorkflowRun(
            id=run.id,
            number=run.number,
            url=url_of(self._name, "actions/runs", run.id),
            sha=run.sha,
            state=WorkflowState.SUPERSEDED if is_superseded else state,
            jobs=(Job(run.id * 10, "deploy", state),),
            attempt=run.attempt,
            branch=run.branch,
            event=run.event,
            actor=run.actor,
            age_seconds=(self._world.now - run.created_at).total_seconds(),
            superseded_by=url_of(self._name, "actions/runs", newer[-1].id) if is_superseded else "",
            title=f"Deploy {run.what[:7]}",
        )


class ModelTickets(_OfGithub):
    """Issues of the configured repository."""

    def get(self, number: int) -> Ticket | None:
        return self._ticket(number)

    def find(self, marker: str) -> Ticket | None:
        found = [each.number for each in self._hosted.issues.values() if marker in each.body]
        return self._ticket(max(found)) if found else None

    def open(self, title: str, body: str, labels: Sequence[str]) -> Ticket:
        del labels
        hosted, run = self._hosted, self._process.run

        def make() -> int:
            number = hosted.number()
            hosted.issues[number] = model.Issue(number, title, body, run)
            return number

        number = self._process.write("open_issue", make, GITHUB, repository=self._name)
        found = self._ticket(number)
        assert found is not None
        return found

    def comment(self, number: int, text: str) -> None:
        comments = self._comments(number)
        about = {"repository": self._name, "number": number, "text": text}
        self._process.write("comment", lambda: comments.append(text), GITHUB, **about)

    def comments(self, number: int) -> Sequence[str]:
        return tuple(self._comments(number))

    def _comments(self, number: int) -> list[str]:
        hosted = self._hosted
        found = hosted.issues.get(number) or hosted.pulls.get(number)
        if found is None:
            raise refusal(f"There is no issue {number}.")
        return found.comments

    def _ticket(self, number: int) -> Ticket | None:
        issue = self._hosted.issues.get(number)
        url = url_of(self._name, "issues", number)
        return Ticket(number, url, issue.title, is_open=True) if issue is not None else None


class ModelProber:
    """Production: it answers once a commit with the fix runs everywhere."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def probe(self, probes: Sequence[Probe]) -> tuple[ProbeResult, ...]:
        world = self._process.look()
        shas = [world.running(name) for name in world.deployments]
        is_green = all(world.history.tree(sha).get(FIX) == FIXED for sha in shas)
        saw = "200" if is_green else "500"
        return tuple(ProbeResult(probe.name, is_green, saw, 0.01) for probe in probes)


class ModelReadiness:
    """All is as it should be."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def check(self) -> tuple[Need, ...]:
        self._process.look()
        return (Need("git", "a clone", Finding.OK, "it is there"),)


class ModelMessenger:
    """The team's channel."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def find(self, run: str) -> Posted | None:
        with self._process.guard:
            found = self._of(run, lambda each: not each.parent)
            return found[-1] if found else None

    def replies(self, run: str, parent: str) -> tuple[Posted, ...]:
        with self._process.guard:
            return tuple(self._of(run, lambda each: each.parent == parent))

    def _of(self, run: str, is_meant: Callable[[Message], bool]) -> list[Posted]:
        ours = (it for it in self._process.look().messages if it.run == run and is_meant(it))
        return [Posted(each.id, each.key, each.text) for each in ours]

    def post(self, run: str, key: str, message: Told, parent: str = "") -> Posted:
        messages = self._process.look().messages
        made = Message(str(len(messages) + 1), run, key, message.text, parent)
        self._process.write("post", lambda: messages.append(made), key=key, parent=parent)
        return Posted(made.id, key, message.text)

    def update(self, posted: Posted, message: Told) -> None:
        there = next(it for it in self._process.look().messages if it.id == posted.id)

        def edit() -> None:
            there.text = message.text

        self._process.write("edit_message", edit, key=posted.key)


class ModelStatusPage:
    """What customers read."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def find(self, run: str) -> PageIncident | None:
        found = [each for each in self._process.look().page if each.run == run]
        return self._seen(found[-1]) if found else None

    def open(self, run: str, name: str, status: str, body: str) -> PageIncident:
        page = self._process.look().page
        news = PageNews(str(len(page) + 1), run, name, status, [body])
        self._process.write("publish_incident", lambda: page.append(news))
        return self._seen(news)

    def update(self, incident: PageIncident, status: str, body: str) -> PageIncident:
        news = next(each for each in self._process.look().page if each.id == incident.id)

        def change() -> None:
            news.status = status
            news.updates.append(body)

        self._process.write("update_incident", change)
        return self._seen(news)

    def _seen(self, news: PageNews) -> PageIncident:
        return PageIncident(news.id, news.name, news.status, f"https://status.test/{news.id}")


class ModelPager:
    """Who is on call."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def on_call(self) -> tuple[OnCall, ...]:
        self._process.look()
        return (OnCall("Otto", "otto@example.com", "primary", "https://pager.test/otto"),)


class ModelRecords:
    """The team's copies of journals, fenced by the lock's token."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def write(self, shared: SharedRun, journal: bytes) -> bool:
        with self._process.guard:
            records = self._process.look().records
            there = records.get(shared.run)
            if there is not None and there[0].token > shared.token:
                return False
            records[shared.run] = (shared, journal)
            return True

    def all(self) -> Sequence[SharedRun]:
        found = [shared for shared, _ in self._process.look().records.values()]
        return sorted(found, key=lambda each: str(each.status.get("started_at")), reverse=True)

    def find(self, run: str) -> SharedRun | None:
        found = self._process.look().records.get(run)
        return None if found is None else found[0]

    def read(self, run: str) -> bytes:
        found = self._process.look().records.get(run)
        if found is None:
            raise refusal(f"The cluster has no record of run {run}.")
        return found[1]

    def fence(self, run: str, token: int) -> bytes:
        records = self._process.look().records
        journal = self.read(run)
        fenced = (replace(records[run][0], token=token), journal)
        self._process.write("fence", lambda: records.__setitem__(run, fenced), fenced=run)
        return journal


class ModelCluster:
    """The configured namespace, with the lock in it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.shared_records = ModelRecords(process)

    # Deployments.

    def record(self, names: Sequence[str]) -> tuple[DeploymentRecord, ...]:
        return tuple(self._record(name) for name in names)

    def _deployment(self, name: str) -> model.Deployment:
        found = self._process.look().deployments.get(name)
        if found is None:
            raise refusal(f"There is no deployment {name}.", code=ProblemCode.CONFIGURATION)
        return found

    def _record(self, name: str, revision: Revision | None = None) -> DeploymentRecord:
        deployment, world = self._deployment(name), self._process.look()
        of = revision or deployment.now
        is_now = of.number == deployment.now.number
        return DeploymentRecord(
            name=name,
            uid=deployment.uid,
            resource_version=str(deployment.version),
            revision=of.number,
            template_hash=of.hash,
            template=of.template,
            images=_images(name, of),
            replicas=2,
            is_healthy=is_now and world.is_rolled_out(name),
        )

    def look(self, names: Sequence[str]) -> tuple[DeploymentView, ...]:
        return tuple(self._view(name) for name in names)

    def _view(self, name: str) -> DeploymentView:
        world, deployment = self._process.look(), self._deployment(name)
        now, is_over = deployment.now, world.is_rolled_out(name)
        seconds = (world.now - now.at).total_seconds()
        ready = max(0.0, seconds - ROLLOUT_TAKES) + (0.0 if seconds < ROLLOUT_TAKES else 0.1)
        if len(deployment.revisions) == 1:
            ready = 3600.0
        sets = (now, now) if is_over else (now, deployment.revisions[-2], deployment.revisions[-2])
        running = tuple(_pod(name, each, place) for place, each in enumerate(sets))
        pods = [PodView(f"{name}-0", is_ready=is_over, age_seconds=seconds, ready_seconds=ready)]
        if is_over:
            pods.append(replace(pods[0], name=f"{name}-1"))
        return DeploymentView(
            name=name,
            generation=now.number,
            observed_generation=now.number,
            revision=now.number,
            template_hash=now.hash,
            wanted=2,
            updated=2 if is_over else 1,
            available=2,
            total=2 if is_over else 3,
            deadline_exceeded=False,
            running=running if is_over else running[1:],
            pods=tuple(pods),
            uid=deployment.uid,
            images=_images(name, now),
        )

    def look_again_in(self) -> float:
        return 2.0

    def explain(self, name: str, pods: Sequence[str]) -> tuple[str, ...]:
        del pods
        return (f"{name} says nothing",)

    def survey(self, targets: Sequence[DeploymentRecord]) -> Survey:
        present = self.record([target.name for target in targets])
        between = tuple(
            self._kept(target.name, each)
            for target, now in zip(targets, present, strict=True)
            if not now.runs(target)
            for each in self._deployment(target.name).revisions
            if target.revision < each.number < now.revision and each.hash != target.template_hash
        )
        return Survey(present, (), between)

    def restore_all(
        self, targets: Sequence[DeploymentRecord], seen: Sequence[DeploymentRecord], reason: Reason
    ) -> tuple[Restored, ...]:
        before = {each.name: each for each in seen}
        return tuple(self._restored(target, before[target.name], reason) for target in targets)

    def _restored(
        self, target: DeploymentRecord, seen: DeploymentRecord, reason: Reason
    ) -> Restored:
        (present,) = self.record([target.name])
        if present.uid != target.uid:
            problem = refusal(f"{target.name} is another deployment now.").problem
            return Restored(target.name, RestoreState.REFUSED, problem)
        if present.runs(target) or (seen.runs(target) and present.runs(seen)):
            return Restored(target.name, RestoreState.RAN_ALREADY)
        if not present.runs(seen):
            problem = refusal(f"{target.name} was changed meanwhile.").problem
            return Restored(target.name, RestoreState.CHANGED, problem)
        world = self._process.look()
        words = (target.name, target.template, self._process.run, str(reason))
        self._process.write(
            "patch",
            lambda: world.roll_out(*words),
            deployment=target.name,
            hash=target.template_hash,
        )
        return Restored(target.name, RestoreState.PATCHED)

    def revisions(self, names: Sequence[str]) -> tuple[KeptRevision, ...]:
        return tuple(
            self._kept(name, each)
            for name in names
            for each in reversed(self._deployment(name).revisions)
        )

    def _kept(self, name: str, revision: Revision) -> KeptRevision:
        return KeptRevision(
            deployment=name,
            number=revision.number,
            template_hash=revision.hash,
            images=_images(name, revision),
            created_at=revision.at,
            is_present=revision.number == self._deployment(name).now.number,
            change_cause=revision.cause,
            marks=(model.commit_of(revision.template),),
        )

    def at_revision(self, names: Sequence[str], revision: int) -> tuple[DeploymentRecord, ...]:
        found = []
        for name in names:
            kept = [it for it in self._deployment(name).revisions if it.number == revision]
            if not kept:
                raise refusal(f"Deployment {name} has no revision {revision}.")
            found.append(self._record(name, kept[0]))
        return tuple(found)

    def logs(self, selector: str, since_seconds: int, *, follow: bool) -> Iterator[tuple[str, str]]:
        del selector, since_seconds, follow
        yield from ()

    # The lock.

    def claim_lock(self, run: str, operator: str, token: int | None = None) -> LockHolder:
        lock, host = self._process.look().lock, self._process.machine.host
        if lock.run:
            is_ours = (
                (lock.run, lock.token) == (run, token)
                if token is not None
                else (lock.run, lock.operator, lock.host) == (run, operator, host)
            )
            return replace(self._holder(), is_ours=is_ours)
        above = -1 if token is None else token
        self._process.write(
            "claim_lock", lambda: self._take(run, operator, max(lock.token, above) + 1), lock=run
        )
        return replace(self._holder(), is_ours=True)

    def _take(self, run: str, operator: str, token: int) -> None:
        world, host = self._process.world, self._process.machine.host
        world.lock = model.Lock(run, token, operator, host, world.now, world.now)

    def _holder(self) -> LockHolder:
        world = self._process.look()
        lock = world.lock
        renewed = lock.renewed or lock.since or world.now
        since = lock.since or world.now
        return LockHolder(
            run=lock.run,
            operator=lock.operator,
            since=lock.since,
            token=lock.token,
            host=lock.host,
            renewed=lock.renewed,
            age_seconds=(world.now - since).total_seconds(),
            silent_seconds=(world.now - renewed).total_seconds(),
        )

    def release_lock(self, run: str, token: int | None = None, operator: str | None = None) -> None:
        lock = self._process.look().lock
        if token is None and operator is not None:
            host = self._process.machine.host
            is_meant = (lock.run, lock.operator, lock.host) == (run, operator, host)
        else:
            is_meant = lock.run == run and token in {None, lock.token}
        if is_meant:
            self._free("release_lock")

    def _free(self, kind: str) -> None:
        world = self._process.world
        lock = world.lock
        about: dict[str, Any] = {"lock": lock.run, "token": lock.token, "holder": lock.operator}

        def free() -> None:
            world.lock = model.Lock(token=lock.token)

        self._process.write(kind, free, **about)

    def lock_holder(self) -> LockHolder | None:
        return self._holder() if self._process.look().lock.run else None

    def take_lock_over(self, expected: LockHolder, run: str, operator: str) -> LockHolder:
        lock = self._process.look().lock
        if (lock.run, lock.token) != (expected.run, expected.token):
            raise refusal(f"The lock is not {expected.id} any more.", code=ProblemCode.LOCKED)
        self._process.write(
            "take_lock_over", lambda: self._take(run, operator, lock.token + 1), lock=run
        )
        return replace(self._holder(), is_ours=True)

    def renew_lock(self, run: str, token: int, phase: str, step: str) -> LockHolder | None:
        del run, token, phase, step
        self._process.look()
        raise TemporaryTroubleError("the world sees who holds it without being told", 5.0)

    def break_lock(self, lock_id: str) -> bool:
        if not self._process.look().lock.run:
            return False
        if self._holder().id != lock_id:
            raise refusal(f"The lock is not {lock_id}.", code=ProblemCode.LOCKED)
        self._free("break_lock")
        return True


def _images(name: str, revision: Revision) -> tuple[str, ...]:
    return (f"{name}=registry.test/{name}:{model.commit_of(revision.template)}",)


def _pod(name: str, revision: Revision, place: int) -> RunningPod:
    sha = model.commit_of(revision.template)
    image = f"registry.test/{name}:{sha}"
    return RunningPod(f"{name}-{place}", revision.hash, (Named("label", sha),), image)
