"""What Slack, PagerDuty and Statuspage are sent, and what our simulators answer, is as described.

Their descriptions are held as cuts (``cut.py``); what those lack is in ``lacks.py``.
"""

import json
from typing import Any

import pytest
from tests.adapters.running_services import RunningServices
from tests.memory_clock import MemoryClock
from tests.openapi.cut import CUTS, SOURCES
from tests.openapi.exchanges import Exchange, Recorder
from tests.openapi.lacks import described

from hotfix.adapters.pagerduty import PagerDutyEvents, PagerDutyOnCall
from hotfix.adapters.pagerduty.events import Account
from hotfix.adapters.slack_channel import SlackChannel
from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.config.load import parse
from hotfix.domain.incident import Category, Incident
from hotfix.domain.paging import Call, Kind
from hotfix.domain.problem import ProblemError
from hotfix.plan.told_to_customers import page_words
from hotfix.ports.messenger import Addressee, Message
from hotfix.ports.readiness import Finding
from hotfix.simulators.pagerduty import ESCALATION_POLICY_ID, SCHEDULE_ID, PagerdutyService
from hotfix.simulators.server import Received
from hotfix.simulators.slack import SlackService
from hotfix.simulators.slack_people import SlackMember
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import Timeline

TOKEN = "xoxb-drill-only"
RUN = "hf-20261123-checkout"
LINK = "https://github.example/1"
DANA = Addressee("dana", "dana@webrana.example")
BLOCK: dict[str, Any] = {
    "type": "section",
    "text": {"type": "mrkdwn", "text": "checkout returns 500"},
}


def _ask_slack(service, name="#engineering", token=TOKEN):
    users = {"the team": "S0TEAM00001"}
    channel = SlackChannel(token, name, service.base_url, reaction="memo", users=users)
    nobody = Addressee("nobody", "nobody@webrana.example")
    channel.needs([DANA, nobody, Addressee("the team")])
    return channel


def slack(start):
    service = start(SlackService, token=TOKEN)
    service.join(SlackMember("U0DANA0001", "dana", "Dana", DANA.email))
    channel = _ask_slack(service)
    assert channel.find(RUN) is None
    parent = channel.post(RUN, "parent", Message("checkout returns 500", (BLOCK,), (DANA,)))
    assert not channel.replies(RUN, parent.id)
    channel.post(RUN, "1", Message("It is https://webrana.example."), parent.id)
    channel.update(parent, Message("checkout works", (BLOCK,)))
    said = service.say("It was the voucher.", parent.id, "U0DANA0001")
    service.react(said, "memo", "U0DANA0001")
    assert channel.find(RUN) is not None
    assert channel.replies(RUN, parent.id)
    assert channel.remarks(RUN)


def slack_refuses(start):
    service = start(SlackService, token=TOKEN)
    _ask_slack(service, token="xoxb-another")
    for name in ("C0NOWHERE1", "#random"):
        with pytest.raises(ProblemError):
            _ask_slack(service, name).post(RUN, "parent", Message("checkout returns 500"))
    service.archived.add(service.channel_id)
    with pytest.raises(ProblemError):
        _ask_slack(service, service.channel_id).post(RUN, "parent", Message("It is slow."))
    service.scopes.clear()
    _ask_slack(service)


def statuspage(start):
    service = start(StatuspageService, key="drill-key")
    page = StatuspageIncidents("drill-key", "webrana1page", service.url, ["CMP1CHECKOUT"])
    page.needs()
    settings = f"[statuspage]\npage_id = 'webrana1page'\nresolved = '{'{description} ' * 4}'"
    config = parse(f"[github]\nrepository = 'webrana/webrana'\n{settings}", {}, "hotfix.toml")
    incident = Incident("checkout returns 500 " * 500, Category.API_ERRORS)
    title, words, impact = page_words(incident, config)
    opened = page.open(RUN, title, "investigating", words.investigating, impact)
    page.update(opened, "resolved", words.resolved, impact)
    assert page.find(RUN) is not None
    assert not page.unresolved()
    assert page.get(opened.id) == page.find(RUN)
    StatuspageIncidents("drill-key", "webrana1page", service.url).open("", title, "identified", "")


