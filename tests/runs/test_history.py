"""The figures over many runs, against answers that are computed apart, run by run."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from tests.journals.reading import as_line

from hotfix.adapters.journal import derived
from hotfix.composition.journals import Runs
from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    BudgetExtended,
    Layout,
    PhaseFinished,
    PhaseStarted,
    PlanChosen,
    PlannedPhase,
    RunFinished,
    RunStarted,
    StepDone,
    StepStarted,
)
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import Origin, RunSettings
from hotfix.runs.history import history_of
from hotfix.view.history_lines import history_lines

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
TARGETS = {"fix": 900.0, "review": 600.0, "deploy": 300.0, "verify": 180.0}
THERE = Layout(
    "hotfix", tuple(map(PlannedPhase, TARGETS, TARGETS.values())), 1800.0, "verify", "", ()
)
BACK = Layout("rollback", (PlannedPhase("rollback", 300.0),), None, "", "", ())
OURS = Origin("https://api.github.com", "acme/shop")
DRILL = Origin("http://127.0.0.1:4711", "webrana/webrana")
KINDS = ("done", "done", "done", "rolled-back", "back-later", "aborted", "open", "drill")


class Made:
    """A run as it is on disk, and what is to be counted of it."""

    def __init__(self, number, random, kind):
        self.kind, self.at, self.lines = kind, START + timedelta(hours=number), []
        self.run = f"hf-20260312-0312-run-{number:04}"
        self.previous = "0" * 64
        self.spent = {name: float(random.randint(1, 1200)) for name in TARGETS}
        self.waited = float(random.randint(0, 600))
        self.owed, self.settled = random.random() < 0.3, random.random() < 0.5
        self.recovery = float(random.randint(5, 400))
        self.started = self.at
        self.verified_in = sum(self.spent.values()) + self.waited
        self._walk(random)

    def say(self, said, phase="", step="", after=0.0):
        self.at += timedelta(seconds=after)
        seq, data = len(self.lines) + 1, said.to_json()
        event = Event(self.run, seq, self.at, said.type, "dana", phase, step, data)
        line = as_line(event, self.previous)
        self.previous = hashlib.sha256(line.encode()).hexdigest()
        self.lines.append(line)

    def _walk(self, random):
        origin = DRILL if self.kind == "drill" else OURS
        self.say(RunStarted(Incident("x"), RunSettings(origin=origin), THERE))
        for name in TARGETS:
            if (self.kind, name) in {("aborted", "deploy"), ("rolled-back", "verify")}:
                break
            self._phase(name)
            if self.kind == "open" and name == "review":
                return
        if random.random() < 0.2 and self.kind == "done":
            # An extension makes nothing fit.
            self.say(BudgetExtended(99_999.0))
        if self.kind in {"done", "back-later", "drill"}:
            self.say(RunFinished(RunState.DONE), after=random.randint(0, 60))
        if self.kind == "aborted":
            self.say(RunFinished(RunState.ABORTED))
        if self.is_back:
            self._roll_back()

    def _phase(self, name):
        self.say(PhaseStarted(), name)
        if name == "review":
            self.say(StepStarted(), name, "await_approval")
            facts = {"break_glass": "dana: nobody there"} if self.owed else {"approver": "rena"}
            self.say(StepDone("x", facts), name, "await_approval", self.waited)
        if name == "deploy":
            facts = {"merge_sha": "a" * 40, "pull_request_url": f"https://x/pull/{self.run[-4:]}"}
            self.say(StepDone("x", facts), name, "merge_the_fix")
            self.merged = self.at
        self.say(PhaseFinished(), name, after=self.spent[name])

    def _roll_back(self):
        self.say(PlanChosen(BACK), after=1.0)
        self.say(StepDone("x", {"rolled_back": ["web"]}), "rollback", "restore")
        restored: JsonObject = {"restored": [{"name": "web", "revision": 1}]}
        self.say(StepDone("x", restored), "rollback", "watch", self.recovery)
        self.recovered_in = (self.at - self.merged).total_seconds()
        facts = {"revert": "not needed"} if self.settled else {"revert_url": "https://x/pull/9"}
        self.say(StepDone("x", facts), "rollback", "revert", 7.0)
        self.say(RunFinished(RunState.ROLLED_BACK))

    @property
    def is_back(self):
        return self.kind in {"rolled-back", "back-later"}

    @property
    def is_merged(self):
        return self.is_back or self.kind == "done"

    def keep(self, state):
        folder = state / "runs" / self.run
        folder.mkdir(parents=True)
        (folder / "journal.jsonl").write_text("\n".join((*self.lines, "")), encoding="utf-8")


def between(found, part):
    """The value below which ``part`` of ``found`` lie, between the two next to it."""
    ordered = sorted(found)
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def durations(found):
    return {
        "count": len(found),
        "median_seconds": pytest.approx(between(found, 0.5), abs=0.051),
        "p80_seconds": pytest.approx(between(found, 0.8), abs=0.051),
    }


def share(count, of):
    return {"count": count, "of": of, "share": pytest.approx(count / of, abs=0.00006)}


def silent(said):
    assert str(said).startswith("Reading the records"), "everything can be read"


def test_500_runs_are_counted_exactly(tmp_path, monkeypatch):
    monkeypatch.setattr(derived, "YOUNG_NS", 0)
    random = Random(7)  # noqa: S311 - figures, not secrets
    runs = [Made(number, random, random.choice(KINDS)) for number in range(500)]
    for run in runs:
        run.keep(tmp_path)
    ours = [run for run in runs if run.kind != "drill"]
    done = [run for run in ours if run.kind == "done"]
    back = [run for run in ours if run.is_back]
    merged = [run for run in ours if run.is_merged]
    walked = [run for run in ours if run.kind in {"done", "back-later"}]
    found = history_of(tmp_path, None, silent)
    assert (found["runs"], found["deployed"]) == (len(ours), len(merged))
    assert found["drills_left_out"] == 500 - len(ours) > 0
    # From here on, by the index.
    monkeypatch.setattr(Runs, "events", silent)
    assert history_of(tmp_path, None, silent) == found
    with_drills = history_of(tmp_path, None, silent, with_drills=True)
    assert (with_drills["runs"], with_drills["drills_left_out"]) == (500, 0)
    assert with_drills["drills_counted"] == found["drills_left_out"]
    assert found["time_to_restore"] == durations([run.verified_in for run in done])
    recovery = durations([run.recovered_in for run in back])
    assert found["failed_deployment_recovery_time"] == recovery
    in_time = sum(run.verified_in <= 1800 for run in done)
    assert 0 < in_time < len(done)
    assert found["within_budget"] == share(in_time, len(done))
    assert found["change_failure_rate"] == share(len(back), len(merged))
    assert found["phases"] == [
        {
            "name": name,
            "median_seconds": pytest.approx(between(took, 0.5), abs=0.051),
            "p80_seconds": pytest.approx(between(took, 0.8), abs=0.051),
        }
        for name in TARGETS
        # What others were waited for is no time of the phase.
        if (took := [run.spent[name] for run in walked])
    ]
    owed = {run.run for run in merged if run.owed and not (run.is_back and run.settled)}
    assert {each["run"] for each in found["owed_reviews"]} == owed
    unmerged = {run.run for run in back if not run.settled}
    assert {each["run"] for each in found["unmerged_reverts"]} == unmerged
    # Cut by time: those that began from then on.
    later = history_of(tmp_path, runs[400].started, silent)
    assert later["runs"] == sum(run.kind != "drill" for run in runs[400:])


def test_of_nothing_nothing_is_said(tmp_path):
    found = history_of(tmp_path, None, silent)
    assert found["time_to_restore"] == {"count": 0, "median_seconds": None, "p80_seconds": None}
    assert found["change_failure_rate"] == {"count": 0, "of": 0, "share": None}
    assert history_lines(found)[1].endswith("none on record")


def test_one_run_is_its_own_median_and_too_few_for_a_phase(tmp_path):
    run = Made(0, Random(1), "done")  # noqa: S311 - likewise
    run.keep(tmp_path)
    found = history_of(tmp_path, None, silent)
    assert found["time_to_restore"] == durations([run.verified_in])
    assert found["phases"] == []


def test_a_run_that_cannot_be_read_is_named_and_the_others_are_counted(tmp_path):
    for number in range(3):
        Made(number, Random(number), "done").keep(tmp_path)  # noqa: S311 - likewise
    broken = tmp_path / "runs" / "hf-20260312-0312-run-0001" / "journal.jsonl"
    broken.write_bytes(broken.read_bytes().replace(b'"x"', b'"y"', 1))
    said: list[str] = []
    found = history_of(tmp_path, None, said.append)
    assert (found["runs"], found["not_readable"], len(said)) == (2, 1, 1)
    assert "hf-20260312-0312-run-0001" in said[0]
    lines = history_lines(found)
    assert "  not readable, left out: 1" in lines
    assert all(one != other for one, other in pairwise(lines))
