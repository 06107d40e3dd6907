from datetime import UTC, datetime, timedelta

import pytest
from tests.journals.reading import NAMES, recorded

from hotfix.domain.deployment_log import BACK, entries, of_run, unlogged
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
ENTRY = {
    "commit": "a" * 40,
    "deployer": "dana",
    "reason": "checkout returns 500",
    "issue": "",
    "outcome": "deployed",
}


def event(number, kind, minutes, data=None):
    return Event("hf-1", number, START + timedelta(minutes=minutes), kind, data=data or {})


def logged(number, minutes, **change):
    data = {"saying": "Logged.", "facts": {"log_entry": {**ENTRY, **change}}}
    return event(number, EventType.STEP_DONE, minutes, data)


def test_a_run_without_a_deployment_has_no_entry():
    done = event(2, EventType.STEP_DONE, 1, {"saying": "x", "facts": {"branch": "hotfix/x"}})
    assert entries([]) == ()
    assert entries([event(1, EventType.RUN_STARTED, 0), done]) == ()


def test_a_deployment_and_its_rollback_are_two_entries():
    events = [
        event(1, EventType.RUN_STARTED, 0),
        logged(2, 20),
        logged(3, 90, outcome="rolled-back"),
    ]
    deployed, rolled_back = entries(events)
    assert deployed.to_json() == {
        "timestamp": "2026-03-12T03:32:09Z",
        **ENTRY,
        "run": "hf-1",
        "elapsed_seconds": 1200.0,
        "review": "",
    }
    assert (rolled_back.outcome, rolled_back.elapsed_seconds) == ("rolled-back", 5400)


def test_what_is_open_stands_at_the_last_entry_of_its_run_alone():
    issue = {"saying": "x", "facts": {"follow_up_number": 7, "follow_up": "https://x/7"}}
    events = [
        event(1, EventType.RUN_STARTED, 0),
        event(2, EventType.STEP_DONE, 10, issue),
        logged(3, 20),
        logged(4, 90, outcome="rolled-back"),
    ]
    deployed, rolled_back = of_run(events)
    assert (deployed.open, len(rolled_back.open)) == ((), 1)
    assert rolled_back.open[0].startswith("Follow-up issue 7 was opened.")


def test_what_only_looks_like_an_entry_is_none():
    note = event(2, EventType.NOTE, 1, {"text": "x", "facts": {"log_entry": ENTRY}})
    odd = event(3, EventType.STEP_DONE, 1, {"saying": "x", "facts": {"log_entry": None}})
    assert entries([note, odd]) == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_run_stands_in_the_log_and_none_as_what_it_was_not(name):
    it = recorded(name)
    logged = entries(it.events)
    rest = unlogged(it.progress, logged)
    assert logged or rest
    if rest is None:
        return
    assert rest.outcome not in {"deployed", BACK, "done"}
    assert (rest.run, rest.reason) == (it.progress.run, it.progress.incident.description)
    assert rest.commit == it.progress.known.get("merge_sha", "")
    # What is logged already is not told again, as something open.
    assert not logged or rest.plan == "rollback"


@pytest.mark.parametrize(
    ("name", "logged", "open_as"),
    [
        ("done", ["deployed"], None),
        ("done-then-rolled-back", ["deployed", "rolled-back"], None),
        ("rolled-back-by-itself", ["rolled-back"], None),
        ("waiting-for-review", [], ("hotfix", "waiting")),
        ("aborted-after-a-question", [], ("abort", "aborted")),
        ("taken-over-old-machine", [], ("hotfix", "taken-over")),
        ("rollback-called-off", [], ("hotfix", "deciding")),
    ],
)
def test_what_a_run_came_to(name, logged, open_as):
    it = recorded(name)
    found = entries(it.events)
    rest = unlogged(it.progress, found)
    assert [each.outcome for each in found] == logged
    assert (rest and (rest.plan, rest.outcome)) == open_as
