from dataclasses import replace
from typing import ClassVar

import pytest
from tests.engine.small_plan import (
    Effect,
    MemoryJournal,
    MemorySignals,
    Says,
    World,
    plan_of,
    ports,
)
from tests.memory_clock import MemoryClock

from hotfix.domain.event_data import EventType, Noted
from hotfix.domain.fold import fold
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Category, Incident
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Unknown, Waiting
from hotfix.domain.problem import (
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
    leading_back,
)
from hotfix.domain.progress import RunState
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.ports.signals import Reply, Signal

INCIDENT = Incident("checkout returns 500", Category.API_ERRORS)
PROBLEM = Problem(ProblemCode.FAILED, "It broke.", "Because.", "hotfix resume")


def begun(plan, clock):
    journal = MemoryJournal(clock)
    record.begin(journal, INCIDENT, plan, RunSettings())
    return journal


def test_a_plan_is_walked_in_order_and_ends():
    clock, world = MemoryClock(breath_seconds=0), World()
    plan = plan_of(
        ("one", None, (Effect("a", world), Effect("b", world))), ("two", 60, (Effect("c", world),))
    )
    journal = begun(plan, clock)
    shown = [event.type for event in run(plan, ports(clock), journal)]
    assert world.effects == ["a", "b", "c"]
    assert shown == journal.types()[1:]
    assert shown == [
        *("phase_started", "step_started", "step_done", "step_started", "step_done"),
        *("phase_finished", "phase_started", "step_started", "step_done", "phase_finished"),
        "run_finished",
    ]
    progress = fold(journal.events())
    assert progress.state is RunState.DONE
    assert progress.known == {"a": True, "b": True, "c": True}


def test_every_event_is_on_record_before_it_is_seen():
    clock, world = MemoryClock(breath_seconds=0), World()
    plan = plan_of(("one", None, (Effect("a", world),)))
    journal = begun(plan, clock)
    for event in run(plan, ports(clock), journal):
        assert journal.events()[-1] == event


def test_a_view_that_raises_loses_nothing():
    clock, world = MemoryClock(breath_seconds=0), World()
    plan = plan_of(("one", None, (Effect("a", world), Effect("b", world))))
    journal = begun(plan, clock)
    with pytest.raises(ZeroDivisionError):
        for event in run(plan, ports(clock), journal):
            if event.type is EventType.STEP_DONE:
                _ = 1 / 0
    list(run(plan, ports(clock), journal))
    assert world.effects == ["a", "b"]


def test_waiting_is_written_down_when_it_says_something_new():
    clock = MemoryClock(breath_seconds=0)
    step = Says("wait", [Waiting("ten", 5), Waiting("ten", 5), Waiting("nine", 5), Done("over")])
    plan = plan_of(("one", None, (step,)))
    journal = begun(plan, clock)
    before = clock.now()
    said = [e.data["saying"] for e in run(plan, ports(clock), journal) if "saying" in e.data]
    assert said == ["ten", "nine", "over"]
    assert (clock.now() - before).total_seconds() == 15


def test_trouble_is_borne_for_a_while_then_told():
    clock = MemoryClock(breath_seconds=0)
    plan = plan_of(("one", None, (Says("flaky", [TemporaryTroubleError("502", 2)]),)))
    journal = begun(plan, clock)
    events = list(run(plan, ports(clock), journal))
    assert [e.type for e in events].count(EventType.STEP_TROUBLED) == 1
    progress = fold(journal.events())
    assert progress.state is RunState.FAILED
    assert progress.problem is not None
    # The title of a failure is its cause.
    assert progress.problem.what == "502."


def test_after_trouble_the_world_is_asked_before_anything_is_repeated():
    clock, world = MemoryClock(breath_seconds=0), World()

    class LosesTheAnswer(Effect):
        def run(self, facts, ports):
            super().run(facts, ports)
            raise TemporaryTroubleError("the answer was lost", 1)

    plan = plan_of(("one", None, (LosesTheAnswer("a", world),)))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    assert world.effects == ["a"]
    assert fold(journal.events()).state is RunState.DONE


@pytest.mark.parametrize("how", [Failed(PROBLEM), ProblemError(PROBLEM)])
def test_a_failed_step_stops_the_run_and_is_tried_again_on_resume(how):
    clock = MemoryClock(breath_seconds=0)
    plan = plan_of(("one", None, (Says("fails", [how, Done("better")]),)))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    assert fold(journal.events()).problem == leading_back(PROBLEM)
    record.resume(journal)
    list(run(plan, ports(clock), journal))
    assert fold(journal.events()).state is RunState.DONE


def test_a_failure_of_which_nothing_can_have_happened_is_not_looked_for_on_resume():
    class Refused(Effect):
        def run(self, facts, ports):
            return refusals.pop() if refusals else super().run(facts, ports)

        def evidence(self, _facts, _ports):
            return Unknown(PROBLEM)

    clock, world, refusals = (
        MemoryClock(breath_seconds=0),
        World(),
        [Failed(PROBLEM, nothing_happened=True)],
    )
    plan = plan_of(("one", None, (Refused("a", world),)))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    assert fold(journal.events()).state is RunState.FAILED
    record.resume(journal)
    list(run(plan, ports(clock), journal))
    assert world.effects == ["a"]
    assert journal.types().count("step_started") == 2


