import time
from dataclasses import replace
from html import escape

import pytest
from tests.adapters.running_services import RunningServices
from tests.engine.small_plan import MemorySignals
from tests.memory_clock import MemoryClock

from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.domain.event_data import Told, Untold
from hotfix.domain.page_texts import PageWords
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.page_teller import PageTeller
from hotfix.ports.page_update import say
from hotfix.simulators.server import DROPPED, SILENT, Fault, Received
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import Timeline
from hotfix.view.page_words import CustomerWords

KEY, PAGE, RUN = "drill-key", "webrana1page", "hf-20261123-checkout"
WORDS = PageWords("looking", "found", "deployed", "works", "going back", "went back", "open")
SAYS = CustomerWords("Checkout fails", WORDS, "major")
START = Progress(run=RUN)
YES = replace(START, known={"status_page_choice": "publish"})
FIXED = replace(YES, done=frozenset({("hotfix", "await_the_fix")}))
DEPLOYED = replace(
    FIXED,
    done=FIXED.done | {("hotfix", "watch_rollout")},
    known={**FIXED.known, "merge_sha": "a" * 40, "rollout": []},
)
VERIFIED = replace(
    DEPLOYED,
    done=DEPLOYED.done | {("hotfix", "confirm_by_a_person")},
    known={**YES.known, "verified_by": "dana"},
)
BACK = replace(
    VERIFIED, plan="rollback", done=VERIFIED.done | {("rollback", "confirm_the_rollback")}
)


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
def signals():
    return MemorySignals()


@pytest.fixture
def teller_of(service, signals):
    made = []

    def teller(components=()):
        page = StatuspageIncidents(KEY, PAGE, service.url, components)
        made.append(PageTeller(page, signals, SAYS))
        return made[-1]

    yield teller
    for each in made:
        each.close(0)


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def says(incident):
    return [(each["status"], each["body"]) for each in incident["incident_updates"][::-1]]


def told(signals):
    return [type(signal.said) for signal in signals.waiting]


def walked(teller, *stands):
    """Show where the run stands, each once the one before is on the page."""
    for progress in stands:
        teller.show(progress)
        until(lambda: not teller._telling._wanted)


def test_nobody_is_told_before_a_yes(teller_of, received):
    teller = teller_of()
    teller.show(START)
    teller.show(replace(START, known={"status_page_choice": "leave"}))
    assert teller.close(0)
    assert received.all() == []


def test_one_incident_follows_the_run(teller_of, service, signals):
    walked(teller_of(), YES, FIXED, FIXED, DEPLOYED, VERIFIED)
    [incident] = service.incidents
    assert {signal.said.url for signal in signals.waiting} == {incident["shortlink"]}
    assert says(incident) == [
        ("investigating", "looking"),
        ("identified", "found"),
        ("monitoring", "deployed"),
        ("resolved", "works"),
    ]
    assert (incident["name"], incident["impact"]) == ("Checkout fails", "major")
    assert told(signals) == [Told] * 4
    assert signals.waiting[-1].said.text == f"Status page: resolved: works\n{incident['shortlink']}"


def test_the_components_break_and_work_again_with_it(teller_of, service):
    walked(teller_of(["CMP1CHECKOUT", "cmp2shop", "nosuch"]), YES)
    assert set(service.components.values()) == {"partial_outage"}
    walked(teller_of(["CMP1CHECKOUT"]), VERIFIED)
    assert service.components == {"cmp1checkout": "operational", "cmp2shop": "partial_outage"}


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_write_whose_answer_is_lost_is_there_once(teller_of, service, signals, method):
    teller = teller_of()
    if method == "PATCH":
        walked(teller, YES)
    service.faults.append(Fault(f"{method} ", DROPPED, acts=True))
    walked(teller, FIXED)
    assert Untold in told(signals)
    [incident] = service.incidents
    assert says(incident)[-1] == ("identified", "found")
    assert len(set(says(incident))) == len(says(incident))
    assert told(signals)[-1] is Told


@pytest.mark.parametrize("is_there", [True, False])
def test_what_arrived_although_its_answer_was_lost_is_on_record_once_it_is_known(
    teller_of, service, signals, is_there
):
    teller = teller_of()
    walked(teller, YES)
    # The page stays out of reach until there is something newer to say.
    service.faults.append(Fault("PATCH ", DROPPED, acts=is_there))
    teller.show(DEPLOYED)
    until(lambda: Untold in told(signals))
    service.faults.append(Fault("GET ", 503, times=1000))
    teller.show(VERIFIED)
    service.faults.clear()
    until(lambda: not teller._telling._wanted)
    said = [
        each.said.text.partition("\n")[0].removeprefix("Status page: ")
        for each in signals.waiting
        if isinstance(each.said, Told)
    ]
    late = ["monitoring: deployed"] if is_there else []
    assert said == ["investigating: looking", *late, "resolved: works"]
    assert (("monitoring", "deployed") in says(service.incidents[0])) is is_there


