"""GitHub as a process sees it: pull requests, the deploy workflow and issues."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.model import world as model
from tests.model.process import Process
from tests.model.world import (
    CHECK,
    CHECKS_TAKE,
    GITHUB,
    REVIEW_TAKES,
    DeployRun,
    Hosted,
    Pull,
    World,
    refusal,
    url_of,
)

from hotfix.domain.merge_how import MergeHow
from hotfix.domain.problem import TemporaryTroubleError
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
from hotfix.ports.tickets import Ticket
from hotfix.ports.workflow_runs import BY_HAND, Job, WorkflowRun, WorkflowState

LOGIN = "dana"


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

    def causes(self, failed: Sequence[Check]) -> tuple[tuple[str, ...], ...]:
        return tuple(each.said for each in failed)

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
            "base": pull.base,
            "named": title == pull.title,
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
            "base": pull.base,
            "named": title == pull.title,
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

    def take_back(self, number: int) -> None:
        pull = self._pull(number)
        if not pull.left_to_merge:
            return

        def take_back() -> None:
            pull.left_to_merge = ""

        about = {"repository": self._name, "number": number}
        self._process.write("take_back", take_back, GITHUB, **about)

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

        about = {"repository": self._name, "title": title}
        number = self._process.write("open_issue", make, GITHUB, **about)
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
