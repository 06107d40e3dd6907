"""Whatever else a service answers in JSON: every read ends in a result, or in words of ours.

Each part of each true answer is left out, or replaced by one of another kind; a seeded part of
all these is tried with every run.
"""

import json
import random
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Part
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET, make_template
from tests.adapters.github.world_of_github import TOKEN as GITHUB_TOKEN
from tests.adapters.github.world_of_github import make_world as make_github
from tests.adapters.kubernetes.world import BACKEND, BAD
from tests.adapters.kubernetes.world import World as Cluster
from tests.faults.broken_answers import mutations
from tests.memory_clock import MemoryClock

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.needs import needs
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.adapters.kubernetes.api import connection
from hotfix.adapters.pagerduty import PagerDutyOnCall
from hotfix.adapters.slack_channel import SlackChannel
from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.messenger import Message
from hotfix.ports.shared_records import SharedRun
from hotfix.simulators.pagerduty import ESCALATION_POLICY_ID, PagerdutyService
from hotfix.simulators.server import Received
from hotfix.simulators.slack import SlackService
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import Timeline

SEED = 20261126
OTHERS_A_READ = 10
IN_WORDS = (ProblemError, TemporaryTroubleError)


@dataclass
class Changed:
    """What is answered in place of the truth, to requests whose path ends like this."""

    kept: dict[str, Any]
    path: str = ""
    body: bytes = b""


class ChangesAnswers:
    """Middleware that keeps the last true JSON of each path, and answers what ``changed`` says."""

    def __init__(self, app: ASGIApp, changed: Changed) -> None:
        self._app = app
        self._changed = changed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: list[Part] = []
        kept = bytearray()

        async def keep(message: Part) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
            kept.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        path, body = str(scope["path"]), bytes(kept)
        if self._changed.path == path:
            body = self._changed.body
        elif start[0]["status"] == 200 and not self._changed.path and body[:1] in {b"{", b"["}:
            self._changed.kept[path] = json.loads(body)
        # No tags: what was read a moment ago must not be taken for what is answered now.
        headers = [(name, value) for name, value in start[0]["headers"] if name not in _DROPPED]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**start[0], "headers": headers})
        await send({"type": "http.response.body", "body": body})


_DROPPED = {b"content-length", b"etag"}


def tried(changed: Changed, read: Any) -> int:
    """Make ``read`` meet other answers; return how many it met without a traceback."""
    changed.path, changed.kept = "", {}
    read()
    dice = random.Random(SEED)  # noqa: S311 - a test's dice
    others = [
        (path, where, other)
        for path, true in changed.kept.items()
        for where, other in mutations(true)
    ]
    met = dice.sample(others, min(OTHERS_A_READ, len(others)))
    for path, where, other in met:
        changed.path, changed.body = path, json.dumps(other).encode()
        try:
            read()
        except IN_WORDS:
            pass
        except Exception as error:  # noqa: BLE001 - the test is that there is no other
            pytest.fail(f"{path}: {where}: {type(error).__name__}: {error}")
    changed.path = ""
    return len(met)


def test_github(tmp_path):
    make_template(tmp_path / "template")
    world = make_github(tmp_path / "template", tmp_path / "world")
    changed = Changed({})
    world.service.app.add_middleware(ChangesAnswers, changed=changed)
    with GithubClient(GITHUB_TOKEN, world.service.url, pauses_seconds=()) as client:
        pulls = GithubPullRequests(client, REPOSITORY)
        runs = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml", world.clock.now)
        issues = GithubIssues(client, REPOSITORY)
        world.service.set_protection(TARGET, ("tests",), 1, by_ruleset=True)
        issue = issues.open("checkout returns 500", "It does.", ())
        issues.comment(issue.number, "me, too")
        opened = world.opened()
        world.service.review(opened.number, "rena")
        world.pass_time(600)
        sha = opened.head_sha
        found = runs.on_branch(BRANCH)
        reads: dict[str, Any] = {
            "find": lambda: pulls.find(BRANCH, TARGET),
            "get": lambda: pulls.get(opened.number),
            "reviews": lambda: pulls.reviews(opened.number),
            "decision": lambda: pulls.review_decision(opened.number),
            "checks": lambda: pulls.checks(sha, TARGET),
            "rules": lambda: pulls.merge_rules(TARGET),
            "handed over": lambda: pulls.handed_over(opened.number),
            "branch": lambda: pulls.branch_commit(TARGET),
            "run": lambda: runs.find(sha),
            "runs": lambda: runs.on_branch(BRANCH),
            "unfinished": runs.unfinished,
            "login": runs.login,
            "issue": lambda: issues.get(issue.number),
            "issues": lambda: issues.find("nothing"),
            "comments": lambda: issues.comments(issue.number),
            "needs": lambda: needs(
                client,
                REPOSITORY,
                base="main",
                merge_into=TARGET,
                merge_method="squash",
                labels=("hotfix",),
                reviewer="rena",
                workflow="deploy.yml",
            ),
            **{f"run {each.id}": partial(runs.get, each.id) for each in found[:1]},
        }
        met = {name: tried(changed, read) for name, read in reads.items()}
        world.service.stop()
    assert all(met.values()), met


