"""When a clock must not say that a run is on pace."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.journals.reading import recorded
from tests.snapshots import snapshot

from hotfix.domain.event import Event
from hotfix.domain.event_data import StepDone, StepStarted, StepWaiting
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import PROBES_AFTER
from hotfix.domain.fold import after
from hotfix.domain.forecast import Expected, forecast
from hotfix.domain.leaving import LOOKED_AT
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.progress import RunState
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.status import status
from hotfix.domain.trouble import is_in_trouble
from hotfix.processes.birth import born
from hotfix.runs import life
from hotfix.view.clock_line import clock_line
from hotfix.view.foot_lines import foot_lines
from hotfix.view.status_lines import short_line, status_lines

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


@pytest.mark.parametrize(
    ("left", "merge_by", "line"),
    [
        (1800.0, None, "no forecast: it stands still"),
        (-70.0, None, "1:10 more than the 30:00 · no forecast: it stands still"),
        # Until when to merge is no forecast.
        (
            1800.0,
            datetime(2026, 3, 12, 3, 5, tzinfo=UTC),
            "merge by 03:05 UTC (5:00 from now) · no forecast: it stands still",
        ),
    ],
)
def test_without_a_forecast_no_time_is_promised(left, merge_by, line):
    stand = forecast(
        NOW,
        [Expected(600.0, 0.0, is_done=False)],
        started=NOW - timedelta(seconds=1800.0 - left),
        ended=None,
        total=1800.0,
        merge_by=merge_by,
        is_over=False,
    )
    assert "done about" in clock_line(stand, UTC)
    assert clock_line(stand, UTC, no_forecast="it stands still") == line


RED = replace(OPEN, plan="hotfix", step="probe_production", is_red=True, saying="checkout: 500")
# How a run stands; whether its clock may promise a time; what is known to be wrong.
STANDS = {
    "at work": (replace(OPEN, state=RunState.RUNNING), True, ""),
    "red": (replace(RED, state=RunState.WAITING), False, "checkout: 500"),
    "red, and stopped": (replace(RED, state=RunState.INTERRUPTED), False, "checkout: 500"),
    "red, and taken up": (replace(RED, state=RunState.RUNNING), False, "checkout: 500"),
    "stopped": (replace(OPEN, state=RunState.INTERRUPTED), False, ""),
    "failed": (replace(OPEN, state=RunState.FAILED), False, "It failed."),
    "asked to go back": (
        replace(OPEN, state=RunState.DECIDING, pending=asked(Then.ROLL_BACK)),
        False,
        "What now?",
    ),
    "asked, and stopped": (
        replace(OPEN, state=RunState.INTERRUPTED, pending=asked(Then.ROLL_BACK)),
        False,
        "What now?",
    ),
    "asked for a yes to going back": (
        replace(OPEN, plan="rollback", state=RunState.DECIDING, pending=asked(Then.GO_ON)),
        False,
        "",
    ),
    "asked to go on": (
        replace(OPEN, state=RunState.DECIDING, pending=asked(Then.GO_ON)),
        True,
        "",
    ),
}


@pytest.mark.parametrize("stand", STANDS)
def test_no_screen_promises_a_time_where_nobody_knows_it(stand):
    progress, is_promised, wrong = STANDS[stand]
    progress = replace(progress, problem=None, started_at=NOW, last_at=NOW)
    seen = snapshot(dict(status(progress)), NOW)
    rows = foot_lines(progress, NOW, 200, LOOKED_AT)
    lines = [*status_lines(seen), *(f"{row.label}{row.text}" for row in rows)]
    assert any("done about" in line for line in lines) is is_promised
    assert any("on pace" in line for line in lines) is is_promised
    assert (seen["done_about"] is None) is not is_promised
    assert (seen["trouble"] or "", "in trouble" in short_line(seen)) == (
        wrong,
        bool(wrong) and progress.state is not RunState.FAILED,
    )
    assert not wrong or any(wrong in line for line in lines)


@pytest.mark.parametrize(
    ("holder", "is_promised"),
    [
        ({"born": born(os.getpid())}, True),
        ({"born": "of another process"}, False),
        ({"host": "another"}, True),
    ],
    ids=["alive", "gone", "not known"],
)
def test_what_nobody_walks_any_more_is_done_at_no_time(holder, is_promised, tmp_path):
    at_work = replace(OPEN, state=RunState.RUNNING, started_at=NOW, last_at=NOW)
    kept = {"pid": os.getpid(), "host": os.uname().nodename, **holder}
    folder = tmp_path / "runs" / at_work.run
    folder.mkdir(parents=True)
    (folder / "state.json").write_text(json.dumps({**status(at_work), "holder": kept}))
    seen = life.with_process(str(tmp_path), snapshot(dict(status(at_work)), NOW))
    assert (seen["done_about"] is not None) is is_promised
    assert any("done about" in line for line in status_lines(seen)) is is_promised
    looked_at = foot_lines(life.as_it_stands(at_work, seen["process"]), NOW, 200, LOOKED_AT)
    words = " ".join(row.text for row in looked_at)
    assert ("done about" in words) is is_promised
    assert ("at work" in words) is is_promised
