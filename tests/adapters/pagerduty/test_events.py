import threading
from dataclasses import replace

import pytest
from tests.adapters.running_services import RunningServices
from tests.engine.small_plan import MemorySignals
from tests.memory_clock import MemoryClock

from hotfix.adapters.pagerduty import PagerDutyEvents
from hotfix.adapters.pagerduty.events import Account
from hotfix.domain.event_data import Told, Untold
from hotfix.domain.incident import Incident
from hotfix.domain.paging import Call, Kind, Page
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress, RunState
from hotfix.engine.paging import Paging
from hotfix.ports.pager import Alert
from hotfix.ports.readiness import Finding
from hotfix.processes.sent_record import SentRecord
from hotfix.simulators.pagerduty import PagerdutyService
from hotfix.simulators.server import DROPPED, Fault, Received
from hotfix.simulators.timeline import Timeline

RUN, KEY, ROUTING = "hf-20261123-checkout", "drill-key", "drill-routing"
TRIGGER = Call(Kind.TRIGGER, "Hotfix by dana: checkout returns 500", ("https://github.example/1",))
RESOLVE = Call(Kind.RESOLVE, "The fix is verified.")
CHANGE = Call(Kind.CHANGE, "Hotfix deployed: checkout returns 500 (c3c3c3c3)")
ACKNOWLEDGE = Call(Kind.ACKNOWLEDGE, "Acknowledge PINC9", incident="PINC9")
BEGUN = Progress(
    run=RUN,
    operator="dana",
    incident=Incident("checkout returns 500"),
    done=frozenset({("hotfix", "claim_the_lock")}),
)
NOTE = Call(Kind.NOTE, "dana runs it", ("https://github.example/1",), "PINC9")


@pytest.fixture(scope="module")
def services():
    with RunningServices() as running:
        yield running


@pytest.fixture
def received():
    return Received()


@pytest.fixture
def service(services, received):
    service = services.start(PagerdutyService(Timeline(MemoryClock()), received, key=KEY))
    service.routing_keys.add(ROUTING)
    return service


def events(service, routing=ROUTING, key=KEY, email="dana@webrana.example"):
    return PagerDutyEvents(Account(routing, key, service.url, service.url, email))


def test_an_alert_is_opened_by_the_id_of_the_run_and_resolved(service):
    pager = events(service)
    assert not pager.is_told(RUN, "pager:trigger", TRIGGER)
    pager.tell(RUN, "pager:trigger", TRIGGER)
    [sent] = service.events
    assert sent == {
        "routing_key": ROUTING,
        "event_action": "trigger",
        "dedup_key": RUN,
        "client": "hotfix",
        "links": [{"href": TRIGGER.links[0], "text": TRIGGER.links[0]}],
        "payload": {
            "summary": TRIGGER.text,
            "source": "hotfix",
            "severity": "critical",
            "custom_details": {"run": RUN, "key": "pager:trigger"},
        },
    }
    assert pager.is_told(RUN, "pager:trigger", TRIGGER)
    pager.tell(RUN, "pager:resolve", RESOLVE)
    assert [each["status"] for each in service.incidents.values()] == ["resolved"]
    # It was there once: another process opens no second one.
    assert pager.is_told(RUN, "pager:trigger", TRIGGER)


def test_how_an_alert_stands_is_asked_and_who_changed_it_is_told(service):
    pager = events(service)
    with pytest.raises(ProblemError, match="knows no alert"):
        pager.alert(RUN)
    pager.tell(RUN, "pager:trigger", TRIGGER)
    assert pager.alert(RUN) == Alert(is_open=True)
    (first,) = service.incidents
    service.resolve(first, "Leo Marchetti")
    now = service.timeline.now()
    assert pager.alert(RUN) == Alert(is_open=False, by="Leo Marchetti", at=now)
    # Opened again by somebody else: that one counts.
    service.open_incident("PINC0", RUN)
    assert pager.alert(RUN).is_open
    service.open_incident("PINC9", "hf-another")
    service.resolve("PINC0", "Dana Lind")
    assert not pager.alert(RUN).is_open


def test_without_a_key_that_may_look_it_is_not_known_how_an_alert_stands(service):
    with pytest.raises(ProblemError, match="PAGERDUTY_API_KEY is not set"):
        events(service, key="").alert(RUN)
    with pytest.raises(ProblemError, match="does not accept the key"):
        events(service, key="another").alert(RUN)


