"""What was begun is settled by its evidence before anything else is decided."""

from dataclasses import dataclass, field, replace
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

from hotfix.domain.event_data import EventType, PlanChosen, StepSettled
from hotfix.domain.fact import Declared, Fact, maybe
from hotfix.domain.fact_names import UNSETTLED
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, NotDone, Unknown
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
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
    reads: Declared = ()
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
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
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


@pytest.mark.parametrize(
    ("retry_in", "asked"),
    [(3.0, [0, 3, 6, 9]), (5.0, [0, 5, 10]), (10.0, [0, 10]), (11.0, [0])],
)
def test_it_is_asked_again_for_ten_seconds_and_no_longer(retry_in, asked):
    step = Begun(TemporaryTroubleError("502", retry_in))
    journal, plan = killed_in(step)
    settled(journal, plan, "abort")
    assert [at - step.asked[0] for at in step.asked] == asked


def test_a_fault_of_ours_leaves_it_unknown_and_bars_no_way_out():
    journal, plan = killed_in(Begun(KeyError("metadata")))
    _, says = settled(journal, plan, "abort")
    assert says == [Settlement.UNKNOWN]
    (said,) = [each.said for each in journal.lines if isinstance(each.said, StepSettled)]
    assert "KeyError: 'metadata'" in said.saying


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
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    record.resume(journal, taken_over_from="dana")
    progress, says = settled(journal, plan, "abort")
    assert says == [Settlement.DONE, Settlement.DONE]
    assert progress.done == {("hotfix", "branch"), ("hotfix", "merge")}


HEAD, NUMBER = Fact("head", str, "the commit"), Fact("number", int, "the pull request")


def taken_over(step, *known):
    """A run of one step that a colleague goes on with, and whose record may lack its end."""
    plan = plan_of(("deploy", None, (step,)))
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    record.resume(journal, known, taken_over_from="dana")
    return journal, plan


@pytest.mark.parametrize(
    ("reads", "known", "is_asked"),
    [
        ((), (), True),
        ((HEAD,), (), False),
        ((HEAD,), (HEAD("a1"),), True),
        ((HEAD, NUMBER), (HEAD("a1"),), False),
        ((HEAD, NUMBER), (HEAD("a1"), NUMBER(7)), True),
        (maybe(HEAD), (), True),
        ((NUMBER, *maybe(HEAD)), (HEAD("a1"),), False),
    ],
)
def test_after_a_takeover_only_what_could_be_begun_is_looked_for(reads, known, is_asked):
    step = Begun(Done("Merged."), reads=reads)
    journal, plan = taken_over(step, *known)
    assert settled(journal, plan, "abort")[1] == ([Settlement.DONE] if is_asked else [])
    assert bool(step.asked) is is_asked


@pytest.mark.parametrize(("found", "evidence"), SAYS.items())
def test_of_what_nobody_is_known_to_have_begun_only_a_yes_is_news(found, evidence):
    journal, plan = taken_over(Begun(evidence))
    says = settled(journal, plan, "abort")[1]
    assert says == ([found] if found is Settlement.DONE else [])


@dataclass
class Wrapper:
    """A step around another one, which keeps that one's evidence to itself."""

    step: Begun
    name: str = "merge"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, facts, its_ports):
        return self.step.run(facts, its_ports)


def test_a_wrapper_that_hides_the_evidence_is_a_fault_that_is_told_as_one():
    journal, plan = killed_in(Wrapper(Begun(Done("Merged."))))
    assert settled(journal, plan, "abort")[1] == [Settlement.UNKNOWN]
    (said,) = [each.said for each in journal.lines if isinstance(each.said, StepSettled)]
    assert "A fault of hotfix" in said.saying
    assert "merge has no evidence" in said.saying


def test_where_nothing_is_begun_and_no_record_is_lost_no_plan_is_even_made():
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan_of(("deploy", None, ())), RunSettings())

    def no_plan(name):
        raise AssertionError(name)

    its_ports = ports(journal.clock)
    assert list(settle.look(fold(journal.events()), "rollback", no_plan, its_ports)) == []


def test_what_nobody_has_begun_is_not_looked_for_where_no_record_is_lost():
    begun, later = Begun(NotDone()), Begun(Done("Labelled."), "label")
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    plan = plan_of(("deploy", None, (begun, later)))
    record.begin(journal, Incident("x"), plan, RunSettings())
    with pytest.raises(Crash):
        list(run(plan, ports(journal.clock), journal))
    assert settled(journal, plan, "abort")[1] == [Settlement.NOT_DONE]
    assert later.asked == []


def test_of_a_plan_that_was_left_before_a_takeover_no_more_is_lost_than_is_begun():
    begun, later = Begun(Unknown(PROBLEM)), Begun(Done("Labelled."), "label")
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    forth, back = (
        plan_of(("deploy", None, (begun, later))),
        plan_of(("rollback", None, ()), name="rollback"),
    )
    record.begin(journal, Incident("x"), forth, RunSettings())
    with pytest.raises(Crash):
        list(run(forth, ports(journal.clock), journal))
    journal.append(PlanChosen(record.layout(back)))
    record.resume(journal, taken_over_from="dana")
    plans = {"hotfix": forth, "rollback": back}
    its_ports = ports(journal.clock)
    found = list(settle.look(fold(journal.events()), "abort", plans.__getitem__, its_ports))
    assert [name for name, _ in found] == ["merge"]
    assert later.asked == []


def test_what_the_evidence_of_one_step_brings_is_known_to_the_next():
    world = World(effects=["branch"])
    branch = Effect("branch", world)
    merge = Begun(Done("Merged."), reads=(branch.happened,))
    plan = plan_of(("deploy", None, (branch, merge)))
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    record.resume(journal, taken_over_from="dana")
    progress, says = settled(journal, plan, "abort")
    assert says == [Settlement.DONE, Settlement.DONE]
    assert progress.facts[branch.happened] is True


def test_after_a_takeover_what_is_on_record_or_of_another_plan_is_not_looked_for():
    step = Begun(Done("Merged."))
    journal, plan = taken_over(step)
    settled(journal, plan, "abort")
    asked = list(step.asked)
    assert settled(journal, plan, "abort")[1] == []
    journal, plan = taken_over(step)
    assert settled(journal, plan, "hotfix")[1] == []
    assert step.asked == asked


@pytest.mark.parametrize("by_others", [True, False])
@pytest.mark.parametrize("facts", [None, {}, {"merge_how": "queue"}, {"merge_how": "direct"}])
@pytest.mark.parametrize("found", Settlement)
def test_what_others_did_is_news_once_and_what_may_be_lost_only_where_it_is_done(
    found, facts, by_others
):
    progress = replace(Progress(), known={"merge_how": "queue"})
    said = StepSettled("hotfix", found, "Looked.", facts)
    is_new = facts == {"merge_how": "direct"} or not by_others
    is_news = (found is Settlement.DONE and is_new) or (found is Settlement.UNKNOWN and by_others)
    assert settle._is_news(said, progress, by_others=by_others) is is_news
