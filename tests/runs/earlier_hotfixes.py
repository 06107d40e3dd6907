"""Earlier hotfixes on disk: what each phase took in them, and how they ended."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.config.load import parse
from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    PhaseFinished,
    PhaseStarted,
    PlanChosen,
    RunFinished,
    RunStarted,
    StepDone,
    StepStarted,
)
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import Origin, RunSettings
from hotfix.domain.status import status
from hotfix.engine import record
from hotfix.plan.hotfix import plan_hotfix

CONFIG = parse('[github]\nrepository = "acme/shop"\n', {}, "hotfix.toml")
PLAN = plan_hotfix(Incident("x"), CONFIG, branch="hotfix/x", beside=False, can_ask=False)
ORIGIN = Origin("https://api.github.com", "acme/shop")
START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
PHASES = ("prepare", "branch", "fix", "test", "review", "deploy", "verify")
BACK = replace(record.layout(PLAN), plan="rollback", total_seconds=None)


def events(seconds, *, origin, ends, until, waits):
    """What is said in a run in which each phase takes ``seconds``, an approval ``waits`` more."""
    yield 0.0, RunStarted(Incident("x"), RunSettings(origin=origin), record.layout(PLAN))
    for phase in PHASES[: PHASES.index(until) + 1]:
        yield 0.0, PhaseStarted(), phase
        if phase == "review":
            yield 0.0, StepStarted(), phase, "await_approval"
            yield waits, StepDone("Approved.", {}), phase, "await_approval"
        yield seconds, PhaseFinished(), phase
    if ends is RunState.ROLLED_BACK:
        yield 0.0, PlanChosen(BACK)
    if ends is not RunState.INTERRUPTED:
        yield 0.0, RunFinished(ends)


def walked(
    state, number, seconds=60.0, *, origin=ORIGIN, ends=RunState.DONE, until="verify", waits=0.0
):
    """A run on disk, as a fast reader finds it."""
    run, at = f"hf-20260312-03{number:02}-checkout-abcd", START
    on_record: list[Event] = []
    for after, said, *where in events(seconds, origin=origin, ends=ends, until=until, waits=waits):
        at += timedelta(seconds=after)
        phase, step = (*where, "", "")[:2]
        seq = len(on_record) + 1
        event = Event(run, seq, at, said.type, "dana", phase, step, said.to_json())
        on_record.append(Event.from_json(event.to_json()))
    progress = fold(on_record)
    folder = state / "runs" / run
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_text("\n")
    whose = progress.settings.whose()
    said = {**status(progress), "whose": whose, "journal_bytes": 1}
    (folder / "state.json").write_text(json.dumps(said))
    return folder


def written(state, number, seconds=60.0, waits=0.0):
    """A run on disk with its journal."""
    run, clock = f"hf-20260312-03{number:02}-checkout-abcd", MemoryClock()
    how = {"origin": ORIGIN, "ends": RunState.DONE, "until": "verify"}
    with JournalFile.create(state, run, clock, "dana") as journal:
        for after, said, *where in events(seconds, waits=waits, **how):
            clock.wait(after)
            journal.append(said, *where)
    return state / "runs" / run
