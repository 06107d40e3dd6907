"""What can be done about a lock that is held, by whose it is and who is on it."""

import json

import pytest
from tests.domain.runs_on_record import plan
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.composition.journals import Runs
from hotfix.domain.event_data import RunFinished, RunStarted
from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.record import layout
from hotfix.ports.lock import LockHolder, lost
from hotfix.runs.held_lock import ways_on

OWN = "hf-20260312-0312-checkout-abcd"
RELEASE = f"hotfix lock release --lock-id {OWN}/3"


@pytest.fixture
def journal(tmp_path):
    with JournalFile.create(tmp_path, OWN, MemoryClock(), "dana") as journal:
        journal.append(RunStarted(Incident("checkout returns 500"), RunSettings(), layout(plan())))
        record.resume(journal, (LOCK_TOKEN(3),))
        yield journal


def ways(state, run=OWN, token=3):
    holder = LockHolder(run, "dana", None, token)
    return ways_on(Runs(state), state, holder)


def leave(state):
    """Let the process that walked the run be gone."""
    path = state / "runs" / OWN / "state.json"
    seen = json.loads(path.read_text())
    seen["holder"]["pid"] = 2**22 + 1
    path.write_text(json.dumps(seen))


@pytest.mark.usefixtures("journal")
def test_one_that_is_open_in_a_living_terminal_is_gone_on_with_there(tmp_path):
    (way,) = ways(tmp_path)
    assert way.line.startswith("It is your own, open in the terminal of dana on ")
    assert (way.line.endswith(": go on there."), way.command) == (True, "")


@pytest.mark.usefixtures("journal")
def test_ones_own_run_is_resumed_or_ended_and_never_taken_over(tmp_path):
    leave(tmp_path)
    assert [way.command for way in ways(tmp_path)] == [
        f"hotfix resume {OWN}",
        f"hotfix abort {OWN}",
    ]


def test_what_a_run_that_is_over_has_left_is_freed(journal, tmp_path):
    journal.append(RunFinished(RunState.DONE))
    assert [way.command for way in ways(tmp_path)] == [RELEASE]


def test_a_colleagues_is_taken_over_or_released_as_is_ones_own_that_was_taken_over(
    journal, tmp_path
):
    theirs = [way.command for way in ways(tmp_path, "hf-theirs")]
    assert theirs == ["hotfix takeover hf-theirs", "hotfix lock release --lock-id hf-theirs/3"]
    # Another token: it went on elsewhere, whether this machine knows that or not.
    assert ways(tmp_path, token=4)[0].command == f"hotfix takeover {OWN}"
    record.lose_lock(journal, OWN, lost(OWN, LockHolder(OWN, "noor", None, 3)), OWN)
    assert ways(tmp_path)[0].command == f"hotfix takeover {OWN}"
