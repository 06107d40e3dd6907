"""What waiting for a review costs of GitHub's rate limit, and how soon an approval is seen."""

from dataclasses import replace

from tests.adapters.github.world_of_github import TARGET
from tests.engine.small_plan import MemoryJournal, plan_of, ports

from hotfix.domain.event_data import EventType
from hotfix.domain.fact_names import AUTHOR, HEAD_SHA, PULL_REQUEST_NUMBER
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.engine.run import run
from hotfix.simulators.github import GithubService
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
    known = (
        PULL_REQUEST_NUMBER(opened.number),
        AUTHOR("dana"),
        HEAD_SHA(opened.head_sha),
    )
    steps = (
        Opened(known),
        RequestReview(ladder),
        AwaitChecks(TARGET, ladder, "origin"),
        AwaitApproval(1, ladder, "origin"),
    )
    plan = plan_of(("review", None, steps))
    timeline.after(seconds, lambda: world.service.review(1, "rena"), "rena approves")
    list(run(plan, replace(ports(clock), pull_requests=world.pulls), journal))
    return journal.lines


class Remembers(GithubService):
    """Remembers of each answer to a read: the address, what was known of it, and what it is."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.reads = []

    def respond(self, request, reply):
        answer = super().respond(request, reply)
        if request.method == "GET":
            known, is_now = request.headers.get("if-none-match"), answer.headers.get("etag")
            self.reads.append((str(request.url), known, is_now, answer.status_code))
        return answer


def test_a_wait_of_ten_minutes_costs_less_than_two_percent_of_an_hours_limit(make, record_property):
    world = make()
    lines = reviewed_after(world, _TEN_MINUTES)
    assert 0 <= seconds_until_approved(lines) - _TEN_MINUTES <= 3.0
    answers = world.received.all("github")
    # GraphQL has a limit of its own and no conditional form: it is asked at the end alone.
    counted = [each for each in answers if each.status != 304]
    points = [each for each in counted if each.path == "/graphql"]
    figures = f"{len(answers)} requests in 10 minutes of review, {len(counted)} count"
    record_property(
        "figure", f"{figures} ({len(counted) / _AN_HOUR_ALLOWS:.2%} of an hour's limit)"
    )
    assert len(answers) > 300
    assert len(counted) < 0.02 * _AN_HOUR_ALLOWS, figures
    assert len(points) == 1


def test_what_costs_nothing_was_asked_for_by_its_etag_and_had_not_changed(make):
    world = make(Remembers)
    reviewed_after(world, 150.0)
    seen: dict[str, str] = {}
    for address, known, is_now, status in world.service.reads:
        # Whatever was read before is asked for by the ETag that came with it then.
        assert known == seen.get(address), address
        assert (status == 304) == (known is not None and known == is_now), address
        seen[address] = is_now
    assert sum(status == 304 for *_, status in world.service.reads) > 100
    changed = [
        address for address, known, _, status in world.service.reads if known and status == 200
    ]
    assert any(address.partition("?")[0].endswith("/reviews") for address in changed)


def test_an_approval_is_noticed_within_three_seconds_on_average(make, record_property):
    waits = [95 + 7.3 * place for place in range(6)]
    delays = [seconds_until_approved(reviewed_after(make(), wait)) - wait for wait in waits]
    mean = sum(delays) / len(delays)
    slowest = max(delays)
    record_property(
        "figure",
        f"an approval is noticed after {mean:.1f} s on average, {slowest:.1f} s at most "
        f"({len(delays)} waits)",
    )
    assert all(delay >= 0 for delay in delays)
    assert mean < 3.0


def seconds_until_approved(lines):
    """Return the seconds from the begin of the walk to the end of its last step."""
    approved = [line for line in lines if line.type is EventType.STEP_DONE][-1]
    return (approved.at - lines[0].at).total_seconds()
