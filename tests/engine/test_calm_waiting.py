"""What counts down is written down now and then, and not at every look."""

import pytest
from tests.engine.small_plan import MemoryJournal, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.event_data import StepWaiting
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Waiting
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run


@pytest.mark.parametrize(("calm", "written"), [(0.0, 300), (30.0, 30), (10_000.0, 1)])
def test_of_300_that_end_one_by_one_not_every_one_is_an_event(calm, written):
    sayings = [f"waiting for {left} of 300" for left in range(300, 0, -1)]
    looks = [Waiting(saying, 3.0, calm_seconds=calm) for saying in sayings]
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    plan = plan_of(("review", None, (Says("await_checks", [*looks, Done("over")]),)))
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    said = [each.said.saying for each in journal.lines if isinstance(each.said, StepWaiting)]
    assert len(said) == written
    assert said[0] == "waiting for 300 of 300", "the first word is said at once"
