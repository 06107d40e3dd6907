from datetime import UTC, datetime, timedelta

from hotfix.domain.deployment_log import entries
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


def test_under_a_clock_that_was_set_back_no_entry_is_from_before_the_start():
    events = [
        event(1, EventType.RUN_STARTED, 0),
        event(2, EventType.PHASE_STARTED, 4),
        logged(3, -10),
    ]
    (entry,) = entries(events)
    # How much more passed, nobody knows.
    assert entry.elapsed_seconds == 240


def test_what_only_looks_like_an_entry_is_none():
    note = event(2, EventType.NOTE, 1, {"text": "x", "facts": {"log_entry": ENTRY}})
    odd = event(3, EventType.STEP_DONE, 1, {"saying": "x", "facts": {"log_entry": None}})
    assert entries([note, odd]) == ()
