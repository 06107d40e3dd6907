import pytest
from tests.adapters.running_services import RunningServices
from tests.memory_clock import MemoryClock

from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding
from hotfix.ports.status_page import IncidentGoneError
from hotfix.simulators.server import DROPPED, Fault, Received
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import Timeline

KEY, PAGE, RUN = "drill-key", "webrana1page", "hf-20261123-checkout"


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
    return services.start(StatuspageService(timeline, received, key=KEY, page_id=PAGE))


@pytest.fixture
def page(service):
    return StatuspageIncidents(KEY, PAGE, service.url)


def test_an_incident_is_published_with_its_run(page, service):
    opened = page.open(RUN, "checkout returns 500", "identified", "We found the cause.")
    [incident] = service.incidents
    assert incident["metadata"] == {"hotfix": {"run": RUN}}
    assert incident["incident_updates"][0]["body"] == "We found the cause."
    assert (opened.id, opened.name) == (incident["id"], "checkout returns 500")
    assert (opened.status, opened.url) == ("identified", incident["shortlink"])


def test_an_open_incident_is_found_with_one_request(page, received):
    opened = page.open(RUN, "checkout returns 500", "identified", "We found the cause.")
    assert page.find(RUN) == opened
    assert [request.path for request in received.all()][1:] == [
        f"/v1/pages/{PAGE}/incidents/unresolved"
    ]


def test_a_resolved_incident_is_found_and_those_of_others_are_not(page):
    page.open("another-run", "search is slow", "resolved", "Over.")
    opened = page.open(RUN, "checkout returns 500", "resolved", "Over.")
    assert page.find(RUN) == opened
    assert page.find("no-such-run") is None


@pytest.mark.parametrize(
    "metadata",
    [{"hotfix": "INC-77"}, {"hotfix": ["run"]}, {"hotfix": {"run": {}}}, "hotfix", [], None],
)
def test_metadata_of_somebody_else_is_passed_over(page, service, metadata):
    theirs = page.open("", "Checkout errors", "investigating", "We look into it.")
    service.incidents[0]["metadata"] = metadata
    assert page.find(RUN) is None
    assert page.unresolved() == (theirs,)
    assert page.get(theirs.id) == theirs
    ours = page.open(RUN, "checkout returns 500", "identified", "We found the cause.")
    assert page.find(RUN) == ours


def test_what_is_over_is_not_open(page):
    page.open(RUN, "checkout returns 500", "resolved", "Over.")
    assert page.unresolved() == ()


def test_an_incident_that_is_gone_is_a_problem(page, service):
    with pytest.raises(IncidentGoneError, match="not on the status page any more"):
        page.get("nosuchincident")
    opened = page.open(RUN, "checkout returns 500", "identified", "We found the cause.")
    service.incidents.clear()
    with pytest.raises(IncidentGoneError):
        page.find(RUN)
    with pytest.raises(IncidentGoneError):
        page.update(opened, "resolved", "Everything works again.")
    assert page.find("another") is None


def test_an_update_keeps_the_mark(page, service):
    opened = page.open(RUN, "checkout returns 500", "identified", "We found the cause.")
    updated = page.update(opened, "resolved", "Everything works again.")
    assert updated.status == "resolved"
    assert page.find(RUN) == updated
    updates = service.incidents[0]["incident_updates"]
    assert [update["status"] for update in updates] == ["resolved", "identified"]


@pytest.mark.parametrize("status", [DROPPED, 502])
def test_a_write_whose_answer_is_lost_is_sent_once_and_found(page, service, received, status):
    service.faults.append(Fault("POST", status, acts=True))
    with pytest.raises(TemporaryTroubleError):
        page.open(RUN, "checkout returns 500", "resolved", "Over.")
    assert len(received.all(writes=True)) == 1
    found = page.find(RUN)
    assert found is not None
    assert found.id == service.incidents[0]["id"]


def test_a_read_is_tried_again(page, service):
    service.faults.append(Fault("GET", 502, times=1))
    assert page.find(RUN) is None


def test_a_read_is_not_tried_for_ever(page, service, received):
    service.faults.append(Fault("GET", 503, times=100))
    with pytest.raises(TemporaryTroubleError):
        page.find(RUN)
    assert len(received.all()) == 3


