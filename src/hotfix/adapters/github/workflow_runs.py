"""Runs of a GitHub Actions workflow."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import quote

from hotfix.adapters.github.causes import end_of_job
from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import RefusedError, tolerating, understood
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.workflow_runs import BY_HAND, Job, WorkflowRun, WorkflowState

_FORBIDDEN, _NOT_FOUND, _CONFLICT, _UNPROCESSABLE = 403, 404, 409, 422
_DETAILS = "return_run_details"
_RUN_WORDS, _RUNS_ALREADY = "workflow", "already running"
_NEWEST = 30
_UNFINISHED = {
    "queued": WorkflowState.QUEUED,
    "requested": WorkflowState.QUEUED,
    "pending": WorkflowState.QUEUED,
    "in_progress": WorkflowState.RUNNING,
    "waiting": WorkflowState.WAITING_FOR_A_PERSON,
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class GithubWorkflowRuns:
    """Implements ``ports.workflow_runs.WorkflowRuns`` for a file such as ``deploy.yml``.

    The age of a run is measured by GitHub's clock; by ``now`` (UTC, aware) where it does not tell.
    """

    def __init__(
        self,
        client: GithubClient,
        repository: str,
        workflow: str,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._client = client
        self._now = now
        self._repository = f"/repos/{repository}"
        self._path = f"{self._repository}/actions"
        self._workflow = workflow.rpartition("/")[2]

    def find(self, sha: str) -> WorkflowRun | None:
        """Return the newest run of the workflow for commit ``sha``, or None yet.

        The runs of the commit are read, not those of the workflow: GitHub does not know a
        workflow that is only on a side branch before it has run once. A run that somebody started
        by hand carries the commit of the branch, and deploys what its input names: it counts
        where there is no other.
        """
        listed = self._client.read_list(
            f"{self._path}/runs", "workflow_runs", pages=1, head_sha=sha
        )
        with understood(f"the runs of {sha[:8]}"):
            ours = [run for run in listed if self._is_ours(run) and run.get("head_sha") == sha]
            if not ours:
                return None
            by_itself = [run for run in ours if run.get("event") != BY_HAND]
            newest = max(by_itself or ours, key=lambda run: int(run["run_number"]))
        return self._with_jobs(newest)

    def get(self, run_id: int) -> WorkflowRun:
        """Return the run as it is now, with its jobs."""
        return self._with_jobs(self._client.read(f"{self._path}/runs/{run_id}"))

    def unfinished(self) -> tuple[WorkflowRun, ...]:
        """Return the runs that are not over, newest first, without their jobs; one try only."""
        path = f"{self._path}/workflows/{self._workflow}/runs"
        listed: list[Json] = []
        # A workflow that is only on a side branch, and has never run, is not known.
        with tolerating(_NOT_FOUND):
            listed = self._client.read_once(path, per_page=_NEWEST).get("workflow_runs") or []
        with understood("the runs of the deploy workflow"):
            return tuple(
                self._run(run, _state_of_run(run)) for run in listed if run["status"] != "completed"
            )

    def on_branch(self, branch: str) -> tuple[WorkflowRun, ...]:
        """Return the newest runs of the deploy workflow on ``branch``, newest first, jobless."""
        path = f"{self._path}/workflows/{quote(self._workflow)}/runs"
        listed: list[Json] = []
        # Where it has never run, GitHub does not know it.
        with tolerating(_NOT_FOUND):
            listed = self._client.read_list(path, "workflow_runs", pages=1, branch=branch)
        with understood(f"the runs on {branch}"):
            ours = [run for run in listed if self._is_ours(run) and run["head_branch"] == branch]
            ours.sort(key=lambda run: int(run["run_number"]), reverse=True)
            return tuple(self._run(run, _state_of_run(run)) for run in ours)

    def run_again(self, run_id: int) -> None:
        """Run all jobs of a run again, unless it runs; ``get`` tells by the attempt."""
        try:
            self._client.write("POST", f"{self._path}/runs/{run_id}/rerun")
        except RefusedError as error:
            # Ours, whose answer was lost, before the run's attempt told so.
            if _RUNS_ALREADY in error.message.lower():
                return
            # GitHub refuses an old one with 403, which is no missing right.
            if error.status != _FORBIDDEN or _RUN_WORDS not in error.message.lower():
                raise
            raise ProblemError(_not_run_again(error.message)) from error

    def cancel(self, run_id: int) -> None:
        """Ask for the end of a run; does nothing where it is over."""
        # GitHub answers 409 for a run that is over, or that is being cancelled already.
        with tolerating(_CONFLICT):
            self._client.write("POST", f"{self._path}/runs/{run_id}/cancel")

    def login(self) -> str:
        """Return whose token it is; empty where GitHub does not tell (an app's token)."""
        with tolerating(_FORBIDDEN):
            data = self._client.read("/user")
            with understood("the token's owner"):
                return str(data["login"])
        return ""

    def dispatch(self, branch: str, inputs: Mapping[str, str]) -> int | None:
        """Start the workflow on ``branch``; returns the run's id where the server tells it.

        Sent a second time in one case alone: where the first was refused for the key that asks
        for the id, which is a certain no. A lost answer is never followed by another try here.
        """
        asked = {"ref": branch, "inputs": dict(inputs), _DETAILS: True}
        path = f"{self._path}/workflows/{quote(self._workflow)}/dispatches"
        try:
            answer = self._client.write("POST", path, asked)
        except RefusedError as error:
            # An Enterprise server that does not know the key does nothing but say so.
            if error.status != _UNPROCESSABLE or _DETAILS not in error.message:
                raise
            answer = self._client.write("POST", path, {"ref": branch, "inputs": dict(inputs)})
        run_id = answer.get("workflow_run_id") if isinstance(answer, dict) else None
        return int(run_id) if run_id else None

    def last_log_lines(self, job_id: int, lines: int) -> tuple[str, ...]:
        """Return the end of a failed job's log up to its error; else a line why not."""
        return end_of_job(self._client, self._repository, job_id, lines)

    def run_failed_again(self, run_id: int) -> None:
        """Run the failed jobs of a run that is over again; does nothing while it runs."""
        try:
            self._client.write("POST", f"{self._path}/runs/{run_id}/rerun-failed-jobs")
        except RefusedError as error:
            if _RUNS_ALREADY not in error.message.lower():
                raise

    def _is_ours(self, run: Json) -> bool:
        path = str(run.get("path") or "").partition("@")[0]
        if path:
            return path.rpartition("/")[2] == self._workflow
        # Old Enterprise servers name the workflow by its number alone.
        number = run.get("workflow_id")
        return number is not None and int(number) == self._number

    @cached_property
    def _number(self) -> int | None:
        """The number of the workflow; None while GitHub does not know it."""
        with tolerating(_NOT_FOUND):
            found = self._client.read(f"{self._path}/workflows/{quote(self._workflow)}")
            with understood("the workflow"):
                return int(found["id"])
        return None

    def _with_jobs(self, run: Json) -> WorkflowRun:
        with understood("a workflow run"):
            seen = self._run(run, _state_of_run(run))
        newer = self._newer(run) if run.get("conclusion") == "cancelled" else ""
        if newer:
            seen = replace(seen, state=WorkflowState.SUPERSEDED, superseded_by=newer)
        if seen.state is WorkflowState.WAITING_FOR_A_PERSON:
            seen = replace(seen, environments=self._environments(seen.id))
        listed = self._client.read_list(
            f"{self._path}/runs/{seen.id}/jobs", "jobs", filter="latest"
        )
        with understood(f"the jobs of run {seen.number}"):
            return replace(seen, jobs=tuple(_job(job) for job in listed))

    def _run(self, run: Json, state: WorkflowState) -> WorkflowRun:
        created = run.get("created_at")
        return WorkflowRun(
            id=int(run["id"]),
            number=int(run["run_number"]),
            url=str(run["html_url"]),
            sha=str(run["head_sha"]),
            state=state,
            attempt=int(run.get("run_attempt") or 1),
            branch=str(run.get("head_branch") or ""),
            event=str(run.get("event") or ""),
            actor=str((run.get("actor") or {}).get("login") or ""),
            title=str(run.get("display_title") or ""),
            age_seconds=self._age(str(created)) if created else 0.0,
        )

    def _age(self, created: str) -> float:
        now = self._client.server_now() or self._now()
        return max(0.0, (now - datetime.fromisoformat(created)).total_seconds())

    def _environments(self, run_id: int) -> tuple[str, ...]:
        """Return the environments that wait for a person; empty where that may not be read."""
        try:
            path = f"{self._path}/runs/{run_id}/pending_deployments"
            listed = self._client.read_list(path, pages=0)
        except RefusedError:
            return ()
        with understood("the pending deployments"):
            return tuple(str(each["environment"]["name"]) for each in listed)

    def _newer(self, run: Json) -> str:
        """Return the link of a newer run that took its place; empty: a person cancelled it."""
        listed = self._client.read_list(
            f"{self._path}/runs", "workflow_runs", pages=1, branch=str(run.get("head_branch") or "")
        )
        with understood("the newer runs"):
            newer = [
                other
                for other in listed
                if self._is_ours(other) and int(other["run_number"]) > int(run["run_number"])
            ]
            return str(newer[0]["html_url"]) if newer else ""


def _not_run_again(message: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what="GitHub does not run that workflow run again.",
        why=message,
        next_command="hotfix rollback, which restores the recorded state without the workflow",
    )


def _state_of_run(run: Json) -> WorkflowState:
    if run["status"] != "completed":
        return _UNFINISHED.get(str(run["status"]), WorkflowState.QUEUED)
    if run["conclusion"] == "action_required":
        return WorkflowState.WAITING_FOR_A_PERSON
    # A run that was skipped as a whole has deployed nothing.
    is_good = run["conclusion"] == "success"
    return WorkflowState.SUCCEEDED if is_good else WorkflowState.FAILED


def _job(job: Json) -> Job:
    step = ""
    if job["status"] != "completed":
        state = _UNFINISHED.get(str(job["status"]), WorkflowState.QUEUED)
        step = _step(job, "status", {"in_progress"})
    elif job["conclusion"] in {"success", "neutral", "skipped"}:
        state = WorkflowState.SUCCEEDED
    else:
        state = WorkflowState.FAILED
        step = _step(job, "conclusion", {"failure", "timed_out", "cancelled"})
    return Job(int(job["id"]), str(job["name"]), state, step)


def _step(job: Json, field: str, values: set[str]) -> str:
    names = [str(step["name"]) for step in job.get("steps") or [] if step.get(field) in values]
    return names[0] if names else ""