def test_who_says_it_beside_does_not_wait_until_a_silent_page_has_answered(
    teller_of, service, received
):
    teller = teller_of()
    walked(teller, YES)
    service.faults.append(Fault("GET ", SILENT))
    teller.show(VERIFIED)
    until(lambda: not service.faults[0].times)
    page, update = StatuspageIncidents(KEY, PAGE, service.url), SAYS(VERIFIED)
    assert update is not None
    written = len(received.all("statuspage", writes=True))
    with pytest.raises(TemporaryTroubleError, match="has not answered yet"):
        say(page, RUN, lambda: update, 0.01)
    assert len(received.all("statuspage", writes=True)) == written


def test_another_process_finds_it_again(teller_of, service):
    walked(teller_of(), YES, FIXED)
    walked(teller_of(), FIXED, DEPLOYED)
    [incident] = service.incidents
    assert [status for status, _ in says(incident)] == ["investigating", "identified", "monitoring"]


def test_what_the_page_hands_back_in_another_form_is_known_again(service, signals):
    """Pages take off blanks at the ends and may hand a text back as HTML."""
    words = replace(WORDS, investigating="Ada & Bob  look\ninto it", resolved="it's <good>")
    told = CustomerWords("x", words, "")

    def tell(progress):
        walked(PageTeller(StatuspageIncidents(KEY, PAGE, service.url), signals, told), progress)

    tell(YES)
    [incident] = service.incidents
    for update in incident["incident_updates"]:
        update["body"] = f"{escape(update['body'])} \r\n"
    tell(YES)
    assert len(incident["incident_updates"]) == 1
    tell(VERIFIED)
    incident["incident_updates"][0]["body"] = "it&#39;s &lt;good&gt;"
    tell(BACK)
    assert incident["status"] == "identified"


@pytest.mark.parametrize("choice", ["publish", "update-incident0001"])
def test_what_has_a_post_mortem_by_now_is_over(teller_of, service, received, choice):
    if choice != "publish":
        StatuspageIncidents(KEY, PAGE, service.url).open("", "Theirs", "investigating", "We look.")
    known = {"status_page_choice": choice}
    walked(teller_of(), replace(YES, known=known))
    service.incidents[0]["status"] = "postmortem"
    written = len(received.all("statuspage", writes=True))
    walked(teller_of(), replace(VERIFIED, known={**VERIFIED.known, **known}))
    assert service.incidents[0]["status"] == "postmortem"
    assert len(received.all("statuspage", writes=True)) == written


def test_an_incident_of_a_colleague_is_updated_and_their_words_are_let_stand(teller_of, service):
    page = StatuspageIncidents(KEY, PAGE, service.url)
    theirs = page.open("", "Checkout errors", "investigating", "We look into it.")
    choice = {"status_page_choice": f"update-{theirs.id}"}
    walked(teller_of(), replace(FIXED, known=choice))
    page.update(theirs, "identified", "It is the vouchers.")
    walked(teller_of(), replace(FIXED, known=choice))
    [incident] = service.incidents
    assert says(incident)[1:] == [("identified", "found"), ("identified", "It is the vouchers.")]


def test_what_somebody_else_resolved_stays_resolved(teller_of, service, signals):
    teller = teller_of()
    walked(teller, YES)
    page = StatuspageIncidents(KEY, PAGE, service.url)
    page.update(page.unresolved()[0], "resolved", "It was the network.")
    walked(teller, DEPLOYED)
    assert service.incidents[0]["status"] == "resolved"
    assert told(signals)[-1] is Untold
    assert "Somebody has resolved" in signals.waiting[-1].said.why


@pytest.mark.parametrize("choice", ["publish", "update-incident0001"])
@pytest.mark.parametrize("is_same_process", [True, False])
def test_what_somebody_else_deleted_is_not_opened_anew(
    teller_of, service, received, signals, choice, is_same_process
):
    if choice != "publish":
        StatuspageIncidents(KEY, PAGE, service.url).open("", "Theirs", "investigating", "We look.")
    known = {"status_page_choice": choice}
    teller = teller_of()
    walked(teller, replace(YES, known=known))
    service.incidents.clear()
    written = len(received.all("statuspage", writes=True))
    on_record = replace(DEPLOYED, known={**DEPLOYED.known, **known}, told=frozenset({"page"}))
    walked(teller if is_same_process else teller_of(), on_record)
    assert service.incidents == []
    assert len(received.all("statuspage", writes=True)) == written
    assert told(signals)[-1] is Untold
    assert "Somebody has deleted the incident" in signals.waiting[-1].said.why


