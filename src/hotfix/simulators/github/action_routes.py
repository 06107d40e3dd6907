"""GitHub Actions: workflows, runs, jobs, logs, and the deployments that they record."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from hotfix.simulators.github import shapes
from hotfix.simulators.github.answers import Json, stamp
from hotfix.simulators.github.call import (
    Call,
    Reply,
    Route,
    not_found,
    page_of,
    refused,
    text_of,
)
from hotfix.simulators.github.pushes import DEPLOY_WORKFLOW, TEST_WORKFLOW
from hotfix.simulators.github.records import COMPLETED, Job, Run
from hotfix.simulators.github.routes import Routes

# GitHub's limits ("Re-running workflows and jobs").
_RERUN_DAYS, _RERUNS = 30, 50
_NAMES = {DEPLOY_WORKFLOW: "Deploy", TEST_WORKFLOW: "Tests"}


@dataclass(frozen=True)
class ActionRoutes(Routes):
    """Answers about workflow runs; whoever has ``log_key`` needs no token for a log."""

    log_key: str = field(default_factory=lambda: secrets.token_hex(8))

    def routes(self, repo: str) -> list[Route]:
        """Return the routes; ``repo`` is the path's beginning."""
        actions, area = f"{repo}/actions", "actions"
        run = f"{actions}/runs/{{number}}"
        return [
            Route("GET", f"{actions}/workflows", self._workflows, area),
            Route("GET", f"{actions}/workflows/{{name}}", self._workflow, area),
            Route("GET", f"{actions}/workflows/{{name}}/runs", self._runs, area),
            Route("POST", f"{actions}/workflows/{{name}}/dispatches", self._dispatch, area),
            Route("GET", f"{actions}/runs", self._runs, area),
            Route("GET", run, self._run, area),
            Route("GET", f"{run}/jobs", self._jobs, area),
            Route("POST", f"{run}/cancel", self._cancel, area),
            Route("POST", f"{run}/rerun", self._run_again, area),
            Route("POST", f"{run}/rerun-failed-jobs", self._run_failed_again, area),
            Route("GET", f"{run}/pending_deployments", self._pending, area),
            Route("GET", f"{actions}/jobs/{{number}}/logs", self._logs, area),
        ]

    def log_of(self, number: int) -> str | None:
        """Return the log of a job as it is stored, each line with its time, or None."""
        found = self._found_job(number)
        if found is None or found[1].status != COMPLETED:
            return None
        at: datetime = found[1].completed_at or self.hosted.now()
        return "".join(
            f"{at:%Y-%m-%dT%H:%M:%S}.0000000Z {it}\n" for it in found[1].log.splitlines()
        )

    def _known_workflows(self) -> list[str]:
        """Return the files: on the default branch, or run before."""
        head = self.hosted.origin.commit_of(self.hosted.default_branch)
        ran = {run.path for run in self.hosted.runs}
        return [
            path
            for path in _NAMES
            if path in ran or (head is not None and self.hosted.origin.has_file(head, path))
        ]

    def _names(self) -> dict[str, str]:
        """Return what each workflow is called; one that a test adds, after its file."""
        return _NAMES | {it.path: it.path for it in self.hosted.runs if it.path not in _NAMES}

    def _workflow_json(self, path: str) -> Json:
        number = 1 + list(_NAMES).index(path)
        name = path.rpartition("/")[2]
        branch = self.hosted.default_branch
        return {
            **shapes.rest_of_workflow(number),
            "id": number,
            "name": _NAMES[path],
            "path": path,
            "state": "active",
            "url": f"{self.answers.api}/actions/workflows/{number}",
            "html_url": f"{self.answers.page}/blob/{branch}/{path}",
            "badge_url": f"{self.answers.page}/workflows/{quote(name)}/badge.svg",
        }

    def _workflows(self, call: Call) -> Reply:
        found = [self._workflow_json(path) for path in self._known_workflows()]
        return page_of(call, found, "workflows")

    def _workflow_path(self, name: str) -> str:
        for path in self._known_workflows():
            if name in {path.rpartition("/")[2], str(1 + list(_NAMES).index(path))}:
                return path
        raise not_found()

    def _workflow(self, call: Call) -> Reply:
        return Reply(self._workflow_json(self._workflow_path(call.path["name"])))

    def _runs(self, call: Call) -> Reply:
        path = self._workflow_path(call.path["name"]) if "name" in call.path else ""
        status = call.query.get("status", "")
        fields = {"head_sha": "sha", "event": "event", "branch": "branch"}
        found = [
            run
            for run in reversed(self.hosted.runs)
            if path in {"", run.path}
            and (self.hosted.now() - run.created_at).total_seconds() >= self.hosted.lists_lag
            and status in {"", run.status, run.conclusion}
            and all(
                call.query.get(name, "") in {"", getattr(run, field)}
                for name, field in fields.items()
            )
        ]
        return page_of(call, [self._run_json(run) for run in found], "workflow_runs")

    def _found_run(self, call: Call) -> Run:
        number = call.number()
        for run in self.hosted.runs:
            if run.id == number:
                return run
        raise not_found()

    def _run(self, call: Call) -> Reply:
        return Reply(self._run_json(self._found_run(call)))

    def _run_json(self, run: Run) -> Json:
        url = f"{self.answers.api}/actions/runs/{run.id}"
        names = self._names()
        number = 1 + list(names).index(run.path)
        return {
            **shapes.rest_of_run(self.answers.api, url, number),
            "head_commit": self.answers.simple_commit(run.sha),
            "repository": self.answers.plain_repository(),
            "head_repository": self.answers.plain_repository(),
            "id": run.id,
            "name": names[run.path],
            "path": run.path,
            "check_suite_id": run.id,
            "run_number": run.number,
            "run_attempt": run.attempt,
            "event": run.event,
            "status": run.status,
            "conclusion": run.conclusion,
            "head_branch": run.branch,
            "head_sha": run.sha,
            "display_title": run.title,
            "workflow_id": number,
            "actor": self.answers.user(run.actor),
            "created_at": stamp(run.created_at),
            "updated_at": stamp(run.created_at),
            "run_started_at": stamp(run.created_at),
            "url": url,
            "html_url": f"{self.answers.page}/actions/runs/{run.id}",
            "jobs_url": f"{url}/jobs",
            "logs_url": f"{url}/logs",
            "pull_requests": [],
        }

    def _jobs(self, call: Call) -> Reply:
        run = self._found_run(call)
        return page_of(call, [self._job_json(run, job) for job in run.jobs], "jobs")

    def _found_job(self, number: int) -> tuple[Run, Job] | None:
        jobs = ((run, job) for run in self.hosted.runs for job in run.jobs)
        return next((it for it in jobs if it[1].id == number), None)

    def _job_json(self, run: Run, job: Job) -> Json:
        step: dict[str, Any] = {
            "name": job.step.name,
            "number": 1,
            "status": job.step.status,
            "conclusion": job.step.conclusion,
            "started_at": stamp(job.started_at),
            "completed_at": stamp(job.completed_at),
        }
        return {
            **shapes.rest_of_job(job.id),
            "id": job.id,
            "run_id": run.id,
            "run_attempt": run.attempt,
            "name": job.name,
            "workflow_name": self._names()[run.path],
            "head_sha": run.sha,
            "head_branch": run.branch,
            "status": job.status,
            "conclusion": job.conclusion,
            "created_at": stamp(run.created_at),
            # As on GitHub: the start of a job that waits is when it was asked for.
            "started_at": stamp(job.started_at or run.created_at),
            "completed_at": stamp(job.completed_at),
            "steps": [step] if job.started_at else [],
            "labels": ["ubuntu-latest"],
            "url": f"{self.answers.api}/actions/jobs/{job.id}",
            "run_url": f"{self.answers.api}/actions/runs/{run.id}",
            "check_run_url": f"{self.answers.api}/check-runs/{job.id}",
            "html_url": f"{self.answers.page}/actions/runs/{run.id}/job/{job.id}",
        }

    def _logs(self, call: Call) -> Reply:
        number = call.number()
        if self.log_of(number) is None:
            raise not_found()
        # As on GitHub: a signed address of the storage, which wants no token.
        location = f"{self.answers.address}/_logs/{number}?signature={self.log_key}"
        return Reply(None, 302, {"Location": location})

    def _cancel(self, call: Call) -> Reply:
        run = self._found_run(call)
        if run.status == COMPLETED:
            raise refused(409, "Cannot cancel a workflow run that is completed.")
        self.pushes.ask_for_the_end(run)
        return Reply({}, 202)

    def _run_again(self, call: Call) -> Reply:
        self.pushes.run_again(self._over(call))
        return Reply({}, 201)

    def _run_failed_again(self, call: Call) -> Reply:
        self.pushes.run_again(self._over(call), only_failed=True)
        return Reply({}, 201)

    def _over(self, call: Call) -> Run:
        run = self._found_run(call)
        if run.status != COMPLETED:
            raise refused(403, "This workflow is already running")
        if (self.hosted.now() - run.created_at).days >= _RERUN_DAYS:
            why = "Unable to retry this workflow run because it was created over a month ago"
            raise refused(403, why)
        if run.attempt > _RERUNS:
            raise refused(403, "This workflow run has been re-run too many times")
        return run

    def _pending(self, call: Call) -> Reply:
        run = self._found_run(call)
        if not run.environment:
            return Reply([])
        waiting = {
            "environment": {"id": 1, "name": run.environment},
            "wait_timer": 0,
            "wait_timer_started_at": None,
            "current_user_can_approve": False,
            "reviewers": [],
        }
        return Reply([waiting])

    def _dispatch(self, call: Call) -> Reply:
        path, branch = self._workflow_path(call.path["name"]), text_of(call, "ref", "Workflow")
        branch = branch.removeprefix("refs/heads/")
        sha = self.hosted.origin.commit_of(branch)
        if sha is None:
            raise refused(422, f"No ref found for: {branch}")
        text = self.hosted.origin.read(sha, path)
        if "workflow_dispatch" not in text:
            raise refused(422, "Workflow does not have 'workflow_dispatch' trigger")
        inputs = {str(key): str(value) for key, value in (call.body.get("inputs") or {}).items()}
        unknown = [name for name in inputs if f"{name}:" not in text]
        if unknown:
            raise refused(422, f"Unexpected inputs provided: {unknown}")
        run = self.pushes.dispatch(branch, inputs, call.login)
        run.title = _run_name(text, inputs) or run.title
        if not call.body.get("return_run_details"):
            return Reply(None, 204)
        details = self._run_json(run)
        links = {"run_url": details["url"], "html_url": details["html_url"]}
        return Reply({"workflow_run_id": run.id, **links})


def _run_name(workflow: str, inputs: dict[str, str]) -> str:
    """Return the title that a workflow's ``run-name`` gives, or an empty text; inputs only."""
    found = re.search(r"^run-name:\s*(.+)$", workflow, re.MULTILINE)
    if found is None:
        return ""
    return re.sub(
        r"\$\{\{\s*inputs\.(\w+)[^}]*\}\}", lambda it: inputs.get(it[1], ""), found[1]
    ).strip("'\"")
