"""What a branch requires, whatever GitHub answers about its rules and about its protection."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.adapters.github.fault_server import FaultServer
from tests.adapters.github.test_faults import SHA
from tests.adapters.github.world_of_github import REPOSITORY, TARGET
from tests.engine.small_plan import ports

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.protection import (
    RequiredCheck,
    RequiredChecks,
    demands_of,
    required_checks,
)
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.domain.question import Answer
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.ports.pull_requests import CheckState
from hotfix.steps.await_checks import AwaitChecks

BEGUN = datetime(2026, 11, 23, 3, 12, 9, tzinfo=UTC)
NOW = BEGUN + timedelta(minutes=2)
PATH = f"/repos/{REPOSITORY}"
UPGRADE = "Upgrade to GitHub Pro or make this repository public to enable this feature."
NO_RIGHT = "Resource not accessible by personal access token"
REFUSALS: dict[str, Any] = {
    "403 upgrade": (403, {}, {"message": UPGRADE}),
    "403 no right": (403, {}, {"message": NO_RIGHT}),
    "404": (404, {}, {"message": "Not Found"}),
    "404 not protected": (404, {}, {"message": "Branch not protected"}),
    "503": (503, {}, {"message": "Service Unavailable"}),
}
RULES = [
    {"type": "pull_request", "parameters": {"required_approving_review_count": 2}},
    {
        "type": "required_status_checks",
        "parameters": {"required_status_checks": [{"context": "ruled"}]},
    },
]
PROTECTION = {
    "required_status_checks": {"contexts": ["classic"]},
    "required_pull_request_reviews": {"required_approving_review_count": 1},
}
# What each source says: its checks and approvals, None where that is not known.
SAID_BY_RULES = {
    "200": ({"ruled"}, 2),
    "403 upgrade": (set(), 0),
    "403 no right": None,
    "404": (set(), 0),
    "503": TemporaryTroubleError,
}
SAID_BY_PROTECTION = {
    "200": ({"classic"}, 1),
    "403 upgrade": (set(), 0),
    "403 no right": None,
    "404": None,
    "404 not protected": (set(), 0),
    "503": TemporaryTroubleError,
}


@pytest.fixture(scope="module")
def server():
    with FaultServer() as server:
        yield server


@pytest.fixture
def client(server):
    with GithubClient("ghp_secret_of_dana", server.url, pauses_seconds=(0, 0)) as client:
        yield client


def answering(rules="200", protection="200", *, run=None, branch=None):
    """Return what answers like that; ``branch`` is how the branch describes itself."""
    described = {"name": TARGET, "protected": True} if branch is None else branch
    pull = {
        "number": 7,
        "html_url": "",
        "title": "",
        "state": "open",
        "user": None,
        "head": {"ref": "fix", "sha": SHA},
        "base": {"ref": TARGET},
        "labels": [],
        "merged_at": None,
        "merge_commit_sha": None,
    }

    def answer(_method, path):
        if "/rules/" in path:
            return REFUSALS.get(rules) or (200, {}, RULES)
        if path.endswith("/protection"):
            return REFUSALS.get(protection) or (200, {}, PROTECTION)
        if "/branches/" in path:
            return 200, {}, described
        if "/pulls/" in path:
            return 200, {}, pull
        if "check-runs" in path:
            return 200, {}, {"check_runs": [run] if run else []}
        return 200, {}, {"statuses": []}

    return answer


@pytest.mark.parametrize("protection", SAID_BY_PROTECTION)
@pytest.mark.parametrize("rules", SAID_BY_RULES)
def test_what_can_be_read_counts_whatever_the_other_source_answers(
    server, client, rules, protection
):
    server.answer = answering(rules, protection)
    said = [SAID_BY_RULES[rules], SAID_BY_PROTECTION[protection]]
    if TemporaryTroubleError in said:
        with pytest.raises(TemporaryTroubleError):
            required_checks(client, PATH, TARGET)
        with pytest.raises(TemporaryTroubleError):
            demands_of(client, PATH, TARGET)
        return
    known = [each for each in said if isinstance(each, tuple)]
    names = frozenset(RequiredCheck(name) for checks, _ in known for name in checks)
    required = required_checks(client, PATH, TARGET)
    assert required == RequiredChecks(names, is_all=None not in said)
    demands = demands_of(client, PATH, TARGET)
    assert demands.checks == required
    assert demands.approvals == (None if None in said else max(count for _, count in known))


@pytest.mark.parametrize("rules", [each for each in SAID_BY_RULES if each != "503"])
def test_a_branch_that_tells_of_its_protection_is_believed(server, client, rules):
    required = {"contexts": ["told"], "enforcement_level": "everyone"}
    branch = {"protected": True, "protection": {"required_status_checks": required}}
    server.answer = answering(rules, "404", branch=branch)
    assert "told" in required_checks(client, PATH, TARGET).names


def test_on_a_plan_without_protection_nothing_is_required(server, client):
    server.answer = answering("403 upgrade", "403 upgrade", branch={"protected": False})
    demands = demands_of(client, PATH, TARGET)
    assert demands.checks == RequiredChecks(frozenset(), is_all=True)
    assert demands.approvals == 0


def _run(name, conclusion):
    return {
        "id": 1,
        "name": name,
        "status": "completed",
        "conclusion": conclusion,
        "html_url": "https://github.example/run",
    }


def awaited(client, **answers):
    pulls = GithubPullRequests(client, REPOSITORY)
    given = {key: Answer(choice) for key, choice in answers.items()}
    request: Json = {"sha": SHA, "at": BEGUN.isoformat()}
    facts = Facts(
        {"pull_request_number": 7, "review_request": request}, given, now=NOW, begun_at=BEGUN
    )
    return AwaitChecks(TARGET, ReviewLadder(), "origin").run(
        facts, replace(ports(), pull_requests=pulls)
    )


def test_an_optional_red_check_ends_no_run_where_nothing_can_be_required(server, client):
    server.answer = answering("403 upgrade", "403 upgrade", run=_run("lint", "failure"))
    outcome = awaited(client)
    assert isinstance(outcome, Done)
    assert outcome.saying == "No checks are required."


def test_a_red_check_that_may_be_optional_is_asked_about_with_a_way_on(server, client):
    server.answer = answering("403 no right", "404", run=_run("lint", "failure"))
    asked = awaited(client)
    assert isinstance(asked, Ask)
    assert "cannot be read" in asked.question.text
    assert asked.question.by_yes == ""
    assert "go-on" in [option.key for option in asked.question.options]
    server.answer = answering("403 no right", "404", run=_run("tests", "failure"))
    again = awaited(client, **{asked.question.key: "go-on"})
    assert isinstance(again, Ask), "another check than the one that was accepted"


def test_going_on_says_what_was_gone_on_without(server, client):
    server.answer = answering("403 no right", "404", run=_run("lint", "failure"))
    asked = awaited(client)
    gone_on = awaited(client, **{asked.question.key: "go-on"})
    assert isinstance(gone_on, Done)
    assert gone_on.saying == "Failed, and gone on without: lint."


def test_a_check_known_to_be_required_has_no_way_on_but_to_mend_it(server, client):
    server.answer = answering("403 no right", "200", run=_run("classic", "failure"))
    asked = awaited(client)
    assert isinstance(asked, Ask)
    assert asked.question.key == "checks-failed"


def test_what_is_known_to_be_required_is_waited_for_beside_what_is_not(server, client):
    server.answer = answering("403 no right", "200", run=_run("lint", "success"))
    checks = GithubPullRequests(client, REPOSITORY).checks(SHA, TARGET)
    [classic] = [check for check in checks if check.name == "classic"]
    assert (classic.state, classic.is_assumed) == (CheckState.PENDING, False)
