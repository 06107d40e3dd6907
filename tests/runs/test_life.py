"""Whether somebody is on a run: told from its files and the machine's processes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tests.domain.runs_on_record import plan
from tests.memory_clock import MemoryClock
from tests.snapshots import snapshot

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.mailbox import Mailbox
from hotfix.domain.event_data import (
    DecisionNeeded,
    PhaseStarted,
    RunFinished,
    RunInterrupted,
    RunStarted,
    StepFailed,
)
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.question import Option, Question
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.status import status
from hotfix.engine.record import layout
from hotfix.processes.birth import born
from hotfix.runs.life import process_of, with_process
from hotfix.view.status_lines import short_line, status_lines

RUN = "hf-20260312-0312-checkout-abcd"


@pytest.fixture
def journal(tmp_path):
    with JournalFile.create(tmp_path, RUN, MemoryClock(), "dana") as journal:
        journal.append(RunStarted(Incident("checkout returns 500"), RunSettings(), layout(plan())))
        yield journal


def state_json(tmp_path):
    return tmp_path / "runs" / RUN / "state.json"


def held_by(tmp_path, **changed):
    """Rewrite who is on record as the last writer."""
    seen = json.loads(state_json(tmp_path).read_text())
    seen["holder"] |= changed
    state_json(tmp_path).write_text(json.dumps(seen))


def seen_now(journal, tmp_path):
    seen = snapshot(dict(status(fold(journal.events()))), journal.events()[-1].at)
    return with_process(str(tmp_path), seen)


def words(journal, tmp_path):
    return status_lines(seen_now(journal, tmp_path))[2]


def test_whoever_walks_it_is_alive_and_gives_signs_of_life(journal, tmp_path):
    box = Mailbox(tmp_path / "runs" / RUN / "inbox")
    assert words(journal, tmp_path) == f"at work: dana at {os.uname().nodename} (pid {os.getpid()})"
    box.take()
    assert words(journal, tmp_path).endswith(", last sign of life 0 s ago")
    looked = tmp_path / "runs" / RUN / "inbox" / ".looked"
    os.utime(looked, (time.time() - 200, time.time() - 200))
    assert words(journal, tmp_path).endswith(", last sign of life 3 min ago")
    assert box.take() == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pid": 2**22 + 1}, f"process gone: hotfix resume {RUN}"),
        # The number went on to somebody else.
        ({"born": "another boot 1"}, f"process gone: hotfix resume {RUN}"),
        ({"born": None}, "last at work: dana at"),
        ({"host": "another"}, "last at work: dana at another (pid"),
    ],
)
def test_a_number_alone_is_not_believed(journal, tmp_path, changed, said):
    held_by(tmp_path, **changed)
    assert words(journal, tmp_path).startswith(said)


def test_a_run_that_is_over_or_has_no_record_has_no_process(journal, tmp_path):
    assert process_of(str(tmp_path), "hf-none") is None
    state_json(tmp_path).write_text("{")
    assert process_of(str(tmp_path), RUN) is None
    journal.append(RunFinished(RunState.DONE))
    assert process_of(str(tmp_path), RUN) is None


def test_one_that_ctrl_z_has_stopped_is_neither_alive_nor_gone(journal, tmp_path):
    waits = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(waits) as child:
        held_by(tmp_path, pid=child.pid, born=born(child.pid))
        os.kill(child.pid, signal.SIGSTOP)
        os.waitpid(child.pid, os.WUNTRACED)
        assert "stopped by Ctrl-Z: " in words(journal, tmp_path)
        assert seen_now(journal, tmp_path)["next_action"].startswith("fg in the terminal of dana")
        child.kill()
    assert words(journal, tmp_path) == f"process gone: hotfix resume {RUN}"


@pytest.mark.parametrize("state", ["alive", "stopped", "gone", "not known"])
def test_nothing_is_said_to_run_whose_process_does_not(journal, state):
    journal.append(PhaseStarted(), plan().phases[0].name)
    seen = snapshot(dict(status(fold(journal.events()))), journal.events()[-1].at)
    holder = {"operator": "dana", "host": "vm", "pid": 7, "silent_seconds": None, "state": state}
    seen |= {"process": holder}
    stands = state in {"stopped", "gone"}
    assert any(line.endswith("  running") for line in status_lines(seen)) is not stands
    said = {"stopped": ", stopped by Ctrl-Z", "gone": ", process gone"}.get(state, "")
    line = short_line(seen)
    assert line.endswith(said)
    assert (", " in line.removeprefix(short_line({**seen, "process": None}))) is stands


ASKED = Question("merge", "Merge pull request 7?", (Option("merge", "Merge it"),))
WRONG = Problem(ProblemCode.FAILED, "The tests are red.", "1 failed.", f"hotfix resume {RUN}")


@pytest.mark.parametrize(
    ("said", "alive", "gone"),
    [
        ((), "wait", f"hotfix resume {RUN}"),
        (
            (DecisionNeeded(ASKED),),
            "Answer in the terminal of {where}: Merge pull request 7?",
            f"Merge pull request 7? hotfix resume {RUN}",
        ),
        ((RunInterrupted("Ctrl-C"),), "Go on in the terminal of {where}", f"hotfix resume {RUN}"),
        ((StepFailed(WRONG),), "Go on in the terminal of {where}", f"hotfix resume {RUN}"),
    ],
)
def test_what_is_open_in_a_living_terminal_goes_on_there(
    journal, tmp_path, monkeypatch, said, alive, gone
):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    for each in said:
        journal.append(each, "review", "merge_the_fix")
    at = f"{MemoryClock().now():%H:%M}"
    where = f"dana on {os.uname().nodename}, pid {os.getpid()}, since {at}"
    assert seen_now(journal, tmp_path)["next_action"] == alive.format(where=where)
    held_by(tmp_path, pid=2**22 + 1)
    assert seen_now(journal, tmp_path)["next_action"] == gone


@pytest.mark.usefixtures("journal")
def test_a_second_process_says_whose_terminal_it_is_open_in(tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with pytest.raises(ProblemError) as caught:
        JournalFile.open(tmp_path, RUN, MemoryClock(), "noor")
    problem = caught.value.problem
    assert problem.code is ProblemCode.LOCKED
    at = f"{MemoryClock().now():%H:%M}"
    host, pid = os.uname().nodename, os.getpid()
    assert (
        problem.what == f"It is open in another terminal (dana on {host}, pid {pid}, since {at})."
    )
    assert problem.next_command == f"Go on there, or Ctrl-C there first; then: hotfix resume {RUN}"
    # As an earlier version has left it, or not at all.
    held_by(tmp_path, since=None, operator=None)
    with pytest.raises(ProblemError, match=f"terminal .dana on {host}, pid {pid}.[.]"):
        JournalFile.open(tmp_path, RUN, MemoryClock(), "noor")
    state_json(tmp_path).unlink()
    with pytest.raises(ProblemError, match=r"open in another terminal\."):
        JournalFile.open(tmp_path, RUN, MemoryClock(), "noor")
