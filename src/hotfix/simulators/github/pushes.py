"""What a push causes: checks of the pull request's head, and the deploy workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.records import (
    COMPLETED,
    IN_PROGRESS,
    WAITING,
    DeployFailedError,
    Job,
    Note,
    Pull,
    Run,
    Step,
)
from hotfix.simulators.timeline import Timeline, WorldTimings

DEPLOY_WORKFLOW = ".github/workflows/deploy.yml"
TEST_WORKFLOW = ".github/workflows/tests.yml"
CHECK = "tests"
COMMIT_INPUT = "commit"
_CI_STARTS_AFTER = 0.1
_EXIT_CODE = "Process completed with exit code 1."
_STEPS = {CHECK: "Run the tests", "build": "Build and push the image", "deploy": "Deploy"}


@dataclass
class Pushes:
    """Notices pushes in the origin and lets GitHub Actions happen: ``deploy_branch`` deploys."""

    hosted: HostedRepository
    timeline: Timeline
    timings: WorldTimings
    deploy_branch: str

    def __post_init__(self) -> None:
        self._known = self.hosted.origin.branches()

    def notice(self) -> None:
        """Compare the origin's branches with those known, and act on what is new."""
        branches = self.hosted.origin.branches()
        if branches == self._known:
            return
        known, self._known = self._known, branches
        for branch, sha in branches.items():
            if known.get(branch) != sha:
                self._pushed(branch, sha)

    def check(self, pull: Pull) -> None:
        """Start the checks of the head of ``pull``, unless they were started for that commit."""
        sha = pull.head_sha
        if any(run.sha == sha and run.path == TEST_WORKFLOW for run in self.hosted.runs):
            return
        run = self._start(TEST_WORKFLOW, "pull_request", pull.head, sha, [CHECK])
        self._let_test(run)

    def let_through(self, run: Run) -> None:
        """Let the deploy job of a run begin that waited for a person."""
        if not run.environment:
            raise ValueError(f"run {run.number} waits for nobody")
        run.environment = ""
        self._begin(run, run.jobs[-1])
        self.timeline.after(self.timings.deploy_job, partial(self._finish, run), "let through")

    def cancel(self, run: Run) -> None:
        """End a run that is not over, as a person or a newer run of its group does."""
        for job in run.jobs:
            if job.status != COMPLETED:
                self._end(job, "cancelled", "The run was cancelled.")
        run.environment = ""
        run.status, run.conclusion = COMPLETED, "cancelled"

    def ask_for_the_end(self, run: Run) -> None:
        """Let a run end soon, unless it has gone through by then."""

        def end() -> None:
            if run.status != COMPLETED:
                self.cancel(run)

        self.timeline.after(self.timings.cancel, end, f"run {run.number} is cancelled")

    def run_again(self, run: Run, *, only_failed: bool = False) -> None:
        """Start another attempt of a run that is over, with new jobs in place of those run again.

        ``only_failed``: jobs that went well stay as they are.
        """
        run.attempt += 1
        run.status, run.conclusion = "queued", None
        run.jobs = [
            job if only_failed and job.conclusion == "success" else self._job(job.name)
            for job in run.jobs
        ]
        if run.path == TEST_WORKFLOW:
            self._let_test(run)
        else:
            self._let_deploy(run)

    def deployed_before(self, branch: str, sha: str, at: datetime) -> Run:
        """Let a successful deploy run of ``sha`` be in the past."""
        run = self._start(DEPLOY_WORKFLOW, "push", branch, sha, ["build", "deploy"])
        run.created_at = at
        for job in run.jobs:
            job.started_at = at
            self._end(job, "success", f"Deployed {sha}.")
        self._complete(run)
        return run

    def ran(self, path: str, event: str, sha: str, jobs: Mapping[str, str | None]) -> Run:
        """Let a workflow have run for ``sha``: names of its jobs to conclusions; None: not over."""
        run = self._start(path, event, "", sha, list(jobs))
        for job in run.jobs:
            conclusion = jobs[job.name]
            if conclusion is None:
                self._begin(run, job)
            else:
                self._end(job, conclusion, "")
        if None not in jobs.values():
            self._complete(run)
        return run

    def dispatch(self, branch: str, inputs: dict[str, str], login: str) -> Run:
        """Start the deploy workflow by hand on ``branch``."""
        sha = self.hosted.origin.branches()[branch]
        run = self._start(DEPLOY_WORKFLOW, "workflow_dispatch", branch, sha, ["build", "deploy"])
        run.inputs, run.actor = inputs, login
        self._let_deploy(run)
        return run

    def _pushed(self, branch: str, sha: str) -> None:
        for pull in self.hosted.pulls.values():
            if pull.issue.is_open and pull.head == branch:
                pull.head_sha = sha
                self.check(pull)
        # A branch that is created is pushed to, as far as GitHub Actions is concerned.
        if branch == self.deploy_branch and self.hosted.origin.has_file(sha, DEPLOY_WORKFLOW):
            run = self._start(DEPLOY_WORKFLOW, "push", branch, sha, ["build", "deploy"])
            self._let_deploy(run)

    def _start(self, path: str, event: str, branch: str, sha: str, jobs: list[str]) -> Run:
        hosted = self.hosted
        commit = hosted.origin.commit(sha)
        run = Run(
            id=hosted.next_id(),
            number=1 + sum(other.path == path for other in hosted.runs),
            path=path,
            event=event,
            branch=branch,
            sha=sha,
            title=commit.message.partition("\n")[0],
            actor=commit.author,
            created_at=hosted.now(),
            jobs=[self._job(name) for name in jobs],
        )
        hosted.runs.append(run)
        return run

    def _job(self, name: str) -> Job:
        return Job(self.hosted.next_id(), name, Step(_STEPS.get(name, name)))

    def _let_test(self, run: Run) -> None:
        (job,) = run.jobs
        attempt, seconds = run.attempt, self.timings.ci

        def begin() -> None:
            if run.attempt == attempt:
                self._begin(run, job)

        def end() -> None:
            if run.attempt != attempt:
                return
            red = self.hosted.why_red(run.sha)
            if red is None:
                self._end(job, "success", "All tests passed.")
            else:
                self._end(job, "failure", str(red))
                job.notes = (*red.notes, *job.notes)
            self._complete(run)

        self.timeline.after(seconds * _CI_STARTS_AFTER, begin, f"checks of {run.sha[:8]} start")
        self.timeline.after(seconds, end, f"checks of {run.sha[:8]} are over")

    def _let_deploy(self, run: Run) -> None:
        attempt = run.attempt
        build, deploy = run.jobs
        name = f"deploy run {run.number}"

        def is_alive() -> bool:
            return run.attempt == attempt and run.status != COMPLETED

        def start_build() -> None:
            if is_alive() and build.status != COMPLETED:
                self._begin(run, build)

        def start_deploy() -> None:
            if not is_alive():
                return
            if build.status != COMPLETED:
                self._end(build, "success", f"Pushed the image of {run.sha}.")
            if self.hosted.guarded_environment:
                run.environment = self.hosted.guarded_environment
                run.status = deploy.status = WAITING
                return
            self._begin(run, deploy)

        def finish() -> None:
            # A job that was held has a time of its own, from when it was let through.
            if is_alive() and not self.hosted.guarded_environment:
                self._finish(run)

        # All from now: how often somebody looks must not change how long it takes.
        times = self.timings
        building = 0.0 if build.status == COMPLETED else times.build
        self.timeline.after(times.workflow_queue, start_build, f"{name}: build job")
        deploying = times.workflow_queue + building
        self.timeline.after(deploying, start_deploy, f"{name}: deploy job")
        self.timeline.after(deploying + times.deploy_job, finish, f"{name}: over")

    def _finish(self, run: Run) -> None:
        deploy = run.jobs[-1]
        if COMPLETED in {run.status, deploy.status}:
            return
        # What the workflow checks out: the commit that was asked for, else that of the run.
        sha = run.inputs.get(COMMIT_INPUT) or run.sha
        try:
            self.hosted.deploy(sha)
        except DeployFailedError as error:
            self._end(deploy, "failure", str(error))
        else:
            self._end(deploy, "success", f"Deployed {sha}.")
        self.hosted.deployed.append(run.sha)
        self._complete(run)

    def _begin(self, run: Run, job: Job) -> None:
        run.status = job.status = job.step.status = IN_PROGRESS
        job.started_at = self.hosted.now()

    def _end(self, job: Job, conclusion: str, log: str) -> None:
        job.status = job.step.status = COMPLETED
        job.conclusion = job.step.conclusion = conclusion
        job.completed_at = self.hosted.now()
        job.log = log
        if conclusion == "failure":
            # As the runner does: its mark in the log, after that the clean-up, and a note of it.
            job.log = (
                f"{log}\n##[error]{_EXIT_CODE}\nPost job cleanup.\nCleaning up orphan processes"
            )
            job.notes = (Note(".github", 1, _EXIT_CODE),)

    def _complete(self, run: Run) -> None:
        is_good = all(job.conclusion == "success" for job in run.jobs)
        run.status, run.conclusion = COMPLETED, "success" if is_good else "failure"
