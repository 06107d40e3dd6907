from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from tests.engine.small_plan import MemoryJournal, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.budget import pace
from hotfix.domain.event_data import EventType
from hotfix.domain.experience import Took
from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import MERGE_HOW, MERGE_SHA
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.outcome import Done, NotDone, Unknown, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import RunState
from hotfix.domain.question import Answer
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run

MINUTE = 60.0
PROBLEM = Problem(ProblemCode.FAILED, "GitHub does not say.", "No rights.", "log in")


class TakesTime:
    """A step that is over when its time has passed, however often it is looked at."""

    def __init__(self, name, seconds):
        self.name = name
        self.seconds = seconds
        self.started = None

    def run(self, _facts, ports):
        self.started = self.started or ports.clock.now()
        spent = (ports.clock.now() - self.started).total_seconds()
        if spent < self.seconds:
            return Waiting("waiting", self.seconds - spent)
        return Done("over")


def plan_that_waits(seconds, total):
    return plan_of(
        ("review", 10 * MINUTE, (TakesTime("review", seconds),)),
        ("deploy", 5 * MINUTE, (Says("merge", [Done("merged")]),)),
        ("verify", 3 * MINUTE, (Says("probe", [Done("green")]),)),
        total=total,
        no_return="merge",
        needed_after=("deploy", "verify"),
    )


def walked(plan):
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    return journal


def marks(journal):
    return [(e.type, e.data["mark"]) for e in journal.lines if "mark" in e.data]


def test_a_warning_comes_at_80_percent_of_a_target_and_an_overrun_at_100():
    journal = walked(plan_that_waits(11 * MINUTE, 40 * MINUTE))
    assert marks(journal) == [("budget_warning", "review:80"), ("budget_overrun", "review:100")]
    at = [e.at for e in journal.lines if "mark" in e.data]
    start = journal.lines[0].at
    assert [(moment - start).total_seconds() for moment in at] == [8 * MINUTE, 10 * MINUTE]


def test_what_no_longer_fits_is_a_decision_before_the_merge():
    journal = walked(plan_that_waits(30 * MINUTE, 30 * MINUTE))
    progress = fold(journal.events())
    assert progress.state is RunState.DECIDING
    assert progress.pending_step == "budget"
    assert progress.pending is not None
    assert progress.pending.unanswered is ProblemCode.BUDGET
    assert not progress.has_passed("merge")
    # Deploy and verify need 8 minutes: asked when 22 of the 30 are gone, not when all are.
    assert (journal.lines[-1].at - journal.lines[0].at).total_seconds() == 22 * MINUTE


def test_an_extension_lets_it_go_on():
    plan = plan_that_waits(23 * MINUTE, 30 * MINUTE)
    journal = walked(plan)
    list(record.decide(journal, fold(journal.events()), plan, Answer("extend", "nearly", 10)))
    list(run(plan, ports(journal.clock), journal))
    progress = fold(journal.events())
    assert progress.state is RunState.DONE
    assert progress.total_seconds == 40 * MINUTE


@pytest.mark.parametrize(("late", "minutes"), [(15, 10), (45, 10), (600, 9)])
def test_an_extension_after_the_end_of_the_total_counts_from_then(late, minutes):
    plan = plan_that_waits(23 * MINUTE, 30 * MINUTE)
    journal = walked(plan)
    journal.clock.wait(late * MINUTE)
    list(record.decide(journal, fold(journal.events()), plan, Answer("extend", "late", minutes)))
    progress = fold(journal.events())
    assert pace(progress, journal.clock.now()).left == minutes * MINUTE
    assert progress.total_seconds == (22 + late + minutes) * MINUTE


def test_an_escalation_is_asked_again_without_offering_it_again():
    plan = plan_that_waits(30 * MINUTE, 30 * MINUTE)
    journal = walked(plan)
    list(record.decide(journal, fold(journal.events()), plan, Answer("escalate")))
    list(run(plan, ports(journal.clock), journal))
    pending = fold(journal.events()).pending
    assert pending is not None
    assert [option.key for option in pending.options] == ["extend", "stop"]


