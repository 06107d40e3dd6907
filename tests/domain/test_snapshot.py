import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.domain.runs_on_record import RUNS
from tests.snapshots import snapshot

from hotfix.domain import budget
from hotfix.domain.fold import fold
from hotfix.domain.progress import Progress
from hotfix.domain.snapshot import forecast_in
from hotfix.domain.status import next_action, status

AT = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)

KEYS = {
    *("v", "run", "description", "state", "phase", "step", "started_at", "elapsed_seconds"),
    *("remaining_seconds", "pace_seconds", "next_action", "phases"),
}


def seconds_in(seen):
    found = [value for each in (seen, *seen["phases"]) for value in each.items()]
    return [value for key, value in found if key.endswith("_seconds") and value is not None]


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("later", [0, 12.345, 4000])
def test_a_snapshot_says_what_the_budget_says_after_every_event(name, later):
    events = RUNS[name]().events()
    for number in range(1, len(events) + 1):
        progress = fold(events[:number])
        now = events[number - 1].at + timedelta(seconds=later)
        # What is on disk has been through JSON.
        seen = snapshot(json.loads(json.dumps(status(progress))), now)
        stand = budget.pace(progress, now)
        assert seen.keys() >= KEYS
        assert all(round(each, 1) == each for each in seconds_in(seen)), "nobody reads more"
        assert seen["elapsed_seconds"] == pytest.approx(stand.elapsed, abs=0.051)
        if stand.left is None:
            assert (seen["remaining_seconds"], seen["pace_seconds"]) == (None, None)
        else:
            assert seen["remaining_seconds"] == pytest.approx(stand.left, abs=0.051)
            assert seen["pace_seconds"] == pytest.approx(stand.ahead, abs=0.051)
        told = forecast_in(seen)
        # Where nobody can say when it will be done, no moment is told.
        assert seen["no_forecast"] is None or seen["done_about"] is None
        stand.done_about = None if seen["no_forecast"] else stand.done_about
        assert told.planned == pytest.approx(stand.planned, abs=0.051)
        assert told.over == pytest.approx(stand.over, abs=0.051)
        for moment, meant in zip(
            (told.merge_by, told.done_about), (stand.merge_by, stand.done_about), strict=True
        ):
            seconds = [it.timestamp() for it in (moment, meant) if it]
            assert len(seconds) in {0, 2}
            assert not seconds or abs(seconds[0] - seconds[1]) < 1
        for phase, shown in zip(progress.phases, seen["phases"], strict=True):
            spent = phase.elapsed_seconds(now)
            assert shown["elapsed_seconds"] == pytest.approx(spent, abs=0.051)
            assert (shown["name"], shown["state"]) == (phase.name, phase.state.value)


@pytest.mark.parametrize(
    "key", ["next_action", "question", "problem", "links", "merge", "untold", "left_to_do"]
)
def test_what_the_status_says_is_shown_as_it_is(key):
    said = {**status(fold(RUNS["failed"]().events())), key: ["as it is"]}
    assert snapshot(said, AT)[key] == ["as it is"]
    assert "left_to_do" not in snapshot({**said, "left_to_do": []}, AT)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("done", "hotfix checklist"),
        ("failed", "gh auth login; then: hotfix resume"),
        ("deciding", "Sure? hotfix resume hf-test"),
        ("interrupted", "Sure? hotfix resume hf-test"),
        ("stopped", "hotfix log"),
    ],
)
def test_the_next_action_is_what_the_operator_does_next(name, action):
    assert next_action(fold(RUNS[name]().events())) == action


@pytest.mark.parametrize(
    ("seconds", "is_over", "warned"),
    [
        (-60, False, ""),
        (0, False, ""),
        (9.9, False, ""),
        (10, False, "0:10 behind the last event"),
        (3600, False, "60:00 behind the last event"),
        # Of a run that is over nothing passes unseen.
        (3600, True, ""),
    ],
)
def test_a_clock_that_is_behind_the_record_shows_its_last_moment_and_is_told(
    seconds, is_over, warned
):
    last = AT + timedelta(seconds=100)
    running = Progress(run="hf-1", started_at=AT, last_at=last)
    seen = dict(status(replace(running, ended_at=last) if is_over else running))
    shown = snapshot(seen, last - timedelta(seconds=seconds))
    assert shown["elapsed_seconds"] == (100 if is_over or seconds > 0 else 100 - seconds)
    assert [warned in each for each in shown["warnings"]] == ([True] if warned else [])


def test_a_state_that_an_earlier_version_wrote_knows_no_last_moment_and_warns_of_none():
    seen = dict(status(Progress(run="hf-1", started_at=AT, last_at=AT + timedelta(seconds=100))))
    del seen["last_at"]
    shown = snapshot(seen, AT + timedelta(seconds=30))
    assert (shown["v"], shown["elapsed_seconds"], shown["warnings"]) == (1, 30, [])
