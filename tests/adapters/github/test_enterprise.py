"""An Enterprise server: REST below /api/v3, GraphQL beside it, and keys that it does not know."""

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.adapters.github.world_of_github import TARGET, TOKEN

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.needs import needs
from hotfix.adapters.github.token import variable_for
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.ports.pull_requests import HandedOver, ReviewDecision


class BelowApi:
    """Answers below ``/api/v3`` and at ``/api/graphql`` alone, as an Enterprise server does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            is_api = path.startswith("/api/v3/") or path == "/api/graphql"
            within = path.removeprefix("/api/v3").removeprefix("/api") if is_api else "/nowhere"
            scope = {**scope, "path": within, "raw_path": within.encode()}
        await self._app(scope, receive, send)


@pytest.fixture
def enterprise(world):
    world.service.app.add_middleware(BelowApi)
    world.client.close()
    world.client = GithubClient(TOKEN, f"{world.service.url}/api/v3")
    return world


def test_rest_and_graphql_are_each_found_below_its_own_path(enterprise):
    enterprise.service.set_protection(TARGET, merge_queue=True)
    opened, pulls = enterprise.opened(), enterprise.pulls
    pulls.add_labels(1, ["hotfix"])
    assert pulls.get(1).labels == ("hotfix",)
    assert pulls.review_decision(1) is ReviewDecision.UNKNOWN
    left = pulls.hand_over(1, opened.head_sha, MergeHow.QUEUE, "squash", "Title")
    assert left == HandedOver(MergeHow.QUEUE, 1, "awaiting_checks")
    enterprise.pass_time(60)
    assert pulls.get(1).is_merged


def test_an_address_without_api_v3_is_said_to_be_wrong(server):
    server.answer = lambda _method, _path: (404, {}, {"message": "Not Found"})
    with (
        GithubClient(TOKEN, server.url) as client,
        pytest.raises(ProblemError) as error,
    ):
        needs(
            client,
            "webrana/webrana",
            base="main",
            merge_into="main",
            merge_method="squash",
            labels=(),
            reviewer="",
            workflow="",
        )
    problem = error.value.problem
    assert problem.code is ProblemCode.CONFIGURATION
    assert "no API of GitHub" in problem.what
    assert '/api/v3", then: hotfix doctor' in problem.next_command


def test_the_variable_that_holds_the_token_is_the_one_of_the_host():
    assert variable_for("api.github.com") == "GH_TOKEN"
    assert variable_for("github.webrana.example") == "GH_ENTERPRISE_TOKEN"