def test_a_total_of_seconds_is_a_decision_at_once():
    journal = walked(plan_that_waits(1, 5))
    assert journal.lines[-1].type is EventType.DECISION_NEEDED
    assert "step_started" not in journal.types()


def test_after_the_merge_the_clock_only_tells():
    late = TakesTime("watch", 30 * MINUTE)
    plan = plan_of(
        ("deploy", 5 * MINUTE, (Says("merge", [Done("merged")]), late)),
        total=10 * MINUTE,
        no_return="merge",
        needed_after=("deploy",),
    )
    journal = walked(plan)
    assert fold(journal.events()).state is RunState.DONE
    assert ("budget_overrun", "total:100") in marks(journal)


@pytest.mark.parametrize(
    ("late", "left"),
    [
        (22, "Left of the total: 8:00."),
        (30, "Left of the total: 0:00."),
        (31, "Past the total: 1:00."),
    ],
)
def test_the_question_says_what_is_left_and_what_is_needed(late, left):
    plan = plan_that_waits(1, 30 * MINUTE)
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    journal.clock.wait(late * MINUTE)
    list(run(plan, ports(journal.clock), journal))
    pending = fold(journal.events()).pending
    assert pending is not None
    assert pending.shown == (
        left,
        "Deploy and verify are planned to take 8:00.",
    )


def test_what_it_took_the_team_after_the_merge_says_when_it_no_longer_fits():
    plan = plan_that_waits(30 * MINUTE, 30 * MINUTE)
    took = {"deploy": Took(MINUTE, 7 * MINUTE), "verify": Took(MINUTE, 4 * MINUTE)}
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings(), took)
    list(run(plan, ports(journal.clock), journal))
    pending = fold(journal.events()).pending
    assert pending is not None
    assert (journal.lines[-1].at - journal.lines[0].at).total_seconds() == 19 * MINUTE
    assert pending.shown[1] == (
        "Deploy and verify take up to 11:00, by what they took in earlier runs."
    )


@dataclass(frozen=True)
class OthersMayMerge:
    """A step whose effect somebody else may have had, as the world says: or does not say."""

    found: Any
    name: str = "merge"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, _facts, _ports):
        return Done("merged")

    def evidence(self, _facts, _ports):
        return NotDone()

    def others_may(self, _facts):
        return self.found is not None

    def by_whomever(self, _facts, _ports):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.mark.parametrize(
    ("found", "stop"),
    [
        (None, "Stop here; nothing is merged"),
        (NotDone(), "Stop here; nothing is merged"),
        (Unknown(PROBLEM), "Stop here; whether it is merged is not known"),
        (TemporaryTroubleError("502", 2.0), "Stop here; whether it is merged is not known"),
        (ProblemError(PROBLEM), "Stop here; whether it is merged is not known"),
        (KeyError("a fault"), "Stop here; whether it is merged is not known"),
        (Done("Somebody merged it."), None),
        (Done("In the queue.", (MERGE_HOW(MergeHow.QUEUE),)), None),
    ],
)
def test_that_nothing_is_merged_is_said_where_that_is_known(found, stop):
    plan = plan_that_waits(30 * MINUTE, 30 * MINUTE)
    review, deploy, verify = plan.phases
    plan = replace(plan, phases=(review, replace(deploy, steps=(OthersMayMerge(found),)), verify))
    progress = fold(walked(plan).events())
    labels = {each.key: each.label for each in progress.pending.options} if progress.pending else {}
    assert labels.get("stop") == stop
    assert (progress.state is RunState.DONE) is (stop is None)
    if progress.pending and "not known" in labels["stop"]:
        assert any("is not known: merge." in line for line in progress.pending.shown)


def test_nobody_is_asked_about_the_time_where_a_merge_of_somebody_elses_is_on_record():
    accepted = Says("review", [Done("It is merged.", (MERGE_SHA("c3" * 20),))])
    plan = plan_that_waits(30 * MINUTE, 30 * MINUTE)
    waits, deploy, verify = plan.phases
    late = TakesTime("merge", 25 * MINUTE)
    phases = (replace(waits, steps=(accepted,)), replace(deploy, steps=(late,)), verify)
    assert fold(walked(replace(plan, phases=phases)).events()).state is RunState.DONE
