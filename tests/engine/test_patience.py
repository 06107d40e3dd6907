"""How long trouble is borne: briefly where a step acts, and for the budget where it watches."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar

import pytest
from tests.engine.small_plan import MemoryJournal, MemorySignals, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.config.model import Config
from hotfix.domain.event_data import EventType, LockLost, Noted
from hotfix.domain.fact import Declared
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Waiting
from hotfix.domain.problem import Problem, ProblemCode, TemporaryTroubleError
from hotfix.domain.progress import RunState
from hotfix.domain.question import Option, Question
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.step import is_patient
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.plan.rollback import plan_rollback
from hotfix.ports.signals import Reply, Signal
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
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
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


def pauses(looks):
    return [(after - before).total_seconds() for before, after in pairwise(looks)]


@pytest.mark.parametrize(
    ("kind", "between"),
    [
        (Away, [0.5, 1, 2, 4, 8, 15, 15, 15]),
        (AwayAndPatient, [0.5, 1, 2, *[3] * 19]),
    ],
)
def test_pauses_double_up_to_the_longest(kind, between):
    step = kind(MINUTE, retry_in=0.5)
    walked(step)
    assert pauses(step.looks) == between


def test_after_a_good_answer_pauses_are_short_again():
    looks, trouble = [], TemporaryTroubleError("connection refused", 0.5)
    answers = [trouble, trouble, trouble, Waiting("there", 7.0), trouble, trouble, Done("done")]
    journal = MemoryJournal(MemoryClock(breath_seconds=0))

    def look(_facts):
        looks.append(journal.clock.now())
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    plan = plan_of(("deploy", None, (Says("look", [look] * 7),)))
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    assert pauses(looks) == [0.5, 1, 2, 7, 0.5, 1]


@pytest.mark.parametrize(("patience", "borne"), [(30.0, 30.0), (30.5, 45.0), (45.0, 45.0)])
def test_trouble_is_borne_to_the_last_second_and_not_beyond_one_more_look(patience, borne):
    step = Away(1e9, retry_in=15.0)
    plan = plan_of(("deploy", None, (step,)))
    plan = replace(plan, phases=(replace(plan.phases[0], patience_seconds=patience),))
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    assert (fold(journal.events()).state, step.borne) == (RunState.FAILED, borne)


def test_who_is_told_when_to_come_again_does_not_come_before():
    step = AwayAndPatient(2 * MINUTE, retry_in=40.0)
    walked(step)
    assert step.looks[1] - step.looks[0] == timedelta(seconds=40)


def test_trouble_is_written_down_once_however_long_it_lasts():
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
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


def test_a_wait_that_cannot_fit_fails_at_once_and_says_until_when():
    step = Away(1e9, retry_in=3000.0)
    problem = walked(step).problem
    assert step.borne == 0
    assert problem is not None
    assert problem.code is ProblemCode.FAILED
    assert problem.what.startswith("Nothing can be asked again before 04:02:09 UTC")
    assert problem.why == "Connection refused."
    assert problem.next_command == "hotfix resume hf-test, from 04:02:09 UTC on"


def test_what_is_left_of_the_patience_decides_whether_another_wait_fits():
    step = Away(1e9, retry_in=50.0)
    # Where no total binds: a rollback is not waited out.
    assert walked(step, total=None).state is RunState.FAILED
    assert step.borne == 100


def test_a_wait_that_is_longer_than_the_patience_and_fits_into_the_total_is_waited_once():
    step = Away(1e9, retry_in=300.0)
    assert walked(step).state is RunState.FAILED
    assert step.borne == 300
    assert walked(step := Away(1e9, retry_in=300.0), spent=26 * MINUTE).state is RunState.FAILED
    assert step.borne == 0


def test_before_the_merge_a_wait_that_ends_when_nothing_fits_any_more_is_none():
    step = AwayAndPatient(1e9, retry_in=100.0)
    plan = plan_of(
        ("fix", None, (step,)),
        ("deploy", 4 * MINUTE, ()),
        total=5 * MINUTE,
        no_return="merge",
        needed_after=("deploy",),
    )
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    assert step.borne == 0
    problem = fold(journal.events()).problem
    assert problem is not None
    assert "03:13:49 UTC" in problem.what


@pytest.mark.parametrize("how", ["waiting", "troubled"])
def test_a_long_wait_hears_notes_at_once_and_goes_on_and_ends_with_an_answer(how):
    signals = MemorySignals()
    heard: list[int] = []
    looks: list[datetime] = []
    question = Question("ready", "Ready?", (Option("go", "Go on"),))

    class Clock(MemoryClock):
        """The terminal next door, after 100 and 200 seconds of waiting."""

        def wait(self, seconds):
            super().wait(seconds)
            gone = (self.now() - looks[0]).total_seconds()
            for after, said in ((100, Noted("a voucher")), (200, Reply("ready", "go"))):
                if gone >= after and after not in heard:
                    heard.append(after)
                    signals.send(Signal(said, f"after {after}"))

    clock = Clock()

    def waits(facts):
        looks.append(clock.now())
        if facts.answer("ready"):
            return Done("on")
        if how == "troubled" and len(looks) > 1:
            raise TemporaryTroubleError("rate limit", 1000.0)
        return Waiting("editing", 1.0 if how == "troubled" else 1000.0, question)

    plan = plan_of(("fix", 2000.0, (Says("await", [waits]),)), total=4000.0)
    plan = replace(plan, phases=(replace(plan.phases[0], patience_seconds=2000.0),))
    journal = MemoryJournal(clock)
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(clock, signals), journal))
    at = {event.type: event.at - looks[0] for event in journal.lines}
    assert at[EventType.NOTE] <= timedelta(seconds=102)
    assert at[EventType.DECISION_MADE] <= timedelta(seconds=202)
    assert at[EventType.STEP_DONE] <= timedelta(seconds=202)
    # A note is no reason to ask again before the time.
    assert len(looks) == (2 if how == "waiting" else 3)


def test_a_lock_that_is_lost_in_a_long_wait_stops_it():
    clock, signals = MemoryClock(breath_seconds=0), MemorySignals()
    plan = plan_of(("fix", None, (Says("await", [Waiting("editing", 1000.0)]),)))
    journal = MemoryJournal(clock)
    record.begin(journal, Incident("x"), plan, RunSettings())
    lost = Problem(ProblemCode.LOCKED, "noor took over.", "", "hotfix status --team")
    for event in run(plan, ports(clock, signals), journal):
        if event.type is EventType.STEP_WAITING:
            signals.send(Signal(LockLost(lost, by_this_run=True)))
            since = clock.now()
    assert fold(journal.events()).state is RunState.TAKEN_OVER
    assert clock.now() - since <= timedelta(seconds=2)
