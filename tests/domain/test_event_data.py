"""What each type of event says, as it stands in the journal and as it is read back."""

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime

import pytest
from docs.tables.events import meanings
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfix.domain.event import Event, FromNewer
from hotfix.domain.event_data import (
    RECORDS,
    BadCommitSettled,
    BudgetExtended,
    BudgetOverrun,
    BudgetWarning,
    DecisionMade,
    DecisionNeeded,
    EventData,
    EventType,
    Layout,
    LockLost,
    Noted,
    PhaseFinished,
    PhaseStarted,
    PlanChosen,
    PlannedPhase,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunStarted,
    StepDone,
    StepFailed,
    StepSettled,
    StepStarted,
    StepTroubled,
    StepWaiting,
    Told,
    Untold,
    WentBack,
)
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Category, Incident, Severity
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import RunState
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.run_settings import RecordedConfig, RunSettings, Via
from hotfix.domain.settlement import Settlement

AT = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
INCIDENT = Incident("checkout returns 500", Category.API_ERRORS, picks=("a" * 40,))
PROBLEM = Problem(ProblemCode.RIGHTS, "The push was refused.", "No rights.", "gh auth login")
QUESTION = Question("sure", "Sure?", (Option("yes", "Yes"), Option("no", "No", Then.STOP)), ("x",))
LAYOUT = Layout("hotfix", (PlannedPhase("fix", 900.0),), 1800.0, "fix", "merge_the_fix", ("fix",))
LAID_OUT: JsonObject = {
    "plan": "hotfix",
    "phases": [{"name": "fix", "target_seconds": 900.0}],
    "total_seconds": 1800.0,
    "counts_until": "fix",
    "point_of_no_return": "merge_the_fix",
    "needed_after": ["fix"],
}
MARK: JsonObject = {"mark": "fix:80", "of": "fix", "spent_seconds": 720.0, "target_seconds": 900.0}
DECIDED = DecisionMade("sure", "yes", "it is", 2.5, QUESTION)
# Each record, and the keys and values that versions so far have written for it, in their order.
WRITTEN: tuple[tuple[EventData, JsonObject], ...] = (
    (
        RunStarted(INCIDENT, RunSettings("hotfix/x"), LAYOUT),
        {"incident": INCIDENT.to_json(), "settings": RunSettings("hotfix/x").to_json(), **LAID_OUT},
    ),
    (RunResumed(), {}),
    (
        RunResumed({"lock_token": 4}, "dana"),
        {"facts": {"lock_token": 4}, "taken_over_from": "dana"},
    ),
    (
        RunResumed(config=RecordedConfig("[github]", "/shop/hotfix.toml")),
        {"config": RecordedConfig("[github]", "/shop/hotfix.toml").to_json()},
    ),
    (RunInterrupted("Ctrl-C"), {"why": "Ctrl-C"}),
    (RunFinished(RunState.DONE), {"state": "done", "problem": None}),
    (
        RunFinished(RunState.STOPPED, PROBLEM),
        {"state": "stopped", "problem": PROBLEM.to_json()},
    ),
    (PlanChosen(LAYOUT), LAID_OUT),
    (PlanChosen(LAYOUT, (), Via.KUBERNETES), {**LAID_OUT, "only": [], "via": "kubernetes"}),
    (PlanChosen(LAYOUT, ("web",), Via.ACTIONS), {**LAID_OUT, "only": ["web"], "via": "actions"}),
    (PhaseStarted(), {}),
    (PhaseFinished(), {}),
    (StepStarted(), {}),
    (
        StepWaiting("editing", QUESTION, ready=True, shown=("a line",)),
        {
            "saying": "editing",
            "question": QUESTION.to_json(),
            "ready": True,
            "shown": ["a line"],
        },
    ),
    (
        StepWaiting("for checks"),
        {"saying": "for checks", "question": None, "ready": False, "shown": []},
    ),
    (StepTroubled("502"), {"saying": "502"}),
    (StepDone("Cut.", {"branch": "x"}), {"saying": "Cut.", "facts": {"branch": "x"}}),
    (StepFailed(PROBLEM), {"problem": PROBLEM.to_json()}),
    (
        StepFailed(PROBLEM, nothing_happened=True),
        {"problem": PROBLEM.to_json(), "nothing_happened": True},
    ),
    (
        StepSettled("hotfix", Settlement.NOT_DONE, "It was not merged."),
        {"plan": "hotfix", "found": "not done", "saying": "It was not merged."},
    ),
    (
        StepSettled("hotfix", Settlement.DONE, "Merged.", {"merge_sha": "abc"}),
        {
            "plan": "hotfix",
            "found": "done",
            "saying": "Merged.",
            "facts": {"merge_sha": "abc"},
        },
    ),
    (
        WentBack("edit", "A commit came.", ("edit", "review"), ("fix",)),
        {
            "to": "edit",
            "because": "A commit came.",
            "undone": ["edit", "review"],
            "phases": ["fix"],
        },
    ),
    (DecisionNeeded(QUESTION), {"question": QUESTION.to_json()}),
    (
        DecisionNeeded(QUESTION, before="merge"),
        {"question": QUESTION.to_json(), "before": "merge"},
    ),
    (
        DECIDED,
        {
            "key": "sure",
            "choice": "yes",
            "reason": "it is",
            "minutes": 2.5,
            "question": QUESTION.to_json(),
            "signal": "",
        },
    ),
    (BudgetWarning("fix:80", "fix", 720.0, 900.0), MARK),
    (BudgetOverrun("fix:80", "fix", 720.0, 900.0), MARK),
    (BudgetExtended(2400.0, "nearly"), {"total_seconds": 2400.0, "reason": "nearly"}),
    (Noted("x", "noor", "1-2"), {"text": "x", "by": "noor", "signal": "1-2"}),
    (
        Noted("x", "rena", heard=Heard("slack:17.1", datetime(2026, 3, 12, 3, 12, tzinfo=UTC))),
        {
            "text": "x",
            "by": "rena",
            "heard": {"source": "slack:17.1", "at": "2026-03-12T03:12:00Z"},
        },
    ),
    (Told("parent", "x", "1-2"), {"key": "parent", "text": "x", "signal": "1-2"}),
    (
        Untold("parent", "x", "502", "1-2"),
        {"key": "parent", "text": "x", "why": "502", "signal": "1-2"},
    ),
    (
        LockLost(PROBLEM, by_this_run=False),
        {"problem": PROBLEM.to_json(), "by_this_run": False},
    ),
    (
        LockLost(PROBLEM, by_this_run=True, signal="1-2"),
        {"problem": PROBLEM.to_json(), "by_this_run": True, "signal": "1-2"},
    ),
    (BadCommitSettled("It is reverted"), {"because": "It is reverted"}),
)