@pytest.mark.parametrize("at", [None, "", "yesterday", "2026-11-27T03:40:00", 7])
def test_a_moment_that_is_none_is_not_known_and_no_trouble(service, at):
    service.open_incident("PINC1", RUN)
    service.resolve("PINC1", "Leo")
    service.incidents["PINC1"]["last_status_change_at"] = at
    assert events(service).alert(RUN) == Alert(is_open=False, by="Leo")


@pytest.mark.parametrize("key", [KEY, "", "a key that may not look"])
def test_a_lost_answer_opens_one_incident(service, key):
    service.faults.append(Fault("/v2/enqueue", DROPPED, acts=True))
    pager = events(service, key=key)
    with pytest.raises(TemporaryTroubleError):
        pager.tell(RUN, "pager:trigger", TRIGGER)
    if not pager.is_told(RUN, "pager:trigger", TRIGGER):
        pager.tell(RUN, "pager:trigger", TRIGGER)
    assert len(service.incidents) == 1


def test_a_change_whose_answer_is_lost_is_found_again(service):
    service.faults.append(Fault("/v2/change/enqueue", DROPPED, acts=True))
    pager = events(service)
    with pytest.raises(TemporaryTroubleError):
        pager.tell(RUN, "pager:deployed", CHANGE)
    assert pager.is_told(RUN, "pager:deployed", CHANGE)
    assert not pager.is_told(RUN, "pager:rolled-back", CHANGE)
    assert [each["payload"]["summary"] for each in service.changes] == [CHANGE.text]


def test_an_incident_is_acknowledged_and_noted(service):
    incident = service.open_incident("PINC9")
    pager = events(service)
    for key, call in (("pager:acknowledge", ACKNOWLEDGE), ("pager:note", NOTE)):
        assert not pager.is_told(RUN, key, call)
        pager.tell(RUN, key, call)
        assert pager.is_told(RUN, key, call)
    assert incident["status"] == "acknowledged"
    assert [each["content"] for each in incident["notes"]] == [
        "dana runs it\nhttps://github.example/1"
    ]


def test_what_was_merged_is_worked_on_where_it_was_merged_into(service):
    for id_ in ("PINC9", "PINC10", "PINC11"):
        service.open_incident(id_)
    service.merge("PINC9", "PINC10", "Rena")
    service.merge("PINC10", "PINC11", "Rena")
    pager = events(service)
    for key, call in (("pager:acknowledge", ACKNOWLEDGE), ("pager:note", NOTE)):
        assert not pager.is_told(RUN, key, call)
        pager.tell(RUN, key, call)
        assert pager.is_told(RUN, key, call)
    assert [it["status"] for it in service.incidents.values()] == [
        *("resolved", "resolved", "acknowledged")
    ]
    assert [len(it["notes"]) for it in service.incidents.values()] == [0, 0, 1]


def test_what_is_resolved_is_not_said_to_be_acknowledged_and_is_noted_all_the_same(service):
    incident = service.open_incident("PINC9")
    service.resolve("PINC9", "Rena")
    pager = events(service)
    with pytest.raises(ProblemError, match="PINC9 is resolved in PagerDuty already, by Rena"):
        pager.is_told(RUN, "pager:acknowledge", ACKNOWLEDGE)
    assert not pager.is_told(RUN, "pager:note", NOTE)
    pager.tell(RUN, "pager:note", NOTE)
    assert (incident["status"], len(incident["notes"])) == ("resolved", 1)


# Where the record on this machine says for certain what became of it.
KNOWN = {("note", 1, True), ("note", 2, False)}


class DiesAt:
    """The record, or the service, of a process that is killed before or after one call of it."""

    def __init__(self, it, name, number, *, before):
        self.it, self.name, self.number, self.before = it, name, number, before
        self.is_dead = threading.Event()

    def __getattr__(self, name):
        true = getattr(self.it, name)
        if name != self.name:
            return true

        def call(*words):
            self.number -= 1
            if self.number == 0 and self.before:
                self._die()
            answer = true(*words)
            if self.number == 0:
                self._die()
            return answer

        return call

    def _die(self):
        """Let nothing come after: the thread that called waits for ever, and counts for nothing."""
        self.is_dead.set()
        threading.Event().wait()


