"""When a clock must not say that a run is on pace."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.journals.reading import recorded

from hotfix.domain.event import Event
from hotfix.domain.event_data import StepDone, StepStarted, StepWaiting
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import PROBES_AFTER
from hotfix.domain.fold import after
from hotfix.domain.forecast import Expected, forecast
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.progress import RunState
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.trouble import is_in_trouble
from hotfix.view.clock_line import clock_line

OPEN = recorded("waiting-for-review").progress
NOW = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)


def probes(is_green):
    return by_key((PROBES_AFTER((ProbeResult("checkout", is_green, "500 in 0.1 s", 0.1),)),))


def asked(then):
    return Question("x", "What now?", (Option("one", "One", then),))


@pytest.mark.parametrize(
    ("changed", "is_trouble"),
    [
        ({}, False),
        ({"state": RunState.FAILED}, True),
        ({"state": RunState.DECIDING, "pending": asked(Then.ROLL_BACK)}, True),
        ({"state": RunState.DECIDING, "pending": asked(Then.GO_BACK)}, True),
        ({"state": RunState.DECIDING, "pending": asked(Then.GO_ON)}, False),
        ({"known": {**OPEN.known, **probes(False)}}, True),
        ({"known": {**OPEN.known, **probes(True)}}, False),
        # What is over has no pace; what is red is what a rollback is for.
        ({"known": {**OPEN.known, **probes(False)}, "state": RunState.STOPPED}, False),
        ({"known": {**OPEN.known, **probes(False)}, "plan": "rollback"}, False),
    ],
)
def test_what_is_known_to_be_wrong_is_trouble(changed, is_trouble):
    assert is_in_trouble(replace(OPEN, **changed)) is is_trouble


def test_a_wait_for_what_is_red_is_trouble_until_it_is_over():
    def goes_on(progress, said):
        step, data = "probe_production", said.to_json()
        return after(progress, Event("hf-1", 99, NOW, said.type, "dana", "verify", step, data))

    begun = goes_on(OPEN, StepStarted())
    red = goes_on(begun, StepWaiting("not green yet", is_red=True))
    assert [is_in_trouble(each) for each in (begun, red)] == [False, True]
    assert not is_in_trouble(goes_on(red, StepWaiting("settling")))
    assert not is_in_trouble(goes_on(red, StepDone("Green.", {})))


def test_in_trouble_it_is_done_at_the_earliest_and_not_on_pace():
    stand = forecast(
        NOW,
        [Expected(600.0, 0.0, is_done=False)],
        started=NOW,
        ended=None,
        total=1800.0,
        merge_by=None,
        is_over=False,
    )
    assert clock_line(stand, UTC) == "on pace for 30:00, done about 03:10 UTC"
    assert clock_line(stand, UTC, in_trouble=True) == "done at 03:10 UTC at the earliest"