def event(kind, data, version=1):
    return Event("hf-1", 1, AT, kind, "dana", "fix", "edit", data, version)


def test_every_type_has_a_record_and_is_shown_here():
    assert set(RECORDS) == set(EventType)
    assert {said.type for said, _ in WRITTEN} == set(EventType)


@pytest.mark.parametrize(("said", "data"), WRITTEN, ids=lambda each: type(each).__name__)
def test_a_record_stands_in_the_journal_as_ever_and_is_read_back(said, data):
    assert json.dumps(said.to_json()) == json.dumps(data)
    assert event(said.type, json.loads(json.dumps(data))).said == said


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (EventType.RUN_RESUMED, {}, RunResumed()),
        (EventType.RUN_FINISHED, {"state": "done"}, RunFinished(RunState.DONE)),
        (EventType.STEP_WAITING, {"saying": "x"}, StepWaiting("x")),
        (
            EventType.DECISION_MADE,
            {**DECIDED.to_json(), "signal": ...},
            DECIDED,
        ),
        (EventType.BUDGET_EXTENDED, {"total_seconds": 60}, BudgetExtended(60.0)),
        (EventType.NOTE, {"text": "x"}, Noted("x")),
    ],
    ids=lambda each: str(each) if isinstance(each, EventType) else "",
)
def test_what_an_earlier_version_did_not_write_has_a_default(kind, data, said):
    assert event(kind, {key: each for key, each in data.items() if each is not ...}).said == said


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda each: each.__name__)
def test_a_key_that_has_no_default_is_needed(record):
    data = next(data for said, data in WRITTEN if type(said) is record)
    for each in fields(record):
        name = "plan" if each.name == "layout" else each.name
        left = {key: value for key, value in data.items() if key != name}
        is_needed = each.default is MISSING
        assert isinstance(event(record.type, left).said, FromNewer) == is_needed, name


def test_a_later_key_is_passed_over_and_kept():
    later = event(EventType.NOTE, {"text": "x", "mood": ["tense"]})
    assert later.said == Noted("x")
    assert later.to_json()["data"] == {"text": "x", "mood": ["tense"]}


def test_it_is_read_once():
    said = event(EventType.NOTE, {"text": "x"})
    assert said.said is said.said


FORK = {**QUESTION.to_json(), "options": [{**Option("a", "A").to_json(), "then": "fork"}]}