def test_a_decision_stops_the_run_and_its_answer_is_a_fact():
    clock = MemoryClock(breath_seconds=0)
    question = Question("sure", "Sure?", (Option("yes", "Yes"), Option("no", "No", Then.STOP)))

    def asks(facts):
        answer = facts.answer("sure")
        return Done(f"{answer.by} said {answer.choice}") if answer else Ask(question)

    plan = plan_of(("one", None, (Says("ask", [asks]),)))
    journal = begun(plan, clock)
    assert list(run(plan, ports(clock), journal))[-1].type is EventType.DECISION_NEEDED
    progress = fold(journal.events())
    assert (progress.state, progress.pending) == (RunState.DECIDING, question)
    list(record.decide(journal, progress, plan, Answer("yes")))
    list(run(plan, ports(clock), journal))
    progress = fold(journal.events())
    assert progress.state is RunState.DONE
    assert progress.saying == "dana said yes"


def test_going_back_walks_the_steps_between_again():
    clock, world = MemoryClock(breath_seconds=0), World()
    back = Says("back", [GoBack("a", "it moved"), Done("fine now")])
    plan = plan_of(("one", 60, (Effect("a", world),)), ("two", 60, (back,)))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    assert world.effects == ["a", "a"]
    progress = fold(journal.events())
    assert progress.state is RunState.DONE
    assert [phase.state.value for phase in progress.phases] == ["done", "done"]


def test_an_answer_that_comes_by_signal_ends_the_waiting():
    clock, signals = MemoryClock(breath_seconds=0), MemorySignals()
    question = Question("ready", "Ready?", (Option("go", "Go on"),))

    def waits(facts):
        return Done("on") if facts.answer("ready") else Waiting("editing", 1, question)

    plan = plan_of(("fix", 60, (Says("await", [waits]),)))
    journal = begun(plan, clock)
    for event in run(plan, ports(clock, signals), journal):
        if event.type is EventType.STEP_WAITING:
            signals.send(Signal(Reply("ready", "go")))
            signals.send(Signal(Noted("it is the voucher")))
    progress = fold(journal.events())
    assert progress.state is RunState.DONE
    assert [note.text for note in progress.notes] == ["it is the voucher"]


def test_a_signal_is_written_down_once_even_if_it_comes_again():
    clock, signals = MemoryClock(breath_seconds=0), MemorySignals()
    plan = plan_of(("one", None, (Says("wait", [Waiting("x", 1), Waiting("y", 1), Done("z")]),)))
    journal = begun(plan, clock)
    for _ in run(plan, ports(clock, signals), journal):
        signals.waiting.append(Signal(Noted("once"), "same"))
        if len(journal.lines) > 20:
            break
    assert journal.types().count("note") == 1


@pytest.mark.parametrize(
    ("sources", "noted"),
    [
        (("slack:17.1", "slack:17.1"), 1),
        (("slack:17.1", "slack:17.1/2026-03-12T03:13:00Z"), 2),
        (("reminder:x", "reminder:x", "update:x"), 2),
        (("page:2026-03-12T03:13:00Z", "page:2026-03-12T03:13:00Z"), 2),
        ((None, None), 2),
    ],
)
def test_what_is_heard_by_two_processes_is_noted_once(sources, noted):
    clock = MemoryClock()
    plan = plan_of(("one", None, (Effect("a", World()),)))
    journal = begun(plan, clock)
    heard = [Heard(each, clock.now()) if each else None for each in sources]
    left = {str(at): Signal(Noted("x", "rena", heard=each)) for at, each in enumerate(heard)}
    for event in record.take_signals(journal, journal.progress(), plan, left):
        assert isinstance(event.said, Noted)
    assert len(journal.progress().notes) == noted
    # Another process finds in its box what this one has written down.
    again = {f"again-{id_}": each for id_, each in left.items()}
    by_hand = sources[0] is None or sources[0].startswith("page:")
    more = list(record.take_signals(journal, journal.progress(), plan, again))
    assert len(more) == (2 if by_hand else 0)


def test_stop_leads_to_the_abort_plan_and_says_who_stopped_it():
    clock = MemoryClock(breath_seconds=0)
    question = Question("sure", "Sure?", (Option("no", "Stop it", Then.STOP),))
    plan = plan_of(("one", None, (Says("ask", [Ask(question)]),)))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    list(record.decide(journal, fold(journal.events()), plan, Answer("no", "too risky")))
    assert fold(journal.events()).next_plan == "abort"
    abort = plan_of(("abort", None, (Says("clean_up", [Done("cleaned")]),)), name="abort")
    list(run(abort, ports(clock), journal))
    progress = fold(journal.events())
    assert progress.state is RunState.STOPPED
    assert progress.problem is not None
    assert progress.problem.why == "too risky"