def statuspage_refuses(start):
    service = start(StatuspageService, key="drill-key")
    for key, page_id in (("another", "webrana1page"), ("drill-key", "another")):
        page = StatuspageIncidents(key, page_id, service.url)
        page.needs()
        for ask in (page.unresolved, lambda page=page: page.find(RUN)):
            with pytest.raises(ProblemError):
                ask()
    with pytest.raises(ProblemError):
        StatuspageIncidents("drill-key", "webrana1page", service.url).open(RUN, "", "odd", "")


def _pager(service, routing="drill-routing", key="drill-key"):
    return PagerDutyEvents(Account(routing, key, service.url, service.url, DANA.email))


CALLS = (
    Call(Kind.TRIGGER, "checkout returns 500", (LINK,)),
    Call(Kind.CHANGE, "Hotfix deployed", (LINK,)),
    Call(Kind.RESOLVE, "The fix is verified."),
    Call(Kind.ACKNOWLEDGE, "Acknowledge PINC9", incident="PINC9"),
    Call(Kind.NOTE, "dana runs it", (LINK,), "PINC9"),
)


def pagerduty(start):
    people = [("Dana", DANA.email, 1), ("Rena", "rena@webrana.example", 2)]
    service = start(PagerdutyService, key="drill-key", on_call=people)
    service.routing_keys.add("drill-routing")
    service.unused_schedules["PUNUSED1"] = [("Rena", "rena@webrana.example")]
    service.open_incident("PINC9")
    for call in CALLS:
        _pager(service).tell(RUN, f"pager:{call.kind}", call)
        _pager(service).is_told(RUN, f"pager:{call.kind}", call)
    assert _pager(service).alert(RUN).by == "hotfix"
    assert [each.finding for each in _pager(service).needs()] == [Finding.OK]
    schedules, policies = (SCHEDULE_ID, "PUNUSED1"), (ESCALATION_POLICY_ID,)
    assert PagerDutyOnCall("drill-key", schedules, policies, service.url).on_call()


def pagerduty_refuses(start):
    service = start(PagerdutyService, key="drill-key")
    for pager in (_pager(service), _pager(service, key="another")):
        for call in CALLS:
            with pytest.raises(ProblemError):
                pager.tell(RUN, f"pager:{call.kind}", call)
    refused = _pager(service, key="another").needs()
    assert [each.finding for each in refused] == [Finding.WARNING]
    for key in ("drill-key", "another"):
        assert PagerDutyOnCall(key, ("PNOWHERE",), (), service.url).needs()
    for policy in (ESCALATION_POLICY_ID, "PNOWHERE"):
        assert PagerDutyOnCall("drill-key", (), (policy,), service.url).needs()


ASKED = {
    "slack": (slack, slack_refuses),
    "pagerduty": (pagerduty, pagerduty_refuses),
    "statuspage": (statuspage, statuspage_refuses),
}


@pytest.fixture(scope="module", params=ASKED)
def told(request):
    """What is known of a service, and what went over the wire to it and back."""
    kept: list[Exchange] = []
    with RunningServices() as running:

        def start(kind, **options):
            service = kind(Timeline(MemoryClock()), Received(), **options)
            service.app.add_middleware(Recorder, kept=kept)
            return running.start(service)

        for ask in ASKED[request.param]:
            ask(start)
    return described(request.param), kept


def test_it_is_as_described(told):
    description, kept = told
    wrong = {said: None for exchange in kept for said in description.complaints(exchange)}
    assert not wrong, "\n".join(wrong)


def test_nothing_that_we_ask_for_was_left_out(told):
    description, kept = told
    assert {description.operation(each) for each in kept} == set(description.operations)


def test_what_a_description_lacks_is_still_lacking(told):
    description, kept = told
    for exchange in kept:
        list(description.complaints(exchange))
    assert description.met == set(description.lacks)


@pytest.mark.parametrize("name", SOURCES)
def test_a_cut_is_of_its_source(name):
    source, cut = SOURCES[name], json.loads((CUTS / f"{name}.json").read_bytes())
    assert (cut["source"], cut["commit"], cut["file"], cut["base"]) == (
        source.repository,
        source.commit,
        source.file,
        source.base,
    )
    assert tuple(cut["operations"]) == source.operations
