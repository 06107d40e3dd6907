"""Whatever GitHub's description lets an operation leave out, the adapter can do without."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.adapters.github.fault_server import FaultServer
from tests.openapi.exchanges import Exchange, complaints, is_there, operation_of
from tests.openapi.least import Least

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.needs import needs
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.repository_number import number_of
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.ports.pull_requests import Check, CheckState
from hotfix.ports.readiness import Finding

REPOSITORY, SHA = "text/text", "text"
RED = Check("lint", CheckState.FAILED, "", is_required=True, number=1, notes=1, job=1)


@pytest.fixture(scope="module")
def seen():
    return {}


@pytest.fixture(params=[True, False], ids=["with nulls", "without"])
def least(request, seen):
    """A GitHub that answers each question with the least."""
    missing = is_there()
    if missing:
        pytest.skip(missing)
    server, made = FaultServer(), Least(with_nulls=request.param)

    def answer(method, address):
        path = urlsplit(address).path
        status, headers, body = made.answer(method, path)
        exchange = Exchange(method, path, "", b"", status, "application/json", body.encode())
        wrong.extend(complaints(exchange))
        template = getattr(operation_of(method, path), "template", "")
        seen[method, template] = max(seen.get((method, template), 0), body.count('":'))
        return status, headers, body

    server.answer = answer
    wrong: list[str] = []
    with GithubClient("ghp_x", server.url, pauses_seconds=()) as client:
        yield client
    server.stop()
    assert not wrong, "what is said to be an answer is none"


PULLS = {
    "find": lambda pulls: pulls.find("text", "text"),
    "get": lambda pulls: pulls.get(1),
    "open": lambda pulls: pulls.open("Title", "Body", "text", "text"),
    "add labels": lambda pulls: pulls.add_labels(1, ["hotfix"]),
    "request review": lambda pulls: pulls.request_review(1, "rena"),
    "reviews": lambda pulls: pulls.reviews(1),
    "checks": lambda pulls: pulls.checks(SHA, "text"),
    "causes": lambda pulls: pulls.causes([RED]),
    "merge": lambda pulls: pulls.merge(1, SHA, "squash", "Title"),
    "merge rules": lambda pulls: pulls.merge_rules("text"),
    "close": lambda pulls: pulls.close(1),
    "ensure branch": lambda pulls: pulls.ensure_branch("text", SHA),
    "branch commit": lambda pulls: pulls.branch_commit("text"),
}
RUNS = {
    "find": lambda runs: runs.find(SHA),
    "get": lambda runs: runs.get(1),
    "unfinished": lambda runs: runs.unfinished(),
    "on branch": lambda runs: runs.on_branch("text"),
    "run again": lambda runs: runs.run_again(1),
    "run failed again": lambda runs: runs.run_failed_again(1),
    "cancel": lambda runs: runs.cancel(1),
    "login": lambda runs: runs.login(),
    "dispatch": lambda runs: runs.dispatch("text", {"commit": SHA}),
    "log": lambda runs: runs.last_log_lines(1, 5),
}
ISSUES = {
    "get": lambda issues: issues.get(1),
    "find": lambda issues: issues.find("marker"),
    "open": lambda issues: issues.open("Title", "Body", ["bug"]),
    "comment": lambda issues: issues.comment(1, "It is out."),
    "comments": lambda issues: issues.comments(1),
}


@pytest.mark.parametrize("ask", PULLS.values(), ids=PULLS)
def test_pull_requests(least, ask):
    ask(GithubPullRequests(least, REPOSITORY))


@pytest.mark.parametrize("ask", RUNS.values(), ids=RUNS)
def test_workflow_runs(least, ask):
    ask(GithubWorkflowRuns(least, REPOSITORY, "text"))


@pytest.mark.parametrize("ask", ISSUES.values(), ids=ISSUES)
def test_issues(least, ask):
    ask(GithubIssues(least, REPOSITORY))


def test_what_a_hotfix_needs(least):
    asked: Any = {
        "base": "text",
        "merge_into": "text",
        "merge_method": "squash",
        "labels": ("text",),
    }
    found = needs(
        least,
        REPOSITORY,
        **asked,
        reviewer="rena",
        second_reviewer="text/team",
        workflow="text",
        pushes_to="https://127.0.0.1/text/fork",
    )
    cannot = [need for need in found if "cannot be" in need.saw or "could not" in need.saw]
    assert not cannot, "what may be left out is not missed"
    assert {need.finding for need in found} <= {Finding.OK, Finding.WARNING, Finding.FAILED}


def test_the_repositorys_number(least):
    assert number_of(least, REPOSITORY) == 1


def test_every_operation_that_is_used_was_answered_with_the_least(seen, record_property):
    """Counts what the tests above asked for; 37 is what the adapter used when this was written."""
    if not seen:
        pytest.skip(is_there())
    fields = sum(seen.values())
    figure = f"least answers: {len(seen)} operations of GitHub's description, {fields} fields"
    record_property("figure", figure)
    assert len(seen) >= 37, sorted(seen)
