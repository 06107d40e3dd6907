"""Checks of a commit: the jobs of its workflow runs as check runs, and commit statuses."""

from hotfix.simulators.github import shapes
from hotfix.simulators.github.answers import Json, stamp
from hotfix.simulators.github.call import Call, Reply, Route, not_found, page_of, refused, text_of
from hotfix.simulators.github.records import ACTIONS, App, AppCheck, Job, Note, Run, Status, Step
from hotfix.simulators.github.routes import Routes

_WORST_FIRST = ("error", "failure", "pending", "success")


class CheckRoutes(Routes):
    """Answers about the checks of a commit."""

    def routes(self, repo: str) -> list[Route]:
        """Return the routes, which must come before that of a commit; ``repo`` begins the path."""
        return [
            Route("GET", f"{repo}/commits/{{ref:path}}/check-runs", self._check_runs, "checks"),
            Route("GET", f"{repo}/commits/{{ref:path}}/check-suites", self._check_suites, "checks"),
            Route("GET", f"{repo}/check-runs/{{number}}/annotations", self._annotations, "checks"),
            Route("GET", "/apps/{slug}", self._app),
            Route("GET", f"{repo}/commits/{{ref:path}}/status", self._combined, "statuses"),
            Route("POST", f"{repo}/statuses/{{sha}}", self._set_status, "statuses"),
        ]

    def _sha(self, call: Call) -> str:
        name = call.path["ref"]
        sha = self.hosted.origin.commit_of(name) or name
        if not self.hosted.origin.has_commit(sha):
            raise refused(422, f"No commit found for SHA: {name}")
        return sha

    def _check_runs(self, call: Call) -> Reply:
        sha, wanted = self._sha(call), call.query.get("check_name", "")
        found = [
            self._check_run(run, job, sha)
            for run in reversed(self.hosted.runs)
            if run.sha == sha
            for job in run.jobs
            if wanted in {"", job.name}
        ]
        found += [
            self._app_check(check)
            for check in reversed(self.hosted.app_checks)
            if check.sha == sha and wanted in {"", check.name}
        ]
        return page_of(call, found, "check_runs")

    def _check_suites(self, call: Call) -> Reply:
        sha = self._sha(call)
        suites = {run.id: ACTIONS for run in self.hosted.runs if run.sha == sha}
        suites |= {check.app.id: check.app for check in self.hosted.app_checks if check.sha == sha}
        found = [self._suite(number, app, sha) for number, app in suites.items()]
        return page_of(call, found, "check_suites")

    def _suite(self, number: int, app: App, sha: str) -> Json:
        url = f"{self.answers.api}/check-suites/{number}"
        return {
            "id": number,
            "node_id": f"CS_{number}",
            "head_branch": None,
            "head_sha": sha,
            "status": None,
            "conclusion": None,
            "url": url,
            "before": None,
            "after": None,
            "pull_requests": [],
            "app": self._app_json(app),
            "repository": self.answers.plain_repository(),
            "created_at": None,
            "updated_at": None,
            "head_commit": self.answers.simple_commit(sha),
            "latest_check_runs_count": 1,
            "check_runs_url": f"{url}/check-runs",
        }

    def _annotations(self, call: Call) -> Reply:
        notes = {job.id: job.notes for run in self.hosted.runs for job in run.jobs}
        notes |= {check.id: check.notes for check in self.hosted.app_checks}
        if call.number() not in notes:
            raise not_found()
        return page_of(call, [self._annotation(note) for note in notes[call.number()]])

    def _annotation(self, note: Note) -> Json:
        return {
            "path": note.path,
            "blob_href": f"{self.answers.page}/blob/main/{note.path}",
            "start_line": note.line,
            "end_line": note.line,
            "start_column": None,
            "end_column": None,
            "annotation_level": note.level,
            "title": note.title or None,
            "message": note.message,
            "raw_details": None,
        }

    def _app(self, call: Call) -> Reply:
        for check in self.hosted.app_checks:
            if check.app.slug == call.path["slug"]:
                return Reply(self._app_json(check.app))
        raise not_found()

    def _app_json(self, app: App) -> Json:
        return {
            **shapes.rest_of_app(),
            "id": app.id,
            "slug": app.slug,
            "name": app.name,
            "owner": self.answers.user("github"),
        }

    def _app_check(self, check: AppCheck) -> Json:
        job = Job(check.id, check.name, Step(""), check.status, check.conclusion)
        job.notes = check.notes
        page = f"https://{check.app.slug}.example/{check.id}"
        # An app has one suite for a commit.
        told = self._check_run(None, job, check.sha)
        said = {"title": check.title or None, "summary": check.summary or None}
        return told | {
            "output": told["output"] | said,
            "check_suite": {"id": check.app.id},
            "html_url": f"{self.answers.page}/runs/{check.id}",
            "details_url": page,
            "app": self._app_json(check.app),
        }

    def _check_run(self, run: Run | None, job: Job, sha: str) -> Json:
        suite = run.id if run is not None else 0
        return {
            "id": job.id,
            "node_id": f"CR_{job.id}",
            "external_id": str(job.id),
            "check_suite": {"id": suite},
            "name": job.name,
            "head_sha": sha,
            "status": job.status,
            "conclusion": job.conclusion,
            "started_at": stamp(job.started_at),
            "completed_at": stamp(job.completed_at),
            "url": f"{self.answers.api}/check-runs/{job.id}",
            "html_url": f"{self.answers.page}/actions/runs/{suite}/job/{job.id}",
            "details_url": f"{self.answers.page}/actions/runs/{suite}/job/{job.id}",
            "output": {
                "title": None,
                "summary": None,
                "text": None,
                "annotations_count": len(job.notes),
                "annotations_url": f"{self.answers.api}/check-runs/{job.id}/annotations",
            },
            "app": self._app_json(ACTIONS),
            "pull_requests": [],
        }

    def _combined(self, call: Call) -> Reply:
        sha = self._sha(call)
        newest = {it.context: it for it in self.hosted.statuses if it.sha == sha}
        states = {status.state for status in newest.values()} or {"pending"}
        worst = next(state for state in _WORST_FIRST if state in states)
        reply = page_of(call, [self.answers.status(it) for it in newest.values()], "statuses")
        commit = f"{self.answers.api}/commits/{sha}"
        reply.body.update(
            state="failure" if worst == "error" else worst,
            sha=sha,
            url=f"{commit}/status",
            commit_url=commit,
            repository=self.answers.plain_repository(),
        )
        return reply

    def _set_status(self, call: Call) -> Reply:
        sha, state = call.path["sha"], text_of(call, "state", "Status")
        if not self.hosted.origin.has_commit(sha):
            raise refused(422, f"No commit found for SHA: {sha}")
        if state not in _WORST_FIRST:
            raise refused(422, f"{state} is no state")
        status = Status(
            self.hosted.next_id(),
            sha,
            str(call.body.get("context") or "default"),
            state,
            str(call.body.get("description") or ""),
            str(call.body.get("target_url") or ""),
            call.login,
            self.hosted.now(),
        )
        self.hosted.statuses.append(status)
        return Reply(self.answers.status(status), 201)
