from datetime import UTC, datetime

import pytest
from tests.domain.runs_on_record import RUNS
from tests.engine.small_plan import MemoryJournal
from tests.memory_clock import MemoryClock

from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType, Noted
from hotfix.domain.fold import after, fold
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import Left, Progress, RunState
from hotfix.domain.question import Option, Question
from hotfix.view.sentences import sentence

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
EVIL = "\x1b]0;owned\x07[/red]\nsecond\u202e line"
SAFE = "[/red] second line"
PROBLEM = Problem(ProblemCode.FAILED, EVIL, EVIL, "x").to_json()
QUESTION = Question("sure", EVIL, (Option("yes", EVIL),)).to_json()
PLAN: JsonObject = {
    "plan": "hotfix",
    "phases": [{"name": "fix", "target_seconds": 900.0}],
    "total_seconds": 1800.0,
    "counts_until": "fix",
    "point_of_no_return": "",
    "needed_after": [],
}
MARK: JsonObject = {"mark": "fix:80", "of": "fix", "spent_seconds": 720.0, "target_seconds": 900.0}
SAID: dict[EventType, tuple[JsonObject, str | None]] = {
    EventType.RUN_STARTED: (
        {"incident": Incident(EVIL).to_json(), "settings": {}, **PLAN},
        f"{SAFE}, 30:00 in all",
    ),
    EventType.RUN_RESUMED: ({}, f"Resumed by {SAFE}."),
    EventType.RUN_INTERRUPTED: ({"why": EVIL}, f"Interrupted: {SAFE}"),
    EventType.RUN_FINISHED: ({"state": "aborted", "problem": None}, "The run is over: aborted."),
    EventType.PLAN_CHOSEN: ({**PLAN, "plan": "rollback"}, "Rolling back"),
    EventType.PHASE_STARTED: ({}, "fix (target 15:00)"),
    EventType.PHASE_FINISHED: ({}, None),
    EventType.STEP_STARTED: ({}, None),
    EventType.STEP_WAITING: ({"saying": EVIL, "question": None}, SAFE),
    EventType.STEP_TROUBLED: ({"saying": EVIL}, f"{SAFE} Trying again."),
    EventType.STEP_DONE: ({"saying": EVIL, "facts": {}}, SAFE),
    EventType.STEP_FAILED: ({"problem": PROBLEM}, SAFE),
    EventType.STEP_SETTLED: ({"plan": "hotfix", "found": "unknown", "saying": EVIL}, SAFE),
    EventType.WENT_BACK: (
        {"to": "await_the_fix", "because": EVIL, "undone": [], "phases": []},
        f"{SAFE} Back to: await the fix.",
    ),
    EventType.DECISION_NEEDED: ({"question": QUESTION}, SAFE),
    EventType.DECISION_MADE: (
        {"key": "sure", "question": QUESTION, "choice": "yes", "reason": EVIL, "minutes": 0},
        f"{SAFE}: {SAFE} ({SAFE})",
    ),
    EventType.BUDGET_WARNING: (MARK, "Time is running out. fix: 12:00 of 15:00"),
    EventType.BUDGET_OVERRUN: (MARK, "Overrun. fix: 12:00 of 15:00"),
    EventType.BUDGET_EXTENDED: ({"total_seconds": 2400.0}, "The total is 40:00 now."),
    EventType.NOTE: ({"text": EVIL}, f"{SAFE}: {SAFE}"),
    EventType.BAD_COMMIT_SETTLED: ({"because": EVIL}, f"{SAFE}."),
    EventType.TOLD: ({"key": "parent", "text": "x"}, None),
    EventType.LOCK_LOST: ({"problem": PROBLEM, "by_this_run": True}, SAFE),
    EventType.UNTOLD: (
        {"key": "parent", "text": "x", "why": EVIL},
        f"Could not tell the team: {SAFE}",
    ),
}


@pytest.mark.parametrize("kind", EventType)
def test_every_type_of_event_has_its_sentence_on_one_clean_line(kind):
    data, words = SAID[kind]
    start = Event("hf-1", 1, START, EventType.RUN_STARTED, data=SAID[EventType.RUN_STARTED][0])
    event = Event("hf-1", 2, START, kind, EVIL, "fix", "await_the_fix", data)
    said = sentence(event, after(fold([start]), event))
    assert (said.text if said else None) == words


def test_a_run_that_left_something_to_do_is_not_simply_over():
    data, _ = SAID[EventType.RUN_FINISHED]
    problem = Problem(ProblemCode.FAILED, "The lock may remain.", "It is out of reach.", "x")
    left = (Left("release_the_lock", problem),)
    for state, words in (
        (RunState.DONE, "The run is over, with something left to do."),
        (RunState.ROLLED_BACK, "The run is over: rolled back, with something left to do."),
    ):
        told = {**data, "state": state.value}
        event = Event("hf-1", 2, START, EventType.RUN_FINISHED, data=told)
        said = sentence(event, Progress(state=state, left_to_do=left))
        assert said is not None
        assert said.text == words


@pytest.mark.parametrize("name", RUNS)
def test_whole_runs_can_be_told(name):
    progress = Progress()
    for event in RUNS[name]().events():
        progress = after(progress, event)
        said = sentence(event, progress)
        assert said is None or (said.text and len(said.mark) <= 1)


def test_what_was_said_in_the_channel_says_where_and_when():
    at = datetime(2026, 3, 12, 3, 12, tzinfo=UTC)
    said = Noted("since 14:00", by="rena", heard=Heard("slack:17.1", at))
    event = MemoryJournal(MemoryClock()).append(said)
    shown = sentence(event, Progress())
    assert shown is not None
    assert shown.text == "rena (in Slack, 03:12 UTC): since 14:00"
