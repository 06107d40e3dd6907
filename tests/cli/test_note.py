"""A note is read: at once, at the next command, or on the record of a run that is over."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.adapters.journal.later_lines import add
from tests.engine.small_plan import plan_of

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import read_events
from hotfix.adapters.mailbox import Mailbox
from hotfix.adapters.system_clock import SystemClock
from hotfix.domain.event_data import LockLost, Noted, RunFinished, RunInterrupted, Told
from hotfix.domain.fold import fold
from hotfix.domain.heard import PAGE, Heard
from hotfix.domain.incident import Incident
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.ports.signals import Reply, Signal
from hotfix.runs.note import note

RUN = "hf-20260312-0312-checkout-abcd"
HOTFIX = str(Path(sys.executable).with_name("hotfix"))
WHY = Problem(ProblemCode.LOCKED, "noor took over this hotfix.", "She did.", "hotfix status")
OVER = [RunState.DONE, RunState.ROLLED_BACK, RunState.ABORTED, RunState.STOPPED]


def walked(state, *said):
    """A run of dana's with these events at its end; nobody walks it any more."""
    with JournalFile.create(state, RUN, SystemClock(), "dana") as journal:
        plan = plan_of(("fix", 900.0, ()), total=1800.0)
        record.begin(journal, Incident("checkout returns 500"), plan, RunSettings())
        for each in said:
            journal.append(each)
    return state / "runs" / RUN / "journal.jsonl"


def noted(state, text="the cache was cold", **more):
    return note(state, RUN, Noted(text, "noor"), SystemClock(), **more)


def notes(state):
    return [(each.by, each.text) for each in fold(read_events(state, RUN)).notes]


def waiting(state):
    return [signal.said for signal in Mailbox(state / "runs" / RUN / "inbox").take()]


@pytest.mark.parametrize("ended", OVER)
def test_it_goes_on_the_record_of_a_run_that_is_over(tmp_path, ended):
    walked(tmp_path, RunFinished(ended))
    said = noted(tmp_path)
    # What a run that did nothing owes is its checklist.
    how = {
        RunState.DONE: "over, with something left to do",
        RunState.ROLLED_BACK: "over: rolled back",
    }.get(ended, f"over: {ended.value}")
    assert said == f"Noted for {RUN}, on the record of a run that is {how}."
    assert notes(tmp_path) == [("noor", "the cache was cold")]
    assert waiting(tmp_path) == []
    progress = fold(read_events(tmp_path, RUN))
    assert (progress.state, progress.operator) == (ended, "dana")


def test_what_was_noted_before_and_never_read_goes_there_too(tmp_path):
    walked(tmp_path, RunFinished(RunState.DONE))
    box = Mailbox(tmp_path / "runs" / RUN / "inbox")
    late = (Noted("first", "rena"), Told("summary", "Done."), Reply("merge", "go"))
    for said in (*late, LockLost(WHY, by_this_run=True)):
        box.send(Signal(said))
    noted(tmp_path, "second")
    assert notes(tmp_path) == [("rena", "first"), ("noor", "second")]
    progress = fold(read_events(tmp_path, RUN))
    assert progress.state is RunState.DONE
    assert progress.told == {"summary"}
    noted(tmp_path, "third")
    assert [text for _, text in notes(tmp_path)] == ["first", "second", "third"]


def test_for_an_open_run_that_nobody_walks_it_says_when_it_is_read(tmp_path):
    path = walked(tmp_path, RunInterrupted("Ctrl-C"))
    before = path.read_bytes()
    said = noted(tmp_path)
    assert said == f"Noted for {RUN}. Nobody is at work on it now; read at: hotfix resume {RUN}"
    assert waiting(tmp_path) == [Noted("the cache was cold", "noor")]
    assert path.read_bytes() == before


