"""A rate limit is a wait that people see, and that the budget ends: the engine and the client."""

import time
from dataclasses import replace

import pytest
from tests.adapters.github.fault_server import FaultServer
from tests.adapters.github.world_of_github import REPOSITORY
from tests.engine.small_plan import MemoryJournal, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.domain.event_data import EventType
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run

_MINUTE = 60.0
_USED_UP = {"message": "API rate limit exceeded for user ID 1."}


class Asks:
    """A step that asks GitHub for something."""

    name = "request_review"

    def run(self, _facts, ports):
        ports.pull_requests.request_review(7, "rena")
        return Done("Asked.")


@pytest.fixture
def limited():
    """Walks a plan while GitHub's limit is used up for so many minutes; with the server."""
    server = FaultServer()
    client = GithubClient("ghp_dana", server.url, timeout_seconds=5)
    clock = MemoryClock()

    def walked(minutes):
        begin, real = clock.now(), time.time()

        def answer(_method, _path):
            gone = (clock.now() - begin).total_seconds()
            left = minutes * _MINUTE - gone
            if left <= 0:
                return 201, {}, {}
            reset = str(int(real + left))
            return 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, _USED_UP

        server.answer = answer
        plan = plan_of(
            ("review", 10 * _MINUTE, (Asks(),)),
            ("deploy", 5 * _MINUTE, (Says("merge", [Done("merged")]),)),
            ("verify", 3 * _MINUTE, (Says("probe", [Done("green")]),)),
            total=30 * _MINUTE,
            no_return="merge",
            needed_after=("deploy", "verify"),
        )
        journal = MemoryJournal(clock)
        record.begin(journal, Incident("x"), plan, RunSettings())
        at = replace(ports(clock), pull_requests=GithubPullRequests(client, REPOSITORY))
        list(run(plan, at, journal))
        return journal

    yield walked, server
    client.close()
    server.stop()


def test_a_limit_that_ends_in_time_is_one_wait_that_says_how_long(limited):
    walked, server = limited
    journal = walked(5)
    assert fold(journal.events()).state is RunState.DONE
    (troubled,) = [line for line in journal.lines if line.type is EventType.STEP_TROUBLED]
    assert "GitHub's rate limit is used up; it is free again in 30" in str(troubled.data["saying"])
    assert server.count("POST") == 2


def test_a_limit_that_lasts_longer_than_the_budget_is_not_waited_for(limited):
    walked, server = limited
    journal = walked(55)
    progress = fold(journal.events())
    assert progress.state is RunState.FAILED
    assert progress.problem is not None
    assert "rate limit is used up" in progress.problem.why
    assert progress.problem.next_command == "hotfix resume hf-test, from 04:07:10 UTC on"
    assert (journal.lines[-1].at - journal.lines[0].at).total_seconds() == 0
    assert server.count("POST") == 1
