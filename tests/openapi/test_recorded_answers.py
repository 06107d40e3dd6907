"""What GitHub really answered, over many years and to other hands, is understood by the adapter."""

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.adapters.github.fault_server import FaultServer
from tests.openapi.exchanges import is_there, operation_of
from tests.openapi.least import Least
from tests.openapi.recordings import NotThereError, recorded

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.labels import missing_labels
from hotfix.adapters.github.protection import demands_of, merge_rules
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.reviews import may_write
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns


class Asking:
    """Asks for what a recorded answer is about, by the path that it was recorded at."""

    def __init__(self, client: GithubClient, path: str, answer: Any) -> None:
        _, _, owner, name, *rest = [*path.split("/"), "", "", ""]
        self.client, self.answer, self.rest = client, answer, rest
        self.repository, self.path = f"{owner}/{name}", f"/repos/{owner}/{name}"
        self.pulls = GithubPullRequests(client, self.repository)
        self.issues = GithubIssues(client, self.repository)
        self.runs = GithubWorkflowRuns(client, self.repository, "ci.yml")

    def number(self) -> int:
        return int(next(part for part in self.rest if part.isdecimal()))

    def after(self, word: str) -> str:
        return self.rest[self.rest.index(word) + 1]


REPOS = "/repos/{owner}/{repo}"
ASKED = {
    REPOS: lambda it: merge_rules(it.client, it.path, "main"),
    f"{REPOS}/pulls": lambda it: it.pulls.find("some-branch", "main"),
    f"{REPOS}/pulls/{{pull_number}}": lambda it: it.pulls.get(it.number()),
    f"{REPOS}/pulls/{{pull_number}}/reviews": lambda it: it.pulls.reviews(it.number()),
    f"{REPOS}/commits/{{ref}}/check-runs": lambda it: it.pulls.checks(it.after("commits"), "main"),
    f"{REPOS}/commits/{{ref}}/status": lambda it: it.pulls.checks(it.after("commits"), "main"),
    f"{REPOS}/branches/{{branch}}": lambda it: demands_of(it.client, it.path, it.after("branches")),
    f"{REPOS}/branches/{{branch}}/protection": lambda it: demands_of(
        it.client, it.path, it.after("branches")
    ),
    f"{REPOS}/git/ref/{{ref}}": lambda it: it.pulls.branch_commit(it.rest[-4]),
    f"{REPOS}/collaborators/{{username}}/permission": lambda it: may_write(
        it.client, it.path, it.after("collaborators")
    ),
    f"{REPOS}/labels": lambda it: missing_labels(it.client, it.path, ["hotfix"]),
    f"{REPOS}/issues": lambda it: it.issues.find("hotfix-run: hf-1"),
    f"{REPOS}/issues/{{issue_number}}": lambda it: it.issues.get(it.number()),
    f"{REPOS}/issues/{{issue_number}}/comments": lambda it: it.issues.comments(it.number()),
    f"{REPOS}/actions/runs": lambda it: it.runs.find(
        it.answer["workflow_runs"][0].get("head_sha", "")
    ),
    f"{REPOS}/actions/runs/{{run_id}}": lambda it: it.runs.get(it.number()),
    f"{REPOS}/actions/runs/{{run_id}}/jobs": lambda it: it.runs.get(it.number()),
    "/user": lambda it: it.runs.login(),
}


@pytest.fixture(scope="module")
def answers():
    missing = is_there()
    if missing:
        pytest.skip(missing)
    try:
        every = list(recorded())
    except NotThereError as error:
        pytest.skip(str(error))
    found: dict[str, dict[str, Any]] = {}
    for each in every:
        operation = operation_of(each.method, each.path)
        if each.method == "GET" and each.status == 200 and operation is not None:
            of_one = found.setdefault(operation.template, {})
            of_one[f"{each.path} {hash(repr(each.answer))}"] = each
    return found


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


@pytest.fixture(scope="module")
def counted():
    return Counter()


@pytest.mark.parametrize("template", ASKED)
def test_every_recorded_answer_is_understood(answers, server, template, counted):
    least = Least(with_nulls=True)
    present: list[Any] = []

    def answer(method, address):
        path = urlsplit(address).path
        if method == "GET" and path == present[-1].path:
            return 200, {}, present[-1].answer
        return least.answer(method, path)

    server.answer = answer
    for each in answers.get(template, {}).values():
        present.append(each)
        with GithubClient("ghp_x", server.url, pauses_seconds=()) as client:
            ASKED[template](Asking(client, each.path, each.answer))
        counted[template] += 1


def test_so_many_were(answers, counted, record_property):
    every = sum(len(of_one) for of_one in answers.values())
    figure = f"recorded answers: {counted.total()} of {every} are about what the adapter reads"
    record_property("figure", figure)
    assert counted.total() > 200
    assert all(counted[template] for template in ASKED), counted
