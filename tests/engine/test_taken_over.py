"""A colleague goes on from a record that may lack the last events; and the lock is lost."""

from dataclasses import replace

import pytest
from tests.engine.small_plan import (
    Crash,
    Effect,
    MemoryJournal,
    MemorySignals,
    Says,
    World,
    plan_of,
    ports,
)
from tests.memory_clock import MemoryClock

from hotfix.domain.event_data import LockLost
from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Waiting
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.ports.lock import LockHolder, lost
from hotfix.ports.signals import Signal

STEPS = ("branch", "pull_request", "merge")
NOOR = LockHolder("hf-test", "noor", None, token=4)


@pytest.mark.parametrize("died_after", range(4, 14))
@pytest.mark.parametrize("lag", [0, 1, 4])
def test_nothing_happens_twice_where_the_record_lags_behind(died_after, lag):
    world, journal = World(), MemoryJournal(MemoryClock())
    plan = plan_of(*[(step, None, (Effect(step, world),)) for step in STEPS])
    record.begin(journal, Incident("x"), plan, RunSettings())
    journal.dies_after = died_after
    with pytest.raises(Crash):
        list(run(plan, ports(journal.clock), journal))
    journal.dies_after = None
    journal.lines = journal.lines[: max(1, died_after - lag)]
    record.resume(journal, (LOCK_TOKEN(4),), taken_over_from="dana")
    list(run(plan, ports(journal.clock), journal))
    progress = fold(journal.events())
    assert (progress.state, progress.facts[LOCK_TOKEN]) == (RunState.DONE, 4)
    assert world.effects == list(STEPS)


@pytest.mark.parametrize(
    ("holder", "state"),
    [
        (NOOR, RunState.TAKEN_OVER),
        (replace(NOOR, run="hf-other"), RunState.FAILED),
        (None, RunState.FAILED),
    ],
)
def test_a_lost_lock_stops_the_walk_at_the_next_look(holder, state):
    journal, signals = MemoryJournal(MemoryClock()), MemorySignals()

    def lose(_facts):
        is_same = holder is not None and holder.run == "hf-test"
        signals.send(Signal(LockLost(lost("hf-test", holder), is_same), "1"))
        return Waiting("for approval", 3.0)

    plan = plan_of(("review", None, (Says("await", [lose, Done("never")]),)))
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock, signals), journal))
    progress = fold(journal.events())
    assert progress.state is state
    assert journal.types()[-1] == "lock_lost"
    assert progress.problem
    assert progress.problem.code == "locked"


def test_a_colleague_who_gets_the_lock_after_the_end_stops_nothing():
    journal = MemoryJournal(MemoryClock())
    plan = plan_of(("one", None, (Says("step", [Done("done")]),)))
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    late = {"1": Signal(LockLost(lost("hf-test", NOOR), by_this_run=False), "1")}
    assert list(record.take_signals(journal, fold(journal.events()), plan, late)) == []