def test_what_colleagues_say_of_components_stands(teller_of, service):
    page = StatuspageIncidents(KEY, PAGE, service.url, ["cmp2shop"])
    page.open("", "The shop is down", "investigating", "We look.", "critical")
    page.open("", "Checkout errors", "investigating", "We look.")
    theirs = service.incidents[1]
    theirs["components"] = [{"id": "cmp1checkout"}]
    choice = {"status_page_choice": f"update-{theirs['id']}"}
    components = ["cmp2shop"]
    walked(teller_of(components), replace(FIXED, known={**FIXED.known, **choice}))
    # Theirs stays among what it is about; of the shop, their other incident tells.
    assert [each["id"] for each in theirs["components"]] == ["cmp1checkout", "cmp2shop"]
    assert service.components["cmp2shop"] == "major_outage"
    walked(teller_of(components), replace(VERIFIED, known={**VERIFIED.known, **choice}))
    assert theirs["status"] == "resolved"
    assert service.components == {"cmp1checkout": "operational", "cmp2shop": "major_outage"}


def test_a_component_that_was_deleted_meanwhile_takes_none_of_the_others_away(teller_of, service):
    teller = teller_of(["cmp1checkout"])
    walked(teller, YES)
    del service.components["cmp1checkout"]
    walked(teller, FIXED)
    (incident,) = service.incidents
    assert says(incident)[-1] == ("identified", "found")
    assert [each["id"] for each in incident["components"]] == ["cmp1checkout"]


@pytest.mark.parametrize(
    ("before", "meanwhile", "while_open", "after"),
    [
        ("operational", "", "partial_outage", "operational"),
        # A colleague knows better, or sees something else.
        ("operational", "operational", "operational", "operational"),
        ("operational", "degraded_performance", "degraded_performance", "degraded_performance"),
        ("operational", "major_outage", "major_outage", "major_outage"),
        ("operational", "under_maintenance", "under_maintenance", "under_maintenance"),
        # Whatever it shows before, it is not broken by what this run is about.
        ("degraded_performance", "", "degraded_performance", "degraded_performance"),
        ("partial_outage", "", "partial_outage", "partial_outage"),
        ("under_maintenance", "", "under_maintenance", "under_maintenance"),
        ("under_maintenance", "operational", "operational", "operational"),
    ],
)
@pytest.mark.parametrize("is_same_process", [True, False])
def test_a_component_works_again_where_this_run_broke_it_and_nobody_has_changed_it(
    teller_of, service, before, meanwhile, while_open, after, is_same_process
):
    components = ["cmp1checkout"]
    service.components["cmp1checkout"] = before
    teller = teller_of(components)
    walked(teller, YES)
    if meanwhile:
        service.components["cmp1checkout"] = meanwhile
    walked(teller if is_same_process else teller_of(components), FIXED, DEPLOYED)
    assert service.components["cmp1checkout"] == while_open
    walked(teller if is_same_process else teller_of(components), VERIFIED)
    assert service.components["cmp1checkout"] == after
    assert service.incidents[0]["status"] == "resolved"


def test_what_is_resolved_at_once_says_of_no_component_that_it_works(teller_of, service):
    service.components["cmp1checkout"] = "partial_outage"
    walked(teller_of(["cmp1checkout"]), VERIFIED)
    assert service.components["cmp1checkout"] == "partial_outage"


def test_what_is_open_again_breaks_its_components_again_and_no_others(teller_of, service):
    components = ["cmp1checkout", "cmp2shop"]
    walked(teller_of(components), YES, VERIFIED)
    service.components["cmp2shop"] = "under_maintenance"
    walked(teller_of(components), BACK)
    assert service.components == {
        "cmp1checkout": "partial_outage",
        "cmp2shop": "under_maintenance",
    }


def test_one_component_that_is_gone_keeps_no_other_from_working_again(teller_of, service):
    components = ["cmp1checkout", "cmp2shop"]
    walked(teller_of(components), YES)
    del service.components["cmp1checkout"]
    walked(teller_of(components), VERIFIED)
    assert service.incidents[0]["status"] == "resolved"
    assert service.components == {"cmp2shop": "operational"}


def test_where_the_page_does_not_tell_what_was_changed_what_this_run_sets_is_taken_for_its_own(
    teller_of, service
):
    components = ["cmp1checkout", "cmp2shop"]
    walked(teller_of(components), YES)
    for update in service.incidents[0]["incident_updates"]:
        update["affected_components"] = None
    service.components["cmp2shop"] = "major_outage"
    walked(teller_of(components), VERIFIED)
    assert service.components == {"cmp1checkout": "operational", "cmp2shop": "major_outage"}


def test_what_this_run_resolved_and_takes_back_is_open_again(teller_of, service):
    walked(teller_of(), VERIFIED)
    walked(teller_of(), BACK)
    assert says(service.incidents[0]) == [("resolved", "works"), ("identified", "going back")]


def test_a_page_that_is_down_hides_nothing(teller_of, service, signals):
    service.faults.append(Fault("/incidents", 503, times=50))
    teller = teller_of()
    teller.show(YES)
    until(lambda: signals.waiting)
    assert not teller.close(0)
    [said] = [signal.said for signal in signals.waiting]
    assert isinstance(said, Untold)
    assert said.text == "Status page: investigating: looking"
    assert service.incidents == []
