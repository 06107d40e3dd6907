"""How long trouble is borne: briefly where a step acts, and for the budget where it watches."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from tests.engine.small_plan import MemoryJournal, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.config.model import Config
from hotfix.domain.event_data import EventType
from hotfix.domain.fact import Declared
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.step import is_patient
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.plan.rollback import plan_rollback
from hotfix.wrappers.or_roll_back import OrRollBack

MINUTE = 60.0


class Away:
    """A step whose part of the world is away for some seconds from its first look on."""

    name = "look"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def __init__(self, seconds, retry_in=1.0):
        self.seconds, self.retry_in, self.looks = seconds, retry_in, []

    def run(self, _facts, outside):
        self.looks.append(outside.clock.now())
        if self.looks[-1] - self.looks[0] < timedelta(seconds=self.seconds):
            raise TemporaryTroubleError("connection refused", self.retry_in)
        return Done("there")

    @property
    def borne(self):
        """Seconds from the first look to the last."""
        return (self.looks[-1] - self.looks[0]).total_seconds()


class AwayAndPatient(Away):
    """The same, where nothing is gained by failing."""

    is_patient: ClassVar[bool] = True


@dataclass(frozen=True)
class Passes:
    """A step that takes its time."""

    seconds: float
    name: str = "pass"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, _facts, outside):
        outside.clock.wait(self.seconds)
        return Done("passed")


def walked(step, *, spent=0.0, total=30 * MINUTE, target=None):
    """Walk a plan in which ``spent`` seconds have gone by before ``step``; return its progress."""
    journal = MemoryJournal(MemoryClock())
    plan = plan_of(("deploy", target, (Passes(spent), step)), total=total, no_return="pass")
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    return fold(journal.events())


def test_a_watching_step_outlasts_a_control_plane_that_is_away_for_minutes():
    assert walked(AwayAndPatient(3 * MINUTE)).state is RunState.DONE
    assert walked(Away(3 * MINUTE)).state is RunState.FAILED


@pytest.mark.parametrize(
    ("spent", "total", "target", "seconds"),
    [
        (10 * MINUTE, 30 * MINUTE, 5 * MINUTE, 20 * MINUTE),
        # However little is left, not less than everywhere.
        (29 * MINUTE, 30 * MINUTE, 5 * MINUTE, 2 * MINUTE),
        (40 * MINUTE, 30 * MINUTE, 5 * MINUTE, 2 * MINUTE),
        # A rollback has a target and no total.
        (0.0, None, 5 * MINUTE, 5 * MINUTE),
        (0.0, None, None, 2 * MINUTE),
    ],
)
def test_a_watching_step_bears_trouble_for_what_is_left_of_the_budget(
    spent, total, target, seconds
):
    step = AwayAndPatient(1e9)
    assert walked(step, spent=spent, total=total, target=target).state is RunState.FAILED
    assert seconds <= step.borne <= seconds + 3


def test_the_end_of_the_trouble_is_noticed_soon():
    step = AwayAndPatient(10 * MINUTE)
    walked(step)
    pauses = [after - before for before, after in zip(step.looks, step.looks[1:], strict=False)]
    assert max(pauses) <= timedelta(seconds=3)


def test_who_is_told_when_to_come_again_does_not_come_before():
    step = AwayAndPatient(2 * MINUTE, retry_in=40.0)
    walked(step)
    assert step.looks[1] - step.looks[0] == timedelta(seconds=40)


def test_trouble_is_written_down_once_however_long_it_lasts():
    journal = MemoryJournal(MemoryClock())
    plan = plan_of(("deploy", None, (AwayAndPatient(9 * MINUTE),)), total=30 * MINUTE)
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    assert [event.type for event in journal.lines].count(EventType.STEP_TROUBLED) == 1


def test_a_step_is_as_patient_as_the_one_that_it_wraps():
    assert is_patient(OrRollBack(AwayAndPatient(1), 30))
    assert not is_patient(OrRollBack(Away(1), 30))


def test_of_the_rollback_the_watching_is_patient_and_the_patching_is_not():
    steps = [
        step
        for phase in plan_rollback(
            Incident("x"), Config.model_validate({"github": {"repository": "shop/web"}})
        ).phases
        for step in phase.steps
    ]
    assert [step.name for step in steps if is_patient(step)] == ["watch_the_restoration"]
