"""What is configured and is not there is said at the start, with its mend: a table."""

import pytest
from tests.adapters.running_services import RunningServices
from tests.memory_clock import MemoryClock

from hotfix.adapters.pagerduty import PagerDutyOnCall
from hotfix.adapters.slack_channel import SlackChannel
from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.ports.messenger import Addressee
from hotfix.ports.readiness import Finding
from hotfix.simulators.pagerduty import ESCALATION_POLICY_ID, SCHEDULE_ID, PagerdutyService
from hotfix.simulators.server import Received
from hotfix.simulators.slack import SlackService
from hotfix.simulators.slack_people import SlackMember
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import Timeline

KEY, PAGE = "drill-key", "webrana1page"
RENA = SlackMember("U0RENA0001", "rena", "Rena", "rena@webrana.example")


@pytest.fixture(scope="module")
def running():
    with RunningServices() as running:
        yield running


@pytest.fixture
def start(running):
    def start(kind, **options):
        return running.start(kind(Timeline(MemoryClock()), Received(), **options))

    return start


def warned(needs):
    """Return what was seen and what to do of every need that is not met, by its name."""
    assert all(need.finding in {Finding.OK, Finding.WARNING} for need in needs)
    return {it.name: f"{it.saw} -> {it.mend}" for it in needs if it.finding is Finding.WARNING}


def archive(slack):
    slack.archived.add(slack.channel_id)


SLACK = {
    "a channel that is not there": (
        {"channel": "#nowhere"},
        None,
        "usable",
        ["no open channel #nowhere", "[slack] channel in hotfix.toml", "a private one by its id"],
    ),
    "a channel whose id is not there": (
        {"channel": "C0NOWHERE1"},
        None,
        "usable",
        ["no open channel C0NOWHERE1", "channel_not_found", "[slack] channel in hotfix.toml"],
    ),
    "an archived channel": ({}, archive, "usable", ["not archived", "Unarchive it"]),
    "an archived channel by its id": (
        {"channel": "C0TEAM0001"},
        archive,
        "channel",
        ["C0TEAM0001 is archived", "Unarchive C0TEAM0001 in Slack"],
    ),
    "a channel without the app": (
        {"channel": "#random"},
        None,
        "member",
        ["not in #random", "In #random, type: /invite @hotfix"],
    ),
    "an address that nobody has": (
        {"users": {"rena": "nobody@webrana.example"}},
        None,
        "pings",
        ["named without a ping: rena", 'users = { "rena" = "U..." }'],
    ),
    "a group that is not there": (
        {"users": {"rena": "S0NOBODY01"}},
        None,
        "pings",
        ["named without a ping: rena"],
    ),
    "an id that nobody has": (
        {"users": {"rena": "U0NOBODY01"}},
        None,
        "pings",
        ["named without a ping: rena", 'users = { "rena" = "U..." }'],
    ),
}
SCOPES = {
    "chat:write": "scopes",
    "channels:read": "scopes",
    "channels:history": "scopes",
    "users:read": "people",
    "users:read.email": "people",
}


@pytest.mark.parametrize(("scope", "name"), SCOPES.items(), ids=SCOPES)
def test_a_scope_that_is_missing(start, scope, name):
    slack = start(SlackService, token=KEY)
    slack.scopes.remove(scope)
    found = warned(SlackChannel(KEY, "#engineering", slack.base_url).needs())
    assert f"lacks {scope}" in found[name]
    assert f"add {scope}, reinstall" in found[name]


@pytest.mark.parametrize(("given", "change", "name", "words"), SLACK.values(), ids=SLACK)
def test_slack(start, given, change, name, words):
    slack = start(SlackService, token=KEY)
    slack.join(RENA)
    if change is not None:
        change(slack)
    options = {"channel": "#engineering", "users": {"rena": RENA.email}, **given}
    found = warned(SlackChannel(KEY, base_url=slack.base_url, **options).needs([Addressee("rena")]))
    assert name in found
    assert not [each for each in words if each not in found[name]], found[name]


def test_who_is_there_is_known_by_address_and_by_id(start):
    slack = start(SlackService, token=KEY)
    slack.join(RENA)
    slack.groups = {"S0GROUP001"}
    for user in (RENA.email, RENA.id, "S0GROUP001"):
        channel = SlackChannel(KEY, "#engineering", slack.base_url, {"rena": user})
        assert warned(channel.needs([Addressee("rena")])) == {}


STATUSPAGE = {
    "a page that is not there": (
        ("another1page", ()),
        "page",
        ["no page another1page", "[statuspage] page_id"],
    ),
    "a component that is not there": (
        (PAGE, ("CMP1CHECKOUT", "Basket")),
        "components",
        ["not on the page: Basket", "there are: CMP1CHECKOUT, CMP2SHOP", "[statuspage] components"],
    ),
}


@pytest.mark.parametrize(("given", "name", "words"), STATUSPAGE.values(), ids=STATUSPAGE)
def test_statuspage(start, given, name, words):
    service = start(StatuspageService, key=KEY, page_id=PAGE)
    page_id, components = given
    found = warned(StatuspageIncidents(KEY, page_id, service.url, components).needs())
    assert list(found) == [name]
    assert not [each for each in words if each not in found[name]], found[name]


PAGERDUTY = {
    "a schedule that is not there": (
        ((SCHEDULE_ID, "PNOWHERE"), ()),
        ["no schedule PNOWHERE", "404", "Set [pagerduty] schedule_ids in hotfix.toml"],
    ),
    "a policy that is not there": (
        ((), (ESCALATION_POLICY_ID, "PNOWHERE")),
        ["no escalation policy PNOWHERE", "404", "Set [pagerduty] escalation_policy_ids"],
    ),
    "a policy with nobody on call": (
        ((), (ESCALATION_POLICY_ID,)),
        ["nobody is on call now in PPOLICY1", "Fill the gap in PagerDuty"],
    ),
}


@pytest.mark.parametrize(("given", "words"), PAGERDUTY.values(), ids=PAGERDUTY)
def test_pagerduty(start, given, words):
    schedules, policies = given
    people = [("Noor", "noor@webrana.example", 1)] if len(schedules + policies) > 1 else []
    service = start(PagerdutyService, key=KEY, on_call=people)
    found = warned(PagerDutyOnCall(KEY, schedules, policies, service.url).needs())
    assert list(found) == ["on-call"]
    assert not [each for each in words if each not in found["on-call"]], found["on-call"]
