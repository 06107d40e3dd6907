"""The process dies at every event, and before and after every effect; nothing happens twice."""

import pytest
from tests.engine.small_plan import Crash, Effect, MemoryJournal, World, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run

STEPS = ("branch", "pull_request", "merge")


def plan_on(world):
    return plan_of(
        ("one", None, (Effect("branch", world),)),
        ("two", None, (Effect("pull_request", world), Effect("merge", world))),
    )


def events_of_a_whole_run():
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    plan = plan_on(World())
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    return len(journal.lines)


def resumed(journal, world):
    journal.dies_after, world.dies_in = None, None
    record.resume(journal)
    list(run(plan_on(world), ports(journal.clock), journal))
    assert fold(journal.events()).state is RunState.DONE
    assert world.effects == list(STEPS)


@pytest.mark.parametrize("number", range(2, events_of_a_whole_run() + 1))
def test_the_process_dies_after_each_event(number):
    world = World()
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    plan = plan_on(world)
    record.begin(journal, Incident("x"), plan, RunSettings())
    journal.dies_after = number
    with pytest.raises(Crash):
        list(run(plan, ports(journal.clock), journal))
    if fold(journal.events()).state is not RunState.DONE:
        resumed(journal, world)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_process_dies_around_each_effect(step, moment):
    world = World(dies_in=(step, moment))
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    plan = plan_on(world)
    record.begin(journal, Incident("x"), plan, RunSettings())
    with pytest.raises(Crash):
        list(run(plan, ports(journal.clock), journal))
    resumed(journal, world)
