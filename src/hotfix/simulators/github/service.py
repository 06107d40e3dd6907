"""The simulated GitHub as a service: who may ask, what was pushed meanwhile, and the answer."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hotfix.simulators.git_origin import GitOrigin
from hotfix.simulators.github.action_routes import ActionRoutes
from hotfix.simulators.github.answers import Answers
from hotfix.simulators.github.call import (
    Call,
    Reply,
    Route,
    not_found,
    refused,
    sign_on_first,
    whole_number,
)
from hotfix.simulators.github.check_routes import CheckRoutes
from hotfix.simulators.github.graphql import GraphqlRoute
from hotfix.simulators.github.graphql_mutations import GraphqlMutations
from hotfix.simulators.github.graphql_queries import GraphqlQueries
from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.issue_routes import IssueRoutes
from hotfix.simulators.github.merging import MergeQueue
from hotfix.simulators.github.pages import page_of
from hotfix.simulators.github.pull_routes import PullRoutes
from hotfix.simulators.github.pushes import Pushes
from hotfix.simulators.github.records import (
    COMPLETED,
    IN_PROGRESS,
    App,
    AppCheck,
    Protection,
    Review,
    Run,
)
from hotfix.simulators.github.repository_routes import RepositoryRoutes
from hotfix.simulators.pages import Page
from hotfix.simulators.server import Answer, Handler, Received, Service
from hotfix.simulators.timeline import Timeline, WorldTimings

# Where the repository is whatever it is called: former names point there.
_BY_ID = "/repositories/1"
_METHODS = "GET POST PUT PATCH DELETE"


class GithubService(Service):
    """A GitHub with one repository.

    Args:
        origin: the repository's git side; pushes come through git and are noticed.
        timings: how long checks and jobs take.
        repository: as ``owner/name``.
        accounts: token to login.
        permissions: login to ``admin``, ``write`` or ``read``; those with a token who are not
            named here may write.
        deploy_branch: the branch whose push starts the deploy workflow.

    Attributes:
        on_approved: hears of approvals by played reviewers: the number.
        forbidden_areas: permissions that the tokens lack, such as ``checks``.
        forks: names of forks of the repository, which can be looked at and no more.
        former_names: what the repository was called before; GitHub points on from there.
        single_sign_on: the page where a token must be authorised first; empty for nowhere.
        hosted: the repository's state.
    """

    def __init__(
        self,
        timeline: Timeline,
        received: Received,
        origin: GitOrigin,
        timings: WorldTimings,
        *,
        accounts: Mapping[str, str],
        repository: str = "webrana/webrana",
        permissions: Mapping[str, str] | None = None,
        deploy_branch: str = "hotfix/production",
    ) -> None:
        super().__init__("github", timeline, received)
        self.on_approved: Callable[[int], None] = lambda _number: None
        self.forbidden_areas: set[str] = set()
        self.forks: set[str] = set()
        self.former_names: set[str] = set()
        self.single_sign_on = ""
        self._accounts = dict(accounts)
        rights = dict.fromkeys(accounts.values(), "write") | dict(permissions or {})
        self.hosted = HostedRepository(repository, origin, timeline, rights)
        self._pushes = Pushes(self.hosted, timeline, timings, deploy_branch)
        self._queue = MergeQueue(self.hosted, timeline, timings, self._pushes)

    def queue_another(self, title: str) -> None:
        """Let somebody else's pull request wait in the merge queue."""
        with self.timeline.lock:
            self._queue.add(None, title, "")

    def start(self, port: int = 0) -> None:
        """Listen on ``port`` (0: a free one); requests are answered from now on."""
        super().start(port)
        self._add_routes()

    def page(self, path: str) -> Page:
        """Return the page of a pull request, an issue or a run; else the list of all."""
        return page_of(self.hosted, path)

    def notice_pushes(self) -> None:
        """Look what was pushed to the origin; every request does so, too."""
        with self.timeline.lock:
            self._pushes.notice()

    def review(self, number: int, login: str, verdict: str = "APPROVED", body: str = "") -> Review:
        """Let ``login`` review the head commit of a pull request, with GitHub's word for it."""
        with self.timeline.lock:
            self._pushes.notice()
            return self.hosted.review(self.hosted.pull(number), login, verdict, body)

    def set_protection(
        self,
        branch: str,
        required_checks: tuple[str, ...] = (),
        required_approvals: int = 0,
        **further: Any,
    ) -> None:
        """Protect a branch, which need not exist yet; ``further`` as in ``Protection``."""
        with self.timeline.lock:
            protection = Protection(tuple(required_checks), required_approvals, **further)
            self.hosted.protections[branch] = protection

    def report_check(
        self,
        sha: str,
        name: str,
        conclusion: str | None,
        app: tuple[int, str] = (77, "jenkins"),
        **further: Any,
    ) -> None:
        """Let an app, number and slug, report a check run; None: it is not over.

        ``further`` as in ``AppCheck``: what it says of it.
        """
        with self.timeline.lock:
            status = IN_PROGRESS if conclusion is None else COMPLETED
            by, number = App(app[0], app[1], app[1].capitalize()), self.hosted.next_id()
            check = AppCheck(number, sha, name, by, status, conclusion, **further)
            self.hosted.app_checks.append(check)

    def run_workflow(self, path: str, event: str, sha: str, jobs: Mapping[str, str | None]) -> Run:
        """Let a further workflow have run for ``sha``: names of its jobs to conclusions."""
        with self.timeline.lock:
            return self._pushes.ran(path, event, sha, jobs)

    def seed_deployment(self, branch: str, sha: str, days_ago: float = 0.0) -> Run:
        """Let the deploy workflow have run for ``sha`` on ``branch`` with success."""
        with self.timeline.lock:
            at = self.timeline.now() - timedelta(days=days_ago)
            return self._pushes.deployed_before(branch, sha, at)

    def let_through(self, run: Run) -> None:
        """Let the deployment of a waiting run go on, as a person does on its page."""
        with self.timeline.lock:
            self._pushes.let_through(run)

    def let_take(self, **seconds: float) -> None:
        """Let things take so long from now on, in life; names as in ``WorldTimings``."""
        with self.timeline.lock:
            self._pushes.timings = replace(self._pushes.timings, **seconds)

    def cancel(self, run: Run) -> None:
        """Cancel a run that is not over."""
        with self.timeline.lock:
            self._pushes.cancel(run)

    def respond(self, request: Request, reply: Reply) -> Response:
        """Turn a reply into what goes over the wire; a read that is known already gets a 304."""
        headers = {
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "4999",
            "X-RateLimit-Reset": str(int(self.timeline.now().timestamp()) + 3600),
            **reply.headers,
        }
        if reply.body is None:
            return Response(status_code=reply.status, headers=headers)
        content = json.dumps(reply.body).encode()
        if request.method == "GET" and reply.status == 200:
            headers["ETag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
            if request.headers.get("if-none-match") == headers["ETag"]:
                return Response(status_code=304, headers=headers)
        return Response(
            content, reply.status, headers, media_type="application/json; charset=utf-8"
        )

    def _add_routes(self) -> None:
        answers = Answers(self.hosted, self.url)
        repo = f"/repos/{self.hosted.name}"
        actions = ActionRoutes(answers, self._pushes)
        queries = GraphqlQueries(answers, self._queue)
        mutations = GraphqlMutations(self.hosted, queries, self._queue)
        about_repository = RepositoryRoutes(answers, self._pushes)
        for route in (
            *actions.routes(repo),
            *CheckRoutes(answers, self._pushes).routes(repo),
            *PullRoutes(answers, self._pushes).routes(repo),
            *IssueRoutes(answers, self._pushes).routes(repo),
            *about_repository.routes(repo),
            about_repository.commit_route(repo),
            GraphqlRoute({"query": queries.root, "mutation": mutations.root}).route(),
        ):
            self.route(route.methods, route.path, self._handler(route))
            if route.path.startswith(repo):
                by_id = f"{_BY_ID}{route.path.removeprefix(repo)}"
                self.route(route.methods, by_id, self._handler(route))

        def log(request: Request, _body: Any) -> Response:
            text = actions.log_of(whole_number(request.path_params["number"]))
            if text is None or request.query_params.get("signature") != actions.log_key:
                return PlainTextResponse("AuthenticationFailed", 403)
            return PlainTextResponse(text)

        self.route("GET", "/_logs/{number}", log)
        nowhere = Route(_METHODS, "/{rest:path}", self._elsewhere)
        self.route(nowhere.methods, nowhere.path, self._handler(nowhere))

    def _handler(self, route: Route) -> Handler:
        def handle(request: Request, body: Any) -> Response:
            login = self._login(request)
            self._pushes.notice()
            self._queue.merge_what_is_ready()
            if self.single_sign_on and request.url.path.startswith("/repos/"):
                raise sign_on_first(self.single_sign_on)
            if route.area in self.forbidden_areas:
                raise refused(403, "Resource not accessible by personal access token")
            if request.method != "GET" and not self.hosted.may_write(login):
                raise refused(403, "Must have push access to the repository.")
            if request.method != "GET" and self.hosted.is_archived:
                raise refused(403, "Repository was archived so is read-only.")
            call = Call(
                login=login,
                url=f"{self.url}{request.url.path}",
                path=dict(request.path_params),
                query=dict(request.query_params),
                body=body if isinstance(body, dict) else {},
            )
            return self.respond(request, route.handler(call))

        return handle

    def _elsewhere(self, call: Call) -> Reply:
        """Show a fork; point on from a former name, as GitHub does: by the number."""
        _, owner, name, *rest = f"{call.path['rest']}//".split("/", 3)
        if f"{owner}/{name}" in self.forks and not rest[0].strip("/"):
            return Reply(Answers(self.hosted, self.url).fork(f"{owner}/{name}", call.login))
        if f"{owner}/{name}" not in self.former_names:
            raise not_found()
        location = "/".join([f"{self.url}{_BY_ID}", *filter(None, rest[0].split("/"))])
        body = {"message": "Moved Permanently", "url": location}
        return Reply(body, 301, {"Location": location})

    def accept_token(self, token: str, login: str) -> None:
        """Let ``token`` be one of ``login`` from now on."""
        with self.timeline.lock:
            self._accounts[token] = login

    def refuse_token(self, token: str) -> None:
        """Let ``token`` be worth nothing from now on, as one that is revoked or expired."""
        with self.timeline.lock:
            self._accounts.pop(token, None)

    def _login(self, request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        login = self._accounts.get(token.strip())
        if scheme.lower() not in {"bearer", "token"} or login is None:
            body = {"message": "Bad credentials", "status": "401"}
            raise Answer(401, body)
        return login
