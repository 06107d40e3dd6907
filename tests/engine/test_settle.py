"""What was begun is settled by its evidence before anything else is decided."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from tests.engine.small_plan import (
    Crash,
    Effect,
    MemoryJournal,
    Says,
    World,
    plan_of,
    ports,
)
from tests.memory_clock import MemoryClock

from hotfix.domain.event_data import EventType, StepSettled
from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import UNSETTLED
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, NotDone, Unknown
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.settlement import Settlement
from hotfix.engine import record, settle
from hotfix.engine.run import run

PROBLEM = Problem(ProblemCode.RIGHTS, "There is no token.", "It is not set.", "export TOKEN=...")
SAYS = {
    Settlement.DONE: Done("Merged."),
    Settlement.NOT_DONE: NotDone(),
    Settlement.UNKNOWN: Unknown(PROBLEM),
}


@dataclass
class Begun:
    """A step whose effect gets no answer, and what is found when the world is asked."""

    found: Any
    name: str = "merge"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()
    asked: list[float] = field(default_factory=list)

    def run(self, _facts, _ports):
        raise Crash

    def evidence(self, _facts, its_ports):
        self.asked.append(its_ports.clock.now().timestamp())
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def killed_in(step, total=None):
    """A run whose process died in ``step``, its only one."""
    journal = MemoryJournal(MemoryClock())
    plan = plan_of(
        ("deploy", 60.0, (step,)), total=total, no_return=step.name, needed_after=("deploy",)
    )
    record.begin(journal, Incident("x"), plan, RunSettings())
    with pytest.raises(Crash):
        list(run(plan, ports(journal.clock), journal))
    return journal, plan


def settled(journal, plan, going_to):
    its_ports = ports(journal.clock)
    found = list(settle.look(fold(journal.events()), going_to, lambda _name: plan, its_ports))
    list(settle.write_down(journal, found))
    return fold(journal.events()), [said.found for _, said in found]


@pytest.mark.parametrize(("found", "evidence"), SAYS.items())
def test_what_the_world_says_goes_on_record_under_the_plan_that_is_left(found, evidence):
    journal, plan = killed_in(Begun(evidence))
    progress, says = settled(journal, plan, "rollback")
    assert says == [found]
    assert (("hotfix", "merge") in progress.done) is (found is Settlement.DONE)
    assert (("hotfix", "merge") in progress.begun) is (found is Settlement.UNKNOWN)
    assert progress.facts[UNSETTLED] == (("merge",) if found is Settlement.UNKNOWN else ())


def test_facts_that_the_evidence_brings_are_known_afterwards():
    world = World()
    effect = Effect("merge", world)
    world.dies_in = ("merge", "after")
    journal, plan = killed_in(effect)
    progress, says = settled(journal, plan, "abort")
    assert says == [Settlement.DONE]
    assert progress.facts[effect.happened] is True


@pytest.mark.parametrize(
    "trouble",
    [TemporaryTroubleError("502", 3.0), ProblemError(PROBLEM)],
    ids=["trouble", "problem"],
)
def test_a_world_that_does_not_answer_leaves_it_unknown_after_some_seconds(trouble):
    step = Begun(trouble)
    journal, plan = killed_in(step)
    progress, says = settled(journal, plan, "abort")
    assert says == [Settlement.UNKNOWN]
    assert progress.facts[UNSETTLED] == ("merge",)
    assert step.asked[-1] - step.asked[0] <= 10.0
    said = journal.lines[-1].said
    assert isinstance(said, StepSettled)
    assert "not known" in said.saying


def test_what_was_unknown_is_asked_about_again_and_settled_then():
    step = Begun(Unknown(PROBLEM))
    journal, plan = killed_in(step)
    settled(journal, plan, "rollback")
    step.found = Done("Merged.")
    progress, says = settled(journal, plan, "rollback")
    assert says == [Settlement.DONE]
    assert progress.facts[UNSETTLED] == ()


def test_the_plan_that_is_walked_on_settles_its_own_steps():
    journal, plan = killed_in(Begun(Done("Merged.")))
    assert settled(journal, plan, "hotfix")[1] == []


def test_a_step_without_evidence_is_not_asked_for_any():
    journal, plan = killed_in(Says("looks", [Crash()]))
    assert settled(journal, plan, "abort")[1] == []


@pytest.mark.parametrize(("found", "evidence"), SAYS.items())
def test_a_used_up_budget_has_its_say_only_once_the_effect_is_settled(found, evidence):
    journal, plan = killed_in(Begun(evidence), total=90.0)
    journal.clock.wait(600.0)
    record.resume(journal)
    list(run(plan, ports(journal.clock), journal))
    types = journal.types()
    is_asked = EventType.DECISION_NEEDED in types
    # Nobody can stop before a merge that is done, or that may be.
    assert is_asked is (found is Settlement.NOT_DONE)


def test_after_a_takeover_what_no_record_says_is_looked_for_one_step_after_the_other():
    world = World(effects=["branch", "merge"])
    steps = (Effect("branch", world), Effect("merge", world), Effect("log", world))
    plan = plan_of(("deploy", None, steps))
    journal = MemoryJournal(MemoryClock())
    record.begin(journal, Incident("x"), plan, RunSettings())
    record.resume(journal, taken_over_from="dana")
    progress, says = settled(journal, plan, "abort")
    assert says == [Settlement.DONE, Settlement.DONE]
    assert progress.done == {("hotfix", "branch"), ("hotfix", "merge")}
