import json

import pytest
from tests.adapters.running_services import RunningServices
from tests.memory_clock import MemoryClock

from hotfix.adapters.pagerduty import PagerDutyOnCall
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding
from hotfix.simulators.pagerduty import ESCALATION_POLICY_ID, SCHEDULE_ID, PagerdutyService
from hotfix.simulators.server import DROPPED, Fault, Received
from hotfix.simulators.timeline import Timeline

KEY = "drill-key"
NOOR = ("Noor Haddad", "noor@webrana.example", 1)
LEE = ("Lee Park", "lee@webrana.example", 2)


@pytest.fixture(scope="module")
def services():
    with RunningServices() as running:
        yield running


@pytest.fixture
def received():
    return Received()


@pytest.fixture
def service(services, received):
    timeline = Timeline(MemoryClock())
    return services.start(PagerdutyService(timeline, received, key=KEY, on_call=[LEE, NOOR]))


def pager(service, schedules=(), policies=(ESCALATION_POLICY_ID,), key=KEY):
    return PagerDutyOnCall(key, schedules, policies, service.url)


def names(people):
    return [person.name for person in people]


def test_the_first_level_comes_first(service):
    noor, lee = pager(service).on_call()
    assert (noor.name, noor.email) == NOOR[:2]
    assert noor.schedule == "Webrana on call"
    assert noor.url.startswith("https://")
    assert (lee.name, lee.schedule) == ("Lee Park", "Webrana production")


def test_a_schedule_and_a_policy_add_up_and_nobody_is_named_twice(service, received):
    people = pager(service, (SCHEDULE_ID,), (ESCALATION_POLICY_ID,)).on_call()
    assert names(people) == ["Noor Haddad", "Lee Park"]
    assert len(received.all()) == 2


def test_a_schedule_alone(service):
    assert names(pager(service, (SCHEDULE_ID,), ()).on_call()) == ["Noor Haddad"]


def test_a_schedule_that_no_policy_uses_is_asked_itself(service):
    service.unused_schedules["PALONE"] = [("Kim Roe", "kim@webrana.example")]
    (kim,) = pager(service, ("PALONE",), ()).on_call()
    assert (kim.name, kim.email, kim.schedule) == ("Kim Roe", "kim@webrana.example", "PALONE")
    (need,) = pager(service, ("PALONE",), ()).needs()
    assert (need.finding, need.saw) == (Finding.OK, "Kim Roe")


def test_a_schedule_that_is_used_is_not_asked_twice(service, received):
    service.unused_schedules["PALONE"] = [("Kim Roe", "kim@webrana.example")]
    people = pager(service, (SCHEDULE_ID, "PALONE", "PALONE"), ()).on_call()
    assert names(people) == ["Noor Haddad", "Kim Roe"]
    assert [each.path for each in received.all()] == ["/oncalls", "/schedules/PALONE/users"]


def test_a_gap_in_a_schedule_is_told_as_a_gap(service):
    service.unused_schedules["PALONE"] = []
    (need,) = pager(service, ("PALONE",), ()).needs()
    assert need.saw == "nobody is on call now in PALONE, which [pagerduty] names"
    assert "Set [pagerduty]" not in need.mend


def test_a_schedule_that_is_not_there_is_no_gap(service):
    (need,) = pager(service, ("PNOWHERE",), ()).needs()
    assert need.finding is Finding.WARNING
    assert "404: Not Found" in f"{need.saw} {need.mend}"


def test_nobody_at_all_is_another_matter(service):
    service.on_call = []
    (need,) = pager(service, (), ()).needs()
    assert need.saw == "nobody at all is on call now"
    assert "Set [pagerduty] schedule_ids" in need.mend


def test_without_either_everybody_is_named(service):
    assert names(pager(service, (), ()).on_call()) == ["Noor Haddad", "Lee Park"]


def test_all_pages_are_read(service):
    service.page_size = 1
    assert names(pager(service).on_call()) == ["Noor Haddad", "Lee Park"]


@pytest.mark.parametrize("status", [DROPPED, 429, 502])
def test_a_passing_trouble_is_tried_once_more(service, received, status):
    service.faults.append(Fault(status=status))
    assert names(pager(service).on_call()) == ["Noor Haddad", "Lee Park"]
    assert len(received.all()) == 2


@pytest.mark.parametrize("status", [DROPPED, 429, 502])
def test_a_lasting_trouble_is_temporary_and_not_tried_for_ever(service, received, status, capfd):
    service.faults.append(Fault(status=status, times=100, headers={"Retry-After": "9"}))
    with pytest.raises(TemporaryTroubleError) as caught:
        pager(service).on_call()
    assert len(received.all()) == 2
    assert caught.value.retry_in == (2 if status == DROPPED else 9)
    assert capfd.readouterr() == ("", "")


def test_an_answer_that_is_no_json_is_temporary(service):
    service.faults.append(Fault(status=200))
    with pytest.raises(TemporaryTroubleError):
        pager(service).on_call()


@pytest.mark.parametrize("key", ["wrong-key", "bro\nken-key"])
def test_a_wrong_key_is_a_matter_of_rights_and_stays_out_of_the_words(service, key):
    with pytest.raises(ProblemError) as caught:
        pager(service, key=key).on_call()
    assert caught.value.problem.code is ProblemCode.RIGHTS
    assert "PAGERDUTY_API_KEY" in caught.value.problem.next_command
    assert "-key" not in f"{caught.value}"