@pytest.mark.parametrize("key", [KEY, ""])
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("what", "number"), [("note", 1), ("tell", 1), ("note", 2)])
def test_whenever_a_process_is_killed_an_alert_that_a_person_resolved_stays_resolved(
    service, tmp_path, key, before, what, number
):
    sent = SentRecord(tmp_path / "pager")
    mortal = DiesAt(
        sent if what == "note" else events(service, key=key), what, number, before=before
    )
    first = (events(service, key=key), mortal) if what == "note" else (mortal, sent)
    Paging(first[0], MemorySignals(), Page.ALWAYS, first[1]).show(BEGUN)
    assert mortal.is_dead.wait(10.0)
    was_sent = len(service.events)
    for each in list(service.incidents):
        service.resolve(each, "Leo")
    signals = MemorySignals()
    paging = Paging(events(service, key=key), signals, Page.ALWAYS, sent)
    paging.show(BEGUN)
    assert paging.close(10.0)
    (said,) = [it.said for it in signals.waiting]
    is_known = bool(key) or (what, number, before) in KNOWN
    if is_known:
        assert (type(said), len(service.events)) == (Told, 1)
    else:
        # It may have been called, or not: nobody is called once more, and it is said.
        assert (type(said), len(service.events)) == (Untold, was_sent)
        assert isinstance(said, Untold)
        assert said.text.startswith("Perhaps sent: ")


def test_an_incident_that_is_worked_on_is_told_each_thing_once_however_often_a_process_dies(
    service, tmp_path
):
    incident = service.open_incident("PINC9")
    begun = Progress(
        run=RUN,
        operator="dana",
        incident=Incident("checkout returns 500", incident="PINC9"),
        done=frozenset({("hotfix", "claim_the_lock")}),
    )
    # Nothing of it is on record: what was told is only known by looking.
    for progress in (begun, begun, replace(begun, state=RunState.DONE)):
        paging = Paging(
            events(service), MemorySignals(), Page.ALWAYS, SentRecord(tmp_path / "pager")
        )
        paging.show(progress)
        assert paging.close(30.0)
    assert incident["status"] == "acknowledged"
    assert [each["content"] for each in incident["notes"]] == [
        f"dana runs the hotfix {RUN}: checkout returns 500",
        f"The hotfix {RUN} is over. Nothing of it is merged.",
    ]
    assert service.events == []


@pytest.mark.parametrize(
    ("made", "call", "words"),
    [
        ({"routing": "wrong"}, TRIGGER, ("Invalid routing key", "PAGERDUTY_ROUTING_KEY")),
        ({"routing": "wrong"}, CHANGE, ("Invalid routing key", "PAGERDUTY_ROUTING_KEY")),
        ({}, ACKNOWLEDGE, ("Not Found", "Look the incident up")),
        ({"key": ""}, NOTE, ("REST API", "PAGERDUTY_API_KEY")),
        ({"key": "wrong"}, NOTE, ("401", "PAGERDUTY_API_KEY")),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(service, made, call, words):
    with pytest.raises(ProblemError) as caught:
        events(service, **made).tell(RUN, "pager:x", call)
    assert words[0] in caught.value.problem.why
    assert words[1] in caught.value.problem.next_command


def test_without_a_user_the_acknowledgement_says_what_is_missing(service):
    service.open_incident("PINC9")
    with pytest.raises(ProblemError) as caught:
        events(service, email="").tell(RUN, "pager:acknowledge", ACKNOWLEDGE)
    assert "Requester User Not Found" in caught.value.problem.why
    assert "[pagerduty] email" in caught.value.problem.next_command


def test_too_many_requests_are_waited_out(service):
    service.faults.append(Fault("/v2/enqueue", 429, times=2))
    with pytest.raises(TemporaryTroubleError):
        events(service).tell(RUN, "pager:trigger", TRIGGER)
    assert service.events == []


@pytest.mark.parametrize(
    ("email", "finding"),
    [
        ("dana@webrana.example", Finding.OK),
        ("Dana@Webrana.Example", Finding.OK),
        # The search finds parts of addresses, too.
        ("ana@webrana.example", Finding.WARNING),
        ("nobody@webrana.example", Finding.WARNING),
    ],
)
def test_an_address_of_nobody_is_known_before_anything_is_acknowledged(service, email, finding):
    service.users = [("Dana", "dana@webrana.example")]
    [need] = events(service, email=email).needs()
    assert (need.name, need.finding) == ("email", finding)
    assert email in need.saw


def test_an_address_that_could_not_be_looked_up_is_not_said_to_be_wrong(service):
    service.faults.append(Fault(status=503, times=50))
    [need] = events(service).needs()
    assert need.finding is Finding.WARNING
    assert need.saw.startswith("could not be asked: ")


@pytest.mark.parametrize("account", [{"email": ""}, {"key": ""}])
def test_without_an_address_or_a_key_nothing_is_looked_up(service, received, account):
    assert events(service, **account).needs() == ()
    assert received.all("pagerduty") == []