@pytest.mark.parametrize(
    ("status", "headers", "wait"), [(420, {}, 60), (429, {"Retry-After": "9"}, 9)]
)
def test_a_rate_limit_says_when_to_come_again(page, service, received, status, headers, wait):
    service.faults.append(Fault("GET", status, headers=headers))
    with pytest.raises(TemporaryTroubleError) as caught:
        page.find(RUN)
    assert caught.value.retry_in == wait
    assert len(received.all()) == 1


def test_an_answer_that_is_no_json_is_temporary(page, service):
    service.faults.append(Fault("POST", 200, body='{"id": "cut o'))
    with pytest.raises(TemporaryTroubleError):
        page.open(RUN, "checkout returns 500", "resolved", "Over.")


@pytest.mark.parametrize("key", ["wrong-key", "bro\nken-key"])
def test_a_wrong_key_is_a_matter_of_rights_and_stays_out_of_the_words(service, key):
    with pytest.raises(ProblemError) as caught:
        StatuspageIncidents(key, PAGE, service.url).find(RUN)
    assert caught.value.problem.code is ProblemCode.RIGHTS
    assert "STATUSPAGE_API_KEY" in caught.value.problem.next_command
    assert "-key" not in f"{caught.value} {caught.value.__cause__}"


def test_an_unknown_page_is_a_matter_of_configuration(service):
    with pytest.raises(ProblemError) as caught:
        StatuspageIncidents(KEY, "nosuchpage", service.url).find(RUN)
    assert caught.value.problem.code is ProblemCode.CONFIGURATION


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_in_html_is_not_statuspages(page, service, status):
    service.faults.append(Fault("POST", status))
    with pytest.raises(TemporaryTroubleError, match="not Statuspage's"):
        page.open(RUN, "checkout returns 500", "resolved", "Over.")


def test_a_refusal_is_told_in_statuspages_words(page):
    with pytest.raises(ProblemError) as caught:
        page.open(RUN, "checkout returns 500", "fine", "Over.")
    assert "Status is not included in the list" in caught.value.problem.why


def test_the_need_is_the_page(page, service):
    [need] = page.needs()
    assert (need.area, need.finding, need.saw) == ("statuspage", Finding.OK, "Webrana")
    service.faults.append(Fault(status=420))
    assert page.needs()[0].finding is Finding.WARNING


def test_a_wrong_key_is_a_warning(service):
    [need] = StatuspageIncidents("wrong", PAGE, service.url).needs()
    assert need.finding is Finding.WARNING
    assert "STATUSPAGE_API_KEY" in need.mend


@pytest.mark.parametrize(
    ("names", "broken", "words"),
    [
        (["API"], [], "API is the name of several (eu1api, us1api)"),
        (["eu1api"], ["eu1api"], ""),
        (["EU"], ["eu1api", "eu2web"], ""),
        (["group1eu", "eu2web"], ["eu1api", "eu2web"], ""),
        (["EU", "Nosuch"], ["eu1api", "eu2web"], "not on the page: Nosuch; there are: EU, Empty,"),
        (["Empty"], [], "nothing is in the group Empty"),
        (["Component 900"], ["many0900"], ""),
    ],
)
def test_components_are_meant_by_id_by_a_name_of_their_own_or_by_their_group(
    service, names, broken, words
):
    service.groups |= {"group1eu": ["eu1api", "eu2web"], "group2empty": []}
    service.names |= {
        "group1eu": "EU",
        "group2empty": "Empty",
        "eu1api": "API",
        "us1api": "API",
        "eu2web": "Web",
        **{f"many{number:04d}": f"Component {number}" for number in range(1, 901)},
    }
    service.components = dict.fromkeys(service.names, "operational")
    for group in service.groups:
        del service.components[group]
    page = StatuspageIncidents(KEY, PAGE, service.url, names)
    page.open(RUN, "Checkout", "investigating", "We look into it.", "major")
    changed = [each for each, shows in service.components.items() if shows != "operational"]
    assert changed == broken
    need = page.needs()[-1]
    assert (need.finding is Finding.WARNING) == bool(words)
    assert words in need.saw