def test_what_pagerduty_does_not_know_is_a_matter_of_configuration(service):
    body = '{"error": {"message": "Not Found", "code": 2100}}'
    service.faults.append(Fault(status=404, body=body))
    with pytest.raises(ProblemError) as caught:
        pager(service).on_call()
    assert caught.value.problem.code is ProblemCode.CONFIGURATION


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, ProblemCode.CONFIGURATION), (402, ProblemCode.CONFIGURATION), (403, ProblemCode.RIGHTS)],
)
def test_a_refusal_is_told_in_pagerdutys_own_words(service, status, code):
    body = '{"error": {"message": "Invalid Input Provided", "errors": ["Schedule is not valid."]}}'
    service.faults.append(Fault(status=status, body=body))
    with pytest.raises(ProblemError) as caught:
        pager(service).on_call()
    problem = caught.value.problem
    assert problem.code is code
    assert problem.why == f"PagerDuty says {status}: Invalid Input Provided; Schedule is not valid."
    assert "accept the key" not in problem.what


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_in_html_is_not_pagerdutys(service, status):
    service.faults.append(Fault(status=status))
    with pytest.raises(TemporaryTroubleError, match="not PagerDuty's"):
        pager(service).on_call()


def test_the_need_is_somebody_on_call(service):
    [need] = pager(service).needs()
    assert (need.area, need.finding) == ("pagerduty", Finding.OK)
    assert need.saw == "Noor Haddad, Lee Park"


def test_nobody_on_call_is_a_warning(service):
    [need] = pager(service, (), ("PUNKNOWN",)).needs()
    assert need.finding is Finding.WARNING
    assert "escalation_policy_ids" in need.mend


@pytest.mark.parametrize("key", [KEY, "wrong"])
def test_no_schedule_or_a_wrong_key_is_a_warning(service, key):
    [need] = pager(service, (), (), key).needs()
    assert need.finding is Finding.WARNING


def test_pagerduty_being_down_is_a_warning(service):
    service.stop()
    [need] = pager(service).needs()
    assert need.finding is Finding.WARNING


def answering(service, *entries):
    """Let PagerDuty answer with these users, by level."""
    found = [{"user": user, "escalation_level": level} for level, user in entries]
    known = {"id": ESCALATION_POLICY_ID}
    for each in found:
        each["escalation_policy"] = known | {"summary": "Webrana production"}
    body = json.dumps({"oncalls": found, "limit": 25, "offset": 0, "more": False})
    service.faults.append(Fault(status=200, body=body, times=1))


NOBODY = None
GONE = {"id": "PGONE", "type": "user_reference", "summary": "Kim Roe", "self": None}
NAMELESS = {"id": "PBARE", "type": "user_reference"}
MAILLESS = {"id": "PLEE", "type": "user", "name": "Lee Park", "email": None}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        # A level that is empty, and a user who is gone: nobody is made up.
        ([(1, NOBODY)], []),
        ([(1, NOBODY), (2, MAILLESS)], [("Lee Park", "")]),
        ([(1, {}), (1, []), (2, MAILLESS)], [("Lee Park", "")]),
        # Deleted: PagerDuty still has what it was called.
        ([(1, GONE)], [("Kim Roe", "")]),
        ([(1, NAMELESS)], [("somebody without a name", "")]),
        # The same person at two levels, the lower one first.
        ([(2, MAILLESS), (1, GONE), (3, GONE)], [("Kim Roe", ""), ("Lee Park", "")]),
        # Nobody at level 1.
        ([(3, GONE), (2, MAILLESS)], [("Lee Park", ""), ("Kim Roe", "")]),
        # Two without an id are two.
        ([(1, {"summary": "A"}), (1, {"summary": "B"})], [("A", ""), ("B", "")]),
        ([(None, GONE)], [("Kim Roe", "")]),
    ],
)
def test_who_is_on_call_is_who_is_named_and_nobody_else(service, entries, told):
    answering(service, *entries)
    assert [(each.name, each.email) for each in pager(service).on_call()] == told


def test_an_empty_level_is_a_gap_and_not_somebody(service):
    answering(service, (1, NOBODY))
    (need,) = pager(service).needs()
    assert need.finding is Finding.WARNING
    assert "nobody is on call now" in need.saw


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"ratelimit-reset": "7"}])
def test_too_many_requests_without_a_time_are_waited_for_as_usual(service, received, headers):
    service.faults.append(Fault(status=429, times=100, headers=headers))
    with pytest.raises(TemporaryTroubleError) as caught:
        pager(service).on_call()
    assert caught.value.is_refusal
    assert 0 < caught.value.retry_in <= 7
    assert len(received.all()) == 2


def test_a_key_that_expires_between_two_pages_is_a_matter_of_rights(service):
    service.page_size = 1
    body = '{"error": {"message": "Unauthorized", "code": 2006}}'
    service.faults.append(Fault(status=200, body=first_page()))
    service.faults.append(Fault(status=401, body=body, times=100))
    with pytest.raises(ProblemError) as caught:
        pager(service).on_call()
    assert caught.value.problem.code is ProblemCode.RIGHTS


def first_page():
    """Return a page after which there is more."""
    entry = {"user": MAILLESS, "escalation_level": 1}
    return json.dumps({"oncalls": [entry], "limit": 1, "offset": 0, "more": True})
