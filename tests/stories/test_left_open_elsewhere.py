"""One story: a hotfix is given up, and colleagues close what it opened elsewhere."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from tests.stories.stage import ORDER, stage
from tests.stories.test_everybody_is_told import PATIENCE_SECONDS

from hotfix.domain.deployment_log import of_run
from hotfix.domain.event_data import StepSettled, StepStarted
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import STATUS_PAGE_CHOICE
from hotfix.domain.fold import fold
from hotfix.domain.incident import Audience
from hotfix.domain.open_elsewhere import open_incident
from hotfix.domain.page_texts import PAGE, PUBLISH, TOLD_TO_CUSTOMERS, UPDATE
from hotfix.domain.paging import TRIGGER
from hotfix.domain.still_to_do import still_to_do
from hotfix.ports.status_page import IncidentGoneError
from hotfix.runs.asker import Flags
from hotfix.runs.chased import chase, needs
from hotfix.runs.itinerary import Manner
from hotfix.runs.left_open import INCIDENTS
from hotfix.runs.open import start
from hotfix.simulators.server import Fault

LEO = "Leo Marchetti"


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        show = on.terminal.show

        def show_and_stop(event, progress):
            show(event, progress)
            is_told = {TRIGGER, PAGE} <= progress.told
            if (
                is_told
                and event.step == "await_the_fix"
                and not isinstance(event.said, StepStarted)
            ):
                raise KeyboardInterrupt

        order = replace(ORDER, audience=Audience.CUSTOMERS)
        flags = Flags(yes=True, answers={TOLD_TO_CUSTOMERS: PUBLISH})
        with patch.object(on.terminal, "show", show_and_stop):
            start(on.session, order, Manner(flags, can_ask=True), on.terminal)
        on.resume(plan="abort")
        yield on


def progress(story):
    return fold(story.session.runs.events(story.run))


def left(story):
    return [each.kind for each in still_to_do(progress(story)) if each.kind != "left"]


def ask(story):
    """Lena asks, the lead, who was not there."""
    session = replace(story.session, operator="lena")
    return chase(session, [progress(story)], PATIENCE_SECONDS)


def test_both_are_left_to_people_and_nobody_says_that_they_are_open_without_a_look(story):
    assert left(story) == ["status-page", "alert"]
    found = [each.what for each in still_to_do(progress(story))]
    assert not [each for each in found if "is open" in each]
    (incident,) = story.world.statuspage.incidents
    assert incident["shortlink"] in found[0]
    (entry,) = of_run(story.session.runs.events(story.run))
    assert len(entry.open) == 2


def test_what_is_open_yet_is_said_to_be_so_as_of_now_and_not_put_on_record(story):
    before = story.session.runs.events(story.run)
    news, sentences = ask(story)
    assert not news
    assert [each.partition(", ")[2] for each in sentences] == [
        "asked just now: the alert is still open in PagerDuty.",
        "asked just now: the incident is still open on the status page.",
    ]
    assert story.session.runs.events(story.run) == before


def test_a_service_in_trouble_hides_nothing_of_the_other_and_nothing_is_claimed(story):
    fault = Fault("/incidents", status=503, times=100)
    story.world.pagerduty.faults.append(fault)
    _, (alert, incident) = ask(story)
    story.world.pagerduty.faults.remove(fault)
    assert "not found out whether the alert is still open in PagerDuty: PagerDuty has" in alert
    assert "asked just now" in incident
    assert left(story) == ["status-page", "alert"]


def test_who_resolved_the_alert_and_when_is_on_record_and_not_asked_again(story):
    service = story.world.pagerduty
    (id_,) = service.incidents
    service.resolve(id_, LEO)
    at = story.world.clock.now()
    news, _ = ask(story)
    assert left(story) == ["status-page"]
    assert list(news) == [story.run]
    event = story.session.runs.events(story.run)[-1]
    assert isinstance(event.said, StepSettled)
    assert event.said.saying == f"{LEO} resolved the alert in PagerDuty at {at:%Y-%m-%d %H:%M} UTC."
    # Whoever found it out has not walked the run.
    assert (event.operator, progress(story).operator) == ("lena", "dana")
    asked = len(story.world.received.all("pagerduty"))
    _, sentences = ask(story)
    assert len(sentences) == 1
    assert len(story.world.received.all("pagerduty")) == asked


@pytest.mark.parametrize("is_theirs", [True, False])
def test_what_somebody_deleted_from_the_page_is_not_asked_about_for_ever(story, is_theirs):
    ended, service = progress(story), story.world.statuspage
    if is_theirs:
        choice = STATUS_PAGE_CHOICE(f"{UPDATE}incident0001")
        ended = replace(ended, known={**ended.known, **by_key([choice])})
    incident, ports = open_incident(ended), story.session.tools.ports(story.session.state)
    assert incident is not None
    assert INCIDENTS.look(ports, ended, incident) is None
    deleted, service.incidents[:] = list(service.incidents), []
    found: Any = INCIDENTS.look(ports, ended, incident)
    assert "somebody has deleted it" in found.said.saying
    # What never came there is another matter.
    unheard = replace(ended, told=ended.told - {PAGE})
    with suppress(IncidentGoneError):
        assert INCIDENTS.look(ports, unheard, incident) is None
    unknown = open_incident(unheard)
    assert unknown is not None
    assert "is not known: no answer came" in unknown.what
    service.incidents[:] = deleted


def test_what_customers_read_is_over_by_doctors_look_too(story):
    (incident,) = story.world.statuspage.incidents
    look = needs(story.session)["incidents"]
    assert [each.name for each in look()] == ["status-page"]
    story.world.statuspage._change(incident, {"status": "resolved", "body": "It works."})
    assert not needs(story.session)["incidents"]()
    assert left(story) == []
    (entry,) = of_run(story.session.runs.events(story.run))
    assert entry.open == ()
