"""What waiting for a review costs of GitHub's rate limit, and how soon an approval is seen."""

from dataclasses import replace

from tests.adapters.github.world_of_github import TARGET
from tests.engine.small_plan import MemoryJournal, plan_of, ports

from hotfix.domain.event import EventType
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.engine.run import run
from hotfix.simulators.world import WorldClock
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks
from hotfix.steps.request_review import RequestReview

_AN_HOUR_ALLOWS = 5000
_TEN_MINUTES = 600.0


class Opened:
    """A step that knows a pull request which is open already."""

    name = "open_pull_request"

    def __init__(self, facts):
        self._facts = facts

    def run(self, _facts: Facts, _ports):
        return Done("Open.", self._facts)


def reviewed_after(world, seconds):
    """Walk the review of a pull request that Rena approves after ``seconds``; return the events."""
    world.service.set_protection(TARGET, ("tests",), required_approvals=1)
    world.service.hosted.permissions["rena"] = "write"
    opened = world.opened()
    timeline = world.service.timeline
    clock = WorldClock(world.clock, timeline)
    journal = MemoryJournal(clock)
    ladder = ReviewLadder(first="rena")
    known = {
        "pull_request_number": opened.number,
        "author": "dana",
        "head_sha": opened.head_sha,
    }
    steps = (
        Opened(known),
        RequestReview(ladder),
        AwaitChecks(TARGET, ladder),
        AwaitApproval(1, ladder),
    )
    plan = plan_of(("review", None, steps))
    timeline.after(seconds, lambda: world.service.review(1, "rena"), "rena approves")
    list(run(plan, replace(ports(clock), pull_requests=world.pulls), journal))
    return journal.lines


def test_a_wait_of_ten_minutes_costs_less_than_two_percent_of_an_hours_limit(world):
    reviewed_after(world, _TEN_MINUTES)
    answers = world.received.all("github")
    counted = [each for each in answers if each.status != 304 and each.path != "/graphql"]
    points = [each for each in answers if each.path == "/graphql"]
    assert len(answers) > 300
    assert len(counted) < 0.02 * _AN_HOUR_ALLOWS, f"{len(counted)} of {len(answers)} counted"
    # GraphQL has a limit of its own and no conditional form: it is asked at the end alone.
    assert len(points) == 1


def test_an_approval_is_noticed_within_three_seconds_on_average(make):
    waits = [95 + 7.3 * place for place in range(6)]
    delays = []
    for seconds in waits:
        lines = reviewed_after(make(), seconds)
        approved = [line for line in lines if line.type is EventType.STEP_DONE][-1]
        began = lines[0].at
        delays.append((approved.at - began).total_seconds() - seconds)
    assert all(delay >= 0 for delay in delays)
    assert sum(delays) / len(delays) < 3.0