def test_who_is_paged_with_it_and_when_is_said(tmp_path):
    walked(tmp_path, RunInterrupted("Ctrl-C"))
    at = SystemClock().now()
    page = Noted("it spreads", "noor", heard=Heard(f"{PAGE}{at.isoformat()}", at))
    before = (
        f"Noted for {RUN}. Nobody is at work on it now; nobody is paged before: hotfix resume {RUN}"
    )
    assert note(tmp_path, RUN, page, SystemClock()) == before
    with JournalFile.open(tmp_path, RUN, SystemClock(), "dana") as journal:
        said = note(tmp_path, RUN, page, SystemClock())
        assert said.endswith(
            "next look, and pages, once a run, where PAGERDUTY_ROUTING_KEY is set."
        )
        journal.append(RunFinished(RunState.DONE))
    assert note(tmp_path, RUN, page, SystemClock()).endswith(
        "over, with something left to do. Nobody is paged."
    )
    assert [each.heard for each in fold(read_events(tmp_path, RUN)).notes] == [page.heard] * 3


def test_for_one_that_is_walked_it_is_left_to_who_walks_it(tmp_path):
    walked(tmp_path)
    with JournalFile.open(tmp_path, RUN, SystemClock(), "dana"):
        assert noted(tmp_path) == (
            f"Noted for {RUN}; who has it open writes it down at the next look."
        )
    assert waiting(tmp_path) == [Noted("the cache was cold", "noor")]


def test_a_walk_that_looked_for_the_last_time_is_waited_for(tmp_path):
    walked(tmp_path)
    is_over, may_end = threading.Event(), threading.Event()

    def walk():
        with JournalFile.open(tmp_path, RUN, SystemClock(), "dana") as journal:
            journal.append(RunFinished(RunState.DONE))
            is_over.set()
            may_end.wait(20)

    walking = threading.Thread(target=walk)
    walking.start()
    assert is_over.wait(20)
    threading.Timer(0.5, may_end.set).start()
    said = noted(tmp_path)
    walking.join()
    assert "on the record of a run that is over, with something left to do" in said
    assert notes(tmp_path) == [("noor", "the cache was cold")]


def damaged(path):
    path.write_bytes(path.read_bytes().replace(b"checkout", b"check\rut", 1))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: add(path, "gossip", {"heard": "x"}), "was written by a newer hotfix"),
        (damaged, "is damaged in line 1"),
    ],
)
def test_where_nobody_could_read_it_nothing_is_noted(tmp_path, change, words):
    path = walked(tmp_path, RunFinished(RunState.DONE))
    change(path)
    before = path.read_bytes()
    with pytest.raises(ProblemError, match=words):
        noted(tmp_path)
    assert path.read_bytes() == before
    assert waiting(tmp_path) == []


def test_a_run_that_went_to_another_machine_is_noted_for_there(tmp_path):
    walked(tmp_path, LockLost(WHY, by_this_run=True))
    with pytest.raises(ProblemError, match="another machine") as refused:
        noted(tmp_path)
    assert refused.value.problem.next_command.endswith(f"--run {RUN}")
    assert (waiting(tmp_path), notes(tmp_path)) == ([], [])


def test_a_secret_in_it_is_not_written(tmp_path):
    path = walked(tmp_path, RunFinished(RunState.DONE))
    noted(tmp_path, "with ghp_s3cr3ts3cr3t", secrets=["ghp_s3cr3ts3cr3t"])
    assert notes(tmp_path) == [("noor", "with [redacted]")]
    assert b"s3cr3t" not in path.read_bytes()


def test_the_command_says_what_became_of_it(tmp_path):
    walked(tmp_path, RunFinished(RunState.DONE))
    done = subprocess.run(
        [HOTFIX, "note", "pushed with ghp_s3cr3ts3cr3t"],
        env={
            **os.environ,
            "HOTFIX_STATE_DIR": str(tmp_path),
            "HOTFIX_OPERATOR": "noor",
            "GH_TOKEN": "ghp_s3cr3ts3cr3t",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == f"Noted for {RUN}, on the record of a run that is over, with something left to do.\n"
    )
    assert notes(tmp_path) == [("noor", "pushed with [redacted]")]