class Breaks(Effect):
    """A step with a fault of ours: in the step itself, or where it looks for its effect."""

    faults: ClassVar[list[str]] = []

    def run(self, facts, ports):
        outcome = super().run(facts, ports)
        self._break("run")
        return outcome

    def evidence(self, facts, ports):
        self._break("evidence")
        return super().evidence(facts, ports)

    def _break(self, where):
        if self.faults and self.faults[0] == where:
            self.faults.pop(0)
            raise KeyError("metadata")


@pytest.mark.parametrize("faults", [["run"], ["run", "evidence"], ["run", "evidence", "evidence"]])
def test_a_fault_of_ours_is_a_step_that_failed_and_is_walked_on_from(faults):
    clock, world = MemoryClock(breath_seconds=0), World()
    Breaks.faults[:] = faults
    plan = plan_of(("one", None, (Breaks("a", world),)))
    journal = begun(plan, clock)
    for number in range(1, len(faults) + 1):
        events = list(run(plan, ports(clock), journal))
        assert events[-1].type is EventType.STEP_FAILED
        problem = fold(journal.events()).problem
        assert problem is not None
        assert problem.what == "The step 'a' ended in a way that nobody foresaw."
        assert "KeyError: 'metadata'" in problem.why
        assert f"traceback-{number}.txt" in problem.why
        assert problem.next_command.startswith("hotfix resume hf-test")
        record.resume(journal)
    list(run(plan, ports(clock), journal))
    assert fold(journal.events()).state is RunState.DONE
    assert world.effects == ["a"]


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit])
def test_who_ends_the_process_is_no_fault_of_ours(ends):
    clock = MemoryClock(breath_seconds=0)
    plan = plan_of(("one", None, (Says("a", [ends()]),)))
    journal = begun(plan, clock)
    with pytest.raises(ends):
        list(run(plan, ports(clock), journal))
    assert not journal.tracebacks


def courtesy(*steps):
    """A plan that has done what it was begun for when its last phase begins."""
    plan = plan_of(("deploy", None, (Says("deploy", [Done("ok")]),)), ("close", None, steps))
    first, last = plan.phases
    return replace(plan, phases=(first, replace(last, is_courtesy=True)))


class ByHand(Says):
    """A step that knows what a person does in its place."""

    def by_hand(self, _facts):
        return "gh issue create"


@pytest.mark.parametrize(
    ("fails", "why"),
    [
        (Failed(PROBLEM), "Because."),
        (ProblemError(PROBLEM), "Because."),
        (TemporaryTroubleError("502", 2), "It was tried again"),
        (TemporaryTroubleError("rate limit", 3000), "Rate limit."),
        (KeyError("metadata"), "KeyError: 'metadata'"),
    ],
)
def test_what_a_finished_run_cannot_do_is_left_to_do_and_the_rest_is_done(fails, why):
    clock, world = MemoryClock(breath_seconds=0), World()
    plan = courtesy(ByHand("follow_up", [fails]), Effect("release", world))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    progress = fold(journal.events())
    assert (progress.state, progress.problem) == (RunState.DONE, None)
    assert world.effects == ["release"]
    (left,) = progress.left_to_do
    assert (left.step, left.problem.next_command) == ("follow_up", "gh issue create")
    assert left.problem.why.startswith(why)


def test_of_an_effect_that_may_have_happened_it_is_said_so():
    class Lost(Effect):
        def evidence(self, _facts, _ports):
            return Unknown(PROBLEM)

        def run(self, facts, ports):
            super().run(facts, ports)
            raise TemporaryTroubleError("the answer was lost")

        def by_hand(self, _facts):
            return "gh issue create"

    clock, world = MemoryClock(breath_seconds=0), World()
    plan = courtesy(Lost("follow_up", world))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    (left,) = fold(journal.events()).left_to_do
    assert left.problem.next_command == "If that is not done yet: gh issue create"
    assert world.effects == ["follow_up"]


def test_what_no_person_can_do_in_its_place_is_left_with_the_command_that_mends_it():
    class Refused(Effect):
        def run(self, _facts, _ports):
            return Failed(PROBLEM)

    clock = MemoryClock(breath_seconds=0)
    journal = begun(plan := courtesy(Refused("follow_up", World())), clock)
    list(run(plan, ports(clock), journal))
    (left,) = fold(journal.events()).left_to_do
    assert left.problem == PROBLEM


def test_a_finished_run_that_somebody_took_over_stops_all_the_same():
    clock = MemoryClock(breath_seconds=0)
    lost = Problem(ProblemCode.LOCKED, "noor took over.", "", "hotfix status --team")
    plan = courtesy(Says("follow_up", [Failed(lost, nothing_happened=True)]))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    assert fold(journal.events()).problem == lost


def test_what_a_fix_left_to_do_is_not_to_be_done_after_its_rollback():
    clock = MemoryClock(breath_seconds=0)
    plan = courtesy(ByHand("bring_back", [Failed(PROBLEM)]))
    journal = begun(plan, clock)
    list(run(plan, ports(clock), journal))
    assert fold(journal.events()).left_to_do
    back = plan_of(("back", None, (Says("restore", [Done("ok")]),)), name="rollback")
    list(run(back, ports(clock), journal))
    assert fold(journal.events()).left_to_do == ()
