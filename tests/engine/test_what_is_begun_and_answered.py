"""What was begun is asked about; an answer is one to what is asked; each signal counts once."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar, cast

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

from hotfix.domain.event_data import (
    BudgetExtended,
    BySignal,
    DecisionMade,
    EventType,
    LockLost,
    Noted,
    RunFinished,
    StepDone,
    StepFailed,
    StepTroubled,
    StepWaiting,
    Told,
    WentBack,
)
from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import LOCK_TOKEN, MERGE_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Evidence, Failed, NotDone, Unknown, Waiting
from hotfix.domain.problem import (
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
    leading_back,
)
from hotfix.domain.progress import BUDGET_STEP, RunState
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import budget_decision, record
from hotfix.engine.run import run
from hotfix.ports.signals import Reply, Signal

PROBLEM = Problem(ProblemCode.FAILED, "Whether it happened is not known.", "Lost.", "hotfix resume")
MINUTE = 60.0


@dataclass
class Lost:
    """A step whose evidence is given, and which counts how often it acted."""

    found: Any
    acted: int = 0
    looks: int = 0
    name: str = "act"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, _facts, _ports):
        self.acted += 1
        return Done("acted")

    def evidence(self, _facts, _ports) -> Evidence:
        self.looks += 1
        if isinstance(self.found, Exception):
            raise self.found
        evidence: Evidence = self.found
        return evidence


def begun(*phases, signals=None, **how) -> tuple[Any, MemoryJournal, Any]:
    plan = plan_of(*phases, **how)
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, Incident("x"), plan, RunSettings())
    return plan, journal, ports(journal.clock, signals)


def died_in(step) -> tuple[Any, MemoryJournal, Any]:
    """Return a run whose process died after the intent of ``step`` and before its result."""
    plan, journal, outside = begun(("one", None, (step,)))
    journal.dies_after = 3
    with pytest.raises(Crash):
        list(run(plan, outside, journal))
    journal.dies_after = None
    assert journal.types()[-1] == "step_started"
    return plan, journal, outside


@pytest.mark.parametrize(
    ("found", "acted", "state"),
    [
        (Unknown(PROBLEM), 0, RunState.FAILED),
        (Done("it happened"), 0, RunState.DONE),
        (Waiting("not yet to be seen", 1.0), 1, RunState.DONE),
        (NotDone(), 1, RunState.DONE),
        (ProblemError(PROBLEM), 0, RunState.FAILED),
    ],
)
def test_after_a_lost_answer_only_what_is_known_not_to_have_happened_is_done(found, acted, state):
    step = Lost(found)
    plan, journal, outside = died_in(step)
    record.resume(journal)
    list(run(plan, outside, journal))
    progress = fold(journal.events())
    assert (step.acted, progress.state) == (acted, state)
    if state is RunState.FAILED:
        assert progress.problem == leading_back(PROBLEM)
        assert ("hotfix", "act") in progress.begun


def test_what_is_unknown_is_asked_about_again_and_never_done_blindly():
    step = Lost(Unknown(PROBLEM))
    plan, journal, outside = died_in(step)
    for _ in range(3):
        record.resume(journal)
        list(run(plan, outside, journal))
    assert (step.acted, step.looks) == (0, 3)
    step.found = NotDone()
    record.resume(journal)
    list(run(plan, outside, journal))
    assert step.acted == 1


def test_while_the_evidence_cannot_be_looked_at_nothing_is_done():
    step = Lost(TemporaryTroubleError("502", 1.0))
    plan, journal, outside = died_in(step)
    record.resume(journal)
    list(run(plan, outside, journal))
    assert step.acted == 0
    assert fold(journal.events()).state is RunState.FAILED


def test_what_was_not_begun_is_not_looked_for():
    step = Lost(Unknown(PROBLEM))
    plan, journal, outside = begun(("one", None, (step,)))
    list(run(plan, outside, journal))
    assert (step.acted, step.looks) == (1, 0)


def test_trouble_in_between_makes_the_next_look_one_for_evidence_and_only_that_one():
    looks: list[str] = []

    class Troubled(Lost):
        def run(self, _facts, _ports):
            looks.append("run")
            if len(looks) == 1:
                raise TemporaryTroubleError("502", 1.0)
            return Waiting("for it", 1.0) if len(looks) < 5 else Done("done")

        def evidence(self, _facts, _ports):
            looks.append("evidence")
            return NotDone()

    plan, journal, outside = begun(("one", None, (Troubled(NotDone()),)))
    list(run(plan, outside, journal))
    assert looks == ["run", "evidence", "run", "run", "run"]
    assert fold(journal.events()).state is RunState.DONE


READY = Question(
    "ready",
    "Ready?",
    (
        Option("go", "Go on"),
        Option("stop", "Stop", Then.STOP),
        Option("back", "Roll back", Then.ROLL_BACK),
        Option("again", "From the start", Then.GO_BACK, "first"),
    ),
)


@dataclass
class Waits:
    """A step that waits for the answer to a question, and sends what it is given at its first look.

    It gives up after some looks.
    """

    signals: MemorySignals
    sends: list[Signal]
    question: Question | None = READY
    looks: int = 0
    name: str = "await"
    answers: list[Answer | None] = field(default_factory=list)
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, facts, _ports):
        self.looks += 1
        self.answers.append(facts.answer("ready"))
        if self.answers[-1] is not None:
            return Done(f"{self.answers[-1].choice} by {self.answers[-1].by}")
        if self.looks == 1:
            for signal in self.sends:
                self.signals.send(signal)
        return Failed(PROBLEM) if self.looks == 4 else Waiting("editing", 1.0, self.question)


def waiting(*said, question: Question | None = READY) -> tuple[Waits, Any, MemoryJournal]:
    signals = MemorySignals()
    step = Waits(signals, [Signal(each) for each in said], question)
    first, later = Says("first", [Done("first")]), Says("later", [Done("later")])
    plan, journal, outside = begun(("one", None, (first, step, later)), signals=signals)
    list(run(plan, outside, journal))
    return step, fold(journal.events()), journal


@pytest.mark.parametrize(("choice", "next_plan"), [("stop", "abort"), ("back", "rollback")])
def test_a_stop_or_rollback_from_elsewhere_ends_the_waiting_step(choice, next_plan):
    step, progress, journal = waiting(Reply("ready", choice, "too risky"))
    assert step.looks == 1
    assert progress.next_plan == next_plan
    assert journal.types()[-1] == "decision_made"
    assert not progress.is_done("await")
    assert (progress.stopped_by is not None) is (choice == "stop")


def test_an_answer_from_elsewhere_that_goes_back_walks_from_there():
    step, _, journal = waiting(Reply("ready", "again"))
    assert journal.types().count("went_back") == 1
    back = next(event for event in journal.lines if event.type is EventType.WENT_BACK)
    assert (back.data["to"], back.data["undone"]) == ("first", ["first", "await", "later"])
    started = [event.step for event in journal.lines if event.type is EventType.STEP_STARTED]
    assert started == ["first", "await", "first", "await"]
    assert step.looks == 4


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (Reply("merge", "go"), READY),
        (Reply("ready", "go"), None),
        (Noted("go"), READY),
    ],
)
def test_an_answer_to_what_is_not_asked_is_none(said, question):
    step, progress, journal = waiting(said, question=question)
    assert step.answers == [None] * 4
    assert progress.state is RunState.FAILED
    assert "decision_made" not in journal.types()


def test_an_answer_from_elsewhere_is_a_decision_with_who_when_and_what_was_shown():
    step, progress, journal = waiting(Reply("ready", "go", "it is fixed", 3.0))
    assert progress.state is RunState.DONE
    (decision,) = progress.decisions
    assert (decision.step, decision.question) == ("await", READY)
    answer = decision.answer
    assert (answer.choice, answer.reason, answer.minutes) == ("go", "it is fixed", 3.0)
    assert (answer.by, answer.at is not None) == ("dana", True)
    (event,) = (event for event in journal.lines if event.type is EventType.DECISION_MADE)
    assert isinstance(event.said, DecisionMade)
    assert (event.said.signal, event.step, event.phase) == ("1", "await", "one")
    assert step.answers[-1] == answer


def test_who_asks_for_an_editor_gets_the_terminal_and_has_answered_by_what_they_save():
    question = replace(READY, options=(*READY.options, Option("write", "Write it", Then.WRITE)))
    step, progress, journal = waiting(Reply("ready", "write"), question=question)
    assert (step.looks, progress.state) == (1, RunState.WAITING)
    assert progress.pending == question
    assert "decision_made" not in journal.types()
    # With words it is an answer, and the step goes on waiting.
    step, progress, _ = waiting(Reply("ready", "write", "Root cause: x"), question=question)
    assert [each.answer.reason for each in progress.decisions] == ["Root cause: x"]
    assert step.answers == [None] * 4


def test_of_two_answers_only_the_first_is_one():
    _, progress, journal = waiting(Reply("ready", "go"), Reply("ready", "stop"))
    assert journal.types().count("decision_made") == 1
    assert (progress.state, progress.next_plan) == (RunState.DONE, "")


def test_what_came_by_signal_before_a_crash_is_not_taken_again():
    signals = MemorySignals()
    plan, journal, outside = begun(
        ("one", None, (Says("wait", [Waiting("x", 1.0), Done("y")]),)), signals=signals
    )
    said: list[Any] = [Noted("a note", "noor"), Told("parent", "text")]
    signals.waiting = [Signal(each, str(number)) for number, each in enumerate(said, 1)]
    journal.dies_after = 5
    with pytest.raises(Crash):
        list(run(plan, outside, journal))
    journal.dies_after = None
    record.resume(journal)
    # The box gives all of it again, and one more.
    signals.waiting = [Signal(each, str(number)) for number, each in enumerate(said, 1)]
    signals.waiting.append(Signal(Noted("another", "noor"), "3"))
    list(run(plan, outside, journal))
    taken = [event.said.signal for event in journal.lines if isinstance(event.said, BySignal)]
    assert sorted(taken) == ["1", "2", "3"]
    assert [note.text for note in fold(journal.events()).notes] == ["a note", "another"]
    assert record.signals_on_record(journal) == {"1", "2", "3"}


def test_a_loss_of_the_lock_stops_before_the_step_looks_again():
    lost = LockLost(PROBLEM, by_this_run=True)
    step, progress, journal = waiting(lost, Noted("late"))
    assert step.looks == 1
    assert progress.state is RunState.TAKEN_OVER
    assert journal.types()[-2:] == ["lock_lost", "note"]
    assert progress.step == "await"


def test_a_new_question_is_written_down_although_the_saying_is_the_same():
    other = Question("sure", "Sure?", (Option("go", "Go on"),))
    outcomes: list[Any] = [Waiting("x", 1.0, READY)] * 2 + [Waiting("x", 1.0, other), Done("y")]
    plan, journal, outside = begun(("one", None, (Says("wait", outcomes),)))
    list(run(plan, outside, journal))
    asked = [event.said for event in journal.lines if isinstance(event.said, StepWaiting)]
    assert [each.question for each in asked] == [READY, other]


def test_what_is_shown_and_ready_stands_with_the_waiting():
    plan, journal, outside = begun(
        ("one", None, (Says("wait", [Waiting("x", 1.0, READY, True, ("a", "b")), Done("y")]),))
    )
    list(run(plan, outside, journal))
    (event,) = (event for event in journal.lines if isinstance(event.said, StepWaiting))
    assert event.said == StepWaiting("x", READY, True, ("a", "b"))
    assert (event.phase, event.step) == ("one", "wait")


def test_every_event_of_a_step_names_its_phase_and_step():
    said = [TemporaryTroubleError("502", 1.0), Waiting("x", 1.0), Failed(PROBLEM, True)]
    plan, journal, outside = begun(("one", None, (Says("wait", list(said)),)))
    list(run(plan, outside, journal))
    of_step = [event for event in journal.lines if event.type.startswith("step_")]
    assert {(event.phase, event.step) for event in of_step} == {("one", "wait")}
    assert [type(event.said) for event in of_step[1:]] == [StepTroubled, StepWaiting, StepFailed]
    assert of_step[-1].said == StepFailed(PROBLEM, nothing_happened=True)


def test_a_question_stops_the_walk_and_is_asked_again_after_a_restart():
    plan, journal, outside = begun(("one", None, (Says("ask", [Ask(READY)]),)))
    for _ in range(2):
        list(run(plan, outside, journal))
        assert journal.types()[-1] == "decision_needed"
        assert fold(journal.events()).pending == READY
        record.resume(journal)
    assert journal.types().count("step_started") == 1


@pytest.mark.parametrize("answer", [Answer("nonsense"), Answer("")])
def test_what_is_no_option_is_no_answer(answer):
    plan, journal, outside = begun(("one", None, (Says("ask", [Ask(READY)]),)))
    list(run(plan, outside, journal))
    before = list(journal.lines)
    with pytest.raises(ValueError, match="is no answer to 'ready'"):
        list(record.decide(journal, fold(journal.events()), plan, answer))
    assert journal.lines == before


def test_where_nothing_is_asked_nothing_is_decided():
    plan, journal, _ = begun(("one", None, (Says("ask", [Ask(READY)]),)))
    with pytest.raises(ValueError, match="nothing was asked"):
        list(record.decide(journal, fold(journal.events()), plan, Answer("go")))


def late() -> tuple[Any, MemoryJournal, Any]:
    """Return a run that no longer fits, and is asked what now."""
    slow = Says("slow", [Waiting("x", 25 * MINUTE), Done("y")])
    merge = Says("merge", [Done("merged")])
    plan, journal, outside = begun(
        ("one", None, (slow,)),
        ("deploy", 10 * MINUTE, (merge,)),
        total=30 * MINUTE,
        no_return="merge",
        needed_after=("deploy",),
    )
    list(run(plan, outside, journal))
    assert fold(journal.events()).pending_step == BUDGET_STEP
    return plan, journal, outside


def test_a_hotfix_that_no_longer_fits_is_asked_about_before_the_step_that_comes_next():
    _, journal, _ = late()
    asked = journal.lines[-1]
    assert (asked.type, asked.step, asked.data["before"]) == (
        *(EventType.DECISION_NEEDED, BUDGET_STEP),
        "slow",
    )
    question = fold(journal.events()).pending
    assert question is not None
    assert (question.by_yes, question.unanswered) == ("", ProblemCode.BUDGET)
    assert [(each.key, each.then) for each in question.options] == [
        ("extend", Then.GO_ON),
        ("escalate", Then.GO_ON),
        ("stop", Then.STOP),
    ]
    unseen = budget_decision.question(fold(journal.events()), 60.0, 600.0, "GitHub is gone.")
    assert [each.key for each in unseen.options] == ["extend", "escalate", "stop", "roll-back"]
    extend = question.options[0]
    assert (extend.needs_reason, extend.needs_minutes) == (True, True)
    assert question.shown[0].startswith("Left of the total: 10:00")
    assert question.shown[1] == "Deploy and verify are planned to take 10:00."


@dataclass(frozen=True)
class MergedByOthers(Says):
    """A step whose effect others may have had."""

    found: Any = field(default_factory=NotDone)

    def others_may(self, _facts: Facts) -> bool:
        return True

    def evidence(self, _facts: Facts, _ports: Any) -> Evidence:
        return cast("Evidence", self.found)

    by_whomever = evidence


@pytest.mark.parametrize(
    ("found", "is_asked"),
    [
        (Done("merged", (MERGE_SHA("a1" * 20),)), False),
        (NotDone(), True),
        (Unknown(PROBLEM), True),
    ],
)
def test_only_what_others_have_merged_for_certain_is_past_the_question_of_time(found, is_asked):
    slow = Says("slow", [Waiting("x", 25 * MINUTE), Done("y")])
    merge = MergedByOthers("merge", [Done("merged")], found)
    plan, journal, outside = begun(
        ("one", None, (slow,)),
        ("deploy", 10 * MINUTE, (merge,)),
        total=30 * MINUTE,
        no_return="merge",
        needed_after=("deploy",),
    )
    list(run(plan, outside, journal))
    assert (fold(journal.events()).pending_step == BUDGET_STEP) is is_asked


def test_an_extension_that_was_cut_off_is_not_told_as_an_escalation():
    _plan, journal, _ = late()
    asked = fold(journal.events()).pending
    assert asked is not None
    journal.append(DecisionMade(asked.key, "extend", "r", 10.0, asked), "", BUDGET_STEP)
    cut = fold(journal.events())
    assert budget_decision.ESCALATE in budget_decision.question(cut, 60.0, 600.0).options


def test_an_escalation_is_on_record_and_not_offered_again():
    plan, journal, outside = late()
    list(record.decide(journal, fold(journal.events()), plan, Answer("escalate")))
    assert "budget_extended" not in journal.types()
    list(run(plan, outside, journal))
    question = fold(journal.events()).pending
    assert question is not None
    assert [each.key for each in question.options] == ["extend", "stop"]
    assert "Escalated to the DevOps lead by dana" in question.shown[-1]


def test_minutes_extend_the_budget_only_where_it_was_the_budget_that_was_asked_about():
    plan, journal, _ = late()
    list(record.decide(journal, fold(journal.events()), plan, Answer("extend", "soon", 10.0)))
    extended = journal.lines[-1]
    assert extended.said == BudgetExtended(40 * MINUTE, "soon")
    plan, journal, outside = begun(("one", None, (Says("ask", [Ask(READY)]),)), total=1800.0)
    list(run(plan, outside, journal))
    list(record.decide(journal, fold(journal.events()), plan, Answer("go", "", 10.0)))
    assert "budget_extended" not in journal.types()


def test_an_end_by_a_stop_says_so_and_every_other_plan_ends_as_it_is_meant_to():
    for name, stopped in (("abort", True), ("rollback", False)):
        plan, journal, outside = begun(("one", None, (Says("ask", [Ask(READY)]),)))
        list(run(plan, outside, journal))
        list(record.decide(journal, fold(journal.events()), plan, Answer("stop", "no")))
        other = plan_of(("out", None, (Says("leave", [Done("left")]),)), name=name)
        list(run(other, outside, journal))
        said = journal.lines[-1].said
        assert isinstance(said, RunFinished)
        assert (said.state, said.problem is not None) == (
            (RunState.STOPPED, True) if stopped else (RunState.DONE, False)
        )


def test_a_plan_that_is_aborted_without_a_stop_ends_as_it_is_meant_to():
    plan, journal, outside = begun(("out", None, (Says("leave", [Done("left")]),)), name="abort")
    list(run(plan, outside, journal))
    assert journal.lines[-1].said == RunFinished(RunState.DONE, None)


def test_what_goes_back_undoes_all_from_there_on_with_its_phases():
    a, b, c = (Says(name, [Done(name)]) for name in "abc")
    plan, journal, _ = begun(("one", None, (a,)), ("two", None, (b,)), ("three", None, (c,)))
    event = record.go_back(journal, fold(journal.events()), plan, "b", "because")
    assert event.said == WentBack("b", "because", undone=("b", "c"), phases=("two", "three"))


def test_the_layout_of_a_plan_is_what_readers_of_the_record_need():
    plan, _, _ = begun(
        ("one", 60.0, (Says("a", [Done("a")]),)),
        *(("two", None, (Says("b", [Done("b")]),)),),
        total=90.0,
        no_return="b",
        needed_after=("two",),
    )
    layout = record.layout(plan)
    assert (layout.plan, layout.total_seconds, layout.counts_until) == ("hotfix", 90.0, "two")
    assert (layout.point_of_no_return, layout.needed_after) == ("b", ("two",))
    assert [(each.name, each.target_seconds) for each in layout.phases] == [
        ("one", 60.0),
        ("two", None),
    ]


def test_a_lost_lock_on_record_says_whether_this_run_goes_on_elsewhere():
    for holder_run, state in (("hf-test", RunState.TAKEN_OVER), ("", RunState.FAILED)):
        _, journal, _ = begun(("one", None, (Says("a", [Done("a")]),)))
        record.lose_lock(journal, "hf-test", PROBLEM, holder_run)
        assert fold(journal.events()).state is state


def test_a_takeover_and_its_facts_are_on_record():
    plan, journal, outside = begun(("one", None, (Lost(Unknown(PROBLEM)),)))
    event = record.resume(journal, (LOCK_TOKEN(4),), taken_over_from="noor")
    assert event.data == {"facts": {"lock_token": 4}, "taken_over_from": "noor"}
    list(run(plan, outside, journal))
    # What the other machine did last may not have arrived: nothing is done before it is looked for.
    assert fold(journal.events()).state is RunState.FAILED
    assert fold(journal.events()).known["lock_token"] == 4


def test_the_time_of_an_intent_is_kept_over_restarts_and_begins_anew_after_going_back():
    seen = []

    def looks(facts):
        seen.append(facts.elapsed_seconds)
        return outcomes.pop(0)

    outcomes: list[Any] = [Waiting("x", 5.0), Failed(PROBLEM), Waiting("y", 5.0), Failed(PROBLEM)]
    plan, journal, outside = begun(("one", None, (Says("wait", [looks]),)))
    list(run(plan, outside, journal))
    journal.clock.wait(100.0)
    record.resume(journal)
    list(run(plan, outside, journal))
    assert seen == [0.0, 5.0, 105.0, 110.0]
    record.go_back(journal, fold(journal.events()), plan, "wait", "again")
    outcomes.append(Done("z"))
    list(run(plan, outside, journal))
    assert seen[-1] == 0.0


def test_what_is_certain_not_to_have_happened_begins_anew_in_time_too():
    seen = []

    def looks(facts):
        seen.append(facts.elapsed_seconds)
        return Failed(PROBLEM, nothing_happened=True) if len(seen) == 1 else Done("z")

    plan, journal, outside = begun(("one", None, (Says("wait", [looks]),)))
    list(run(plan, outside, journal))
    journal.clock.wait(100.0)
    record.resume(journal)
    list(run(plan, outside, journal))
    assert seen == [0.0, 0.0]


@dataclass
class Counted:
    """A plan whose first phase is what counts."""

    journal: MemoryJournal = field(
        default_factory=lambda: MemoryJournal(MemoryClock(breath_seconds=0))
    )

    def __post_init__(self) -> None:
        verify = Says("verify", [Waiting("x", 60.0), Done("y"), Waiting("x", 60.0), Done("y")])
        close = Says("close", [Waiting("x", 30.0), Failed(PROBLEM)])
        made = plan_of(("verify", None, (verify,)), ("close", None, (close,)), total=600.0)
        self.plan = type(made)(**{**vars(made), "counts_until": "verify"})
        record.begin(self.journal, Incident("x"), self.plan, RunSettings())
        list(run(self.plan, ports(self.journal.clock), self.journal))


def test_the_clock_stands_still_after_what_counts_and_runs_again_where_it_is_done_again():
    made = Counted()
    journal, start = made.journal, made.journal.lines[0].at
    progress = fold(journal.events())
    assert progress.ended_at == start + timedelta(seconds=60)
    assert progress.elapsed_seconds(start + timedelta(seconds=900)) == 60
    record.go_back(journal, progress, made.plan, "close", "only what follows")
    assert fold(journal.events()).ended_at == start + timedelta(seconds=60)
    record.go_back(journal, fold(journal.events()), made.plan, "verify", "it is red again")
    progress = fold(journal.events())
    assert progress.ended_at is None
    assert progress.elapsed_seconds(start + timedelta(seconds=900)) == 900
    list(run(made.plan, ports(journal.clock), journal))
    ended = fold(journal.events()).ended_at
    assert ended is not None
    assert ended > start + timedelta(seconds=90)


def test_the_target_of_a_rollback_after_what_counted_is_warned_about():
    made = Counted()
    slow = Says("restore", [Waiting("x", 400.0)] * 3 + [Done("y")])
    back = plan_of(("rollback", 300.0, (slow,)), name="rollback")
    list(run(back, ports(made.journal.clock), made.journal))
    marks = [str(event.data["mark"]) for event in made.journal.lines if "mark" in event.data]
    assert marks[-2:] == ["rollback:80", "rollback:100"]
    assert not any(mark.startswith("total") for mark in marks)


def test_a_run_that_is_over_keeps_the_end_of_what_counted():
    made = Counted()
    ended = fold(made.journal.events()).ended_at
    made.journal.append(RunFinished(RunState.DONE, None))
    assert fold(made.journal.events()).ended_at == ended
    world = World()
    plan, journal, outside = begun(("one", None, (Effect("a", world),)))
    list(run(plan, outside, journal))
    assert fold(journal.events()).ended_at == journal.lines[-1].at
    done = [event for event in journal.lines if isinstance(event.said, StepDone)]
    assert [event.step for event in done] == ["a"]


def test_after_a_loss_of_the_lock_nothing_more_is_asked_although_it_no_longer_fits():
    signals = MemorySignals()

    def loses(_facts):
        signals.send(Signal(LockLost(PROBLEM, by_this_run=False)))
        return Waiting("x", 25 * MINUTE)

    merge = Says("merge", [Done("merged")])
    plan, journal, outside = begun(
        *(("one", 5 * MINUTE, (Says("slow", [loses]),)), ("deploy", 10 * MINUTE, (merge,))),
        signals=signals,
        total=14 * MINUTE,
        no_return="merge",
        needed_after=("deploy",),
    )
    list(run(plan, outside, journal))
    assert journal.types()[-1] == "lock_lost"
    assert fold(journal.events()).state is RunState.FAILED