@pytest.mark.parametrize(
    ("kind", "data", "version"),
    [
        ("gossip", {"text": "x"}, 1),
        (EventType.NOTE, {"text": "x"}, 2),
        (EventType.RUN_FINISHED, {"state": "handed-over", "problem": None}, 1),
        (EventType.STEP_FAILED, {"problem": {**PROBLEM.to_json(), "code": "weather"}}, 1),
        (EventType.STEP_FAILED, {"problem": "in words"}, 1),
        (EventType.DECISION_NEEDED, {"question": FORK}, 1),
        (EventType.DECISION_MADE, {**DECIDED.to_json(), "choice": "perhaps"}, 1),
        (EventType.STEP_DONE, {"saying": "x", "facts": ["a list"]}, 1),
        (EventType.BUDGET_EXTENDED, {"total_seconds": "some"}, 1),
        (
            EventType.RUN_STARTED,
            {**WRITTEN[0][1], "incident": {"description": "x", "category": "weather"}},
            1,
        ),
    ],
)
def test_what_this_version_cannot_read_is_from_a_newer_one_and_kept(kind, data, version):
    newer = event(kind, data, version)
    assert newer.said == FromNewer()
    line = newer.to_json()
    assert (line["v"], line["type"], line["data"]) == (version, kind, data)
    assert Event.from_json(json.loads(json.dumps(line))) == newer


@pytest.mark.parametrize("record", [*RECORDS.values(), Layout, PlannedPhase])
def test_the_first_line_says_when_and_each_field_what(record):
    assert (record.__doc__ or "").split("\n", 1)[0].endswith(".")
    assert meanings(record).keys() >= {each.name for each in fields(record)}


TEXT = st.text(max_size=9)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
OBJECTS = st.dictionaries(TEXT, st.none() | st.booleans() | TEXT | NUMBERS | st.lists(TEXT))
PROBLEMS = st.builds(Problem, st.sampled_from(ProblemCode), TEXT, TEXT, TEXT)
OPTIONS = st.builds(Option, TEXT, TEXT, st.sampled_from(Then), TEXT, st.booleans(), st.booleans())
QUESTIONS = st.builds(
    Question,
    TEXT,
    TEXT,
    st.lists(OPTIONS, min_size=1, max_size=3).map(tuple),
    TEXTS,
    TEXT,
    st.sampled_from(ProblemCode),
    TEXT,
    TEXT,
    NUMBERS,
)
PHASES = st.lists(st.builds(PlannedPhase, TEXT, st.none() | NUMBERS), max_size=3).map(tuple)
INCIDENTS = st.builds(
    Incident,
    TEXT,
    st.none() | st.sampled_from(Category),
    issue=TEXT,
    severity=st.sampled_from(Severity),
    picks=TEXTS,
)
CONFIGS = st.builds(RecordedConfig, TEXT, TEXT, st.dictionaries(TEXT, TEXT), TEXT, TEXT)
OF_TYPE: dict[object, st.SearchStrategy[object]] = {
    str: TEXT,
    bool: st.booleans(),
    float: NUMBERS,
    tuple[str, ...]: TEXTS,
    tuple[str, ...] | None: st.none() | TEXTS,
    JsonObject: OBJECTS,
    JsonObject | None: st.none() | OBJECTS,
    RunState: st.sampled_from(RunState),
    Heard | None: st.none() | st.builds(Heard, TEXT, st.datetimes(timezones=st.just(UTC))),
    Settlement: st.sampled_from(Settlement),
    bool | None: st.none() | st.booleans(),
    Incident: INCIDENTS,
    Via | None: st.none() | st.sampled_from(Via),
    RunSettings: st.builds(RunSettings, TEXT, st.booleans(), TEXT, config=st.none() | CONFIGS),
    RecordedConfig | None: st.none() | CONFIGS,
    Problem: PROBLEMS,
    Problem | None: st.none() | PROBLEMS,
    Question: QUESTIONS,
    Question | None: st.none() | QUESTIONS,
    Layout: st.builds(Layout, TEXT, PHASES, st.none() | NUMBERS, TEXT, TEXT, TEXTS),
}


@st.composite
def records(draw):
    record = draw(st.sampled_from(list(RECORDS.values())))
    values = {each.name: draw(OF_TYPE[each.type]) for each in fields(record)}
    if record is DecisionMade:
        values["choice"] = values["question"].options[0].key
    return record(**values)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(records())
def test_whatever_is_written_is_read_back_as_it_was(said):
    assert event(said.type, json.loads(json.dumps(said.to_json()))).said == said