def test_the_cluster(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "_PAUSES_SECONDS", ())
    world = Cluster(tmp_path)
    changed = Changed({})
    world.service.app.add_middleware(ChangesAnswers, changed=changed)
    cluster = world.cluster
    (record,) = cluster.record([BACKEND])
    world.deploy(BAD)
    world.let_pass(40)
    held = cluster.claim_lock("hf-1", "dana")
    records = cluster.shared_records
    status = {"run": "hf-1", "state": "running", "started_at": "2026-03-12T03:12:09+00:00"}
    records.write(SharedRun("hf-1", "dana", held.token, None, status), b"{}\n")
    reads: dict[str, Any] = {
        "record": lambda: cluster.record([BACKEND]),
        "look": lambda: cluster.look([BACKEND]),
        "survey": lambda: cluster.survey([record]),
        "revisions": lambda: cluster.revisions([BACKEND]),
        "at revision": lambda: cluster.at_revision([BACKEND], 1),
        "lock": cluster.lock_holder,
        "needs": lambda: cluster.needs([BACKEND]),
        "logs": lambda: list(cluster.logs("", 60, follow=False)),
        "shared": records.all,
        "a shared one": lambda: records.find("hf-1"),
        "a shared journal": lambda: records.read("hf-1"),
    }
    met = {name: tried(changed, read) for name, read in reads.items()}
    world.service.stop()
    assert all(met.values()), met


def test_slack():
    service = SlackService(Timeline(MemoryClock()), Received(), token="xoxb-1")
    changed = Changed({})
    service.app.add_middleware(ChangesAnswers, changed=changed)
    service.start()
    channel = SlackChannel("xoxb-1", "#engineering", service.base_url)
    parent = channel.post("hf-1", "parent", Message("checkout returns 500"))
    channel.post("hf-1", "note:1", Message("dana: a note"), parent.id)
    reads: dict[str, Any] = {
        "find": lambda: SlackChannel("xoxb-1", "#engineering", service.base_url).find("hf-1"),
        "replies": lambda: channel.replies("hf-1", parent.id),
        "needs": channel.needs,
        "update": lambda: channel.update(parent, Message("fixed")),
        "post": lambda: channel.post("hf-1", "note:2", Message("again"), parent.id),
    }
    met = {name: tried(changed, read) for name, read in reads.items()}
    service.stop()
    assert all(met.values()), met


def test_the_status_page():
    service = StatuspageService(Timeline(MemoryClock()), Received(), key="key", page_id="page")
    changed = Changed({})
    service.app.add_middleware(ChangesAnswers, changed=changed)
    service.start()
    page = StatuspageIncidents("key", "page", service.url)
    opened = page.open("hf-1", "checkout returns 500", "identified", "We know.")
    reads: dict[str, Any] = {
        "find": lambda: page.find("hf-1"),
        "unresolved": page.unresolved,
        "get": lambda: page.get(opened.id),
        "needs": page.needs,
        "update": lambda: page.update(opened, "resolved", "Over."),
    }
    met = {name: tried(changed, read) for name, read in reads.items()}
    service.stop()
    assert all(met.values()), met


def test_the_pager():
    on_call = [("Noor Haddad", "noor@webrana.example", 1)]
    service = PagerdutyService(Timeline(MemoryClock()), Received(), key="key", on_call=on_call)
    changed = Changed({})
    service.app.add_middleware(ChangesAnswers, changed=changed)
    service.start()
    pager = PagerDutyOnCall("key", (), (ESCALATION_POLICY_ID,), service.url)
    met = {"on call": tried(changed, pager.on_call), "needs": tried(changed, pager.needs)}
    service.stop()
    assert all(met.values()), met
