"""What each event changes about a run, and what it leaves as it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.domain.runs_on_record import rolling_back

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    BadCommitSettled,
    BudgetExtended,
    BudgetOverrun,
    BudgetWarning,
    DecisionMade,
    DecisionNeeded,
    Layout,
    LockLost,
    Noted,
    PhaseFinished,
    PhaseStarted,
    PlanChosen,
    PlannedPhase,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunStarted,
    StepDone,
    StepFailed,
    StepStarted,
    StepTroubled,
    StepWaiting,
    Told,
    Untold,
    WentBack,
)
from hotfix.domain.fold import after, fold
from hotfix.domain.incident import Incident
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import (
    BUDGET_STEP,
    WAITS_FOR_OTHERS,
    Note,
    PhaseProgress,
    PhaseState,
    Progress,
    RunState,
)
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.run_settings import RunSettings, Via
from hotfix.domain.workflow_questions import let_through

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
NOW = START + timedelta(seconds=60)
PROBLEM = Problem(ProblemCode.FAILED, "It broke.", "Because.", "hotfix resume")
OPTIONS = (
    Option("go", "Go on"),
    Option("stop", "Stop it", Then.STOP),
    Option("back", "Roll back", Then.ROLL_BACK),
    Option("again", "Again", Then.GO_BACK, "edit"),
)
QUESTION = Question("sure", "Sure?", OPTIONS)
LAYOUT = Layout("hotfix", (PlannedPhase("fix", 900.0),), 1800.0, "fix", "merge", ("deploy",))
ANSWER = Answer("go", by="dana", at=START)
FIX = PhaseProgress("fix", 900.0, PhaseState.RUNNING, 5.0, START)
REVIEW = PhaseProgress("review", 600.0)
#: in the middle of everything, so that whatever an event changes can be seen
MIDDLE = Progress(
    run="hf-1",
    state=RunState.WAITING,
    plan="hotfix",
    operator="dana",
    started_at=START,
    phases=(FIX, REVIEW),
    phase="fix",
    step="edit",
    saying="before",
    done=frozenset({("hotfix", "look"), ("hotfix", "cut")}),
    begun=frozenset({("hotfix", "edit"), ("rollback", "edit")}),
    begun_at={("hotfix", "edit"): START},
    known={"a": 1},
    answers={("edit", "sure"): ANSWER, ("look", "sure"): ANSWER, (BUDGET_STEP, "b"): ANSWER},
    pending=QUESTION,
    pending_step="edit",
    problem=PROBLEM,
    total_seconds=1800.0,
    counts_until="review",
    budget_marks=frozenset({"fix:80", "total:80"}),
    told=frozenset({"parent"}),
    untold={"summary": "text"},
    events=7,
    last_at=START,
)
PASSED: dict[str, Any] = {"events": 8, "last_at": NOW}


def folded(said, phase="", step="", before=MIDDLE, operator="dana") -> Progress:
    event = Event("hf-1", 8, NOW, said.type, operator, phase, step, said.to_json())
    return after(before, Event.from_json(event.to_json()))


def phase(before: PhaseProgress, seconds: float, state: PhaseState) -> PhaseProgress:
    return replace(
        before, state=state, spent_seconds=seconds, running_since=None, stretch=(START, NOW)
    )


ENDED_FIX = phase(FIX, 65.0, PhaseState.DONE)
LEFT_FIX = phase(FIX, 65.0, PhaseState.TO_COME)
NOT_PENDING: dict[str, Any] = {"pending": None, "pending_step": ""}
RUNNING: dict[str, Any] = {"state": RunState.RUNNING}


@pytest.mark.parametrize(
    ("said", "where", "changed"),
    [
        (RunInterrupted("Ctrl-C"), (), {"state": RunState.INTERRUPTED}),
        (
            PhaseStarted(),
            ("review",),
            {
                "phase": "review",
                "phases": (
                    FIX,
                    replace(REVIEW, state=PhaseState.RUNNING, running_since=NOW),
                ),
            },
        ),
        (PhaseFinished(), ("fix",), {"phase": "", "phases": (ENDED_FIX, REVIEW)}),
        (
            PhaseFinished(),
            ("review",),
            {
                "phase": "",
                "ended_at": NOW,
                "phases": (FIX, replace(REVIEW, state=PhaseState.DONE)),
            },
        ),
        (
            StepStarted(),
            ("review", "ask"),
            {
                **RUNNING,
                "step": "ask",
                "phase": "review",
                "saying": "",
                "problem": None,
                "begun": MIDDLE.begun | {("hotfix", "ask")},
                "begun_at": {("hotfix", "edit"): START, ("hotfix", "ask"): NOW},
            },
        ),
        (
            StepWaiting("for it", QUESTION),
            ("fix", "edit"),
            {"saying": "for it", "pending": QUESTION, "pending_step": "edit"},
        ),
        (StepWaiting("for it"), ("fix", "edit"), {"saying": "for it", **NOT_PENDING}),
        (StepTroubled("502"), ("fix", "edit"), {"saying": "502"}),
        (
            StepDone("edited", {"b": 2}),
            ("fix", "edit"),
            {
                **RUNNING,
                **NOT_PENDING,
                "step": "",
                "saying": "edited",
                "done": MIDDLE.done | {("hotfix", "edit")},
                "begun": frozenset({("rollback", "edit")}),
                "known": {"a": 1, "b": 2},
                "answers": {("look", "sure"): ANSWER, (BUDGET_STEP, "b"): ANSWER},
            },
        ),
        (
            StepFailed(replace(PROBLEM, why="Another.")),
            ("fix", "edit"),
            {"state": RunState.FAILED, "problem": replace(PROBLEM, why="Another.")},
        ),
        (
            StepFailed(PROBLEM, nothing_happened=True),
            ("fix", "edit"),
            {"state": RunState.FAILED, "begun": frozenset({("rollback", "edit")})},
        ),
        (
            WentBack("cut", "it moved", ("cut", "edit"), ("fix",)),
            ("fix", "edit"),
            {
                **RUNNING,
                **NOT_PENDING,
                "phase": "",
                "step": "",
                "saying": "it moved",
                "phases": (LEFT_FIX, REVIEW),
                "done": frozenset({("hotfix", "look")}),
                "begun": frozenset({("rollback", "edit")}),
                "answers": {("look", "sure"): ANSWER, (BUDGET_STEP, "b"): ANSWER},
            },
        ),
        (
            DecisionNeeded(QUESTION),
            ("fix", "ask"),
            {"state": RunState.DECIDING, "pending": QUESTION, "pending_step": "ask"},
        ),
        (
            BudgetWarning("fix:100", "fix", 1.0, 2.0),
            ("fix",),
            {"budget_marks": frozenset({"fix:80", "fix:100", "total:80"})},
        ),
        (
            BudgetOverrun("total:100", "total", 1.0, 2.0),
            ("fix",),
            {"budget_marks": frozenset({"fix:80", "total:100", "total:80"})},
        ),
        (
            BudgetExtended(2400.0, "soon"),
            ("fix",),
            {
                "total_seconds": 2400.0,
                "first_total_seconds": 1800.0,
                "budget_marks": frozenset({"fix:80"}),
                "answers": {("edit", "sure"): ANSWER, ("look", "sure"): ANSWER},
            },
        ),
        (Noted("a note"), (), {"notes": (Note(NOW, "dana", "a note"),)}),
        (Noted("a note", "noor"), (), {"notes": (Note(NOW, "noor", "a note"),)}),
        (
            Told("summary", "t"),
            (),
            {"told": frozenset({"parent", "summary"}), "untold": {}, "told_at": NOW},
        ),
        (Told("other", "t"), (), {"told": frozenset({"parent", "other"}), "told_at": NOW}),
        (Untold("other", "t", "502"), (), {"untold": {"summary": "text", "other": "t"}}),
        (LockLost(PROBLEM, True), (), {"state": RunState.TAKEN_OVER, "finished_at": NOW}),
        (LockLost(PROBLEM, False), (), {"state": RunState.FAILED}),
        (BadCommitSettled("merged"), (), {"known": {"a": 1, "bad_commit_settled": "merged"}}),
        (
            RunFinished(RunState.DONE, None),
            (),
            {
                **NOT_PENDING,
                "state": RunState.DONE,
                "ended_at": NOW,
                "finished_at": NOW,
                "problem": None,
                "phase": "",
                "step": "",
                "phases": (LEFT_FIX, REVIEW),
            },
        ),
        (
            RunResumed({"b": 2}),
            (),
            {**RUNNING, **NOT_PENDING, "problem": None, "known": {"a": 1, "b": 2}},
        ),
        (
            RunResumed(None, "noor"),
            (),
            {**RUNNING, **NOT_PENDING, "problem": None, "is_taken_over": True},
        ),
    ],
)
def test_an_event_changes_what_it_is_about_and_nothing_else(said, where, changed):
    assert folded(said, *where) == replace(MIDDLE, **{**PASSED, **changed})


@pytest.mark.parametrize("said", [StepTroubled("502"), StepWaiting("x")])
def test_who_waits_is_waiting(said):
    running = replace(MIDDLE, state=RunState.RUNNING)
    assert folded(said, "fix", "edit", running).state is RunState.WAITING


def test_a_run_begins_with_its_plan():
    settings = RunSettings(repository="webrana/webrana")
    found = folded(RunStarted(Incident("x"), settings, LAYOUT), before=Progress())
    assert found == Progress(
        run="hf-1",
        operator="dana",
        events=1,
        last_at=NOW,
        incident=Incident("x"),
        settings=settings,
        started_at=NOW,
        phases=(PhaseProgress("fix", 900.0),),
        total_seconds=1800.0,
        counts_until="fix",
        point_of_no_return="merge",
        needed_after=("deploy",),
    )


def test_what_it_took_the_team_is_what_the_run_began_with():
    known = replace(LAYOUT, phases=(PlannedPhase("fix", 900.0, 300.0, 480.0),))
    started = folded(RunStarted(Incident("x"), RunSettings(), known), before=Progress())
    (fix,) = started.phases
    assert (fix.median_seconds, fix.p80_seconds) == (300.0, 480.0)
    # A plan that is chosen anew says nothing of it, and changes nothing.
    assert folded(PlanChosen(LAYOUT), before=started).phases == (fix,)


def test_a_second_extension_leaves_the_first_total():
    once = folded(BudgetExtended(2400.0, "soon"))
    again = folded(BudgetExtended(3000.0, "soon"), before=once)
    assert (again.total_seconds, again.first_total_seconds) == (3000.0, 1800.0)


APPROVAL = replace(
    MIDDLE, step="", phases=(REVIEW,), phase="review", pending=None, pending_step="", problem=None
)


@pytest.mark.parametrize(
    ("said", "waited", "is_waiting"),
    [
        ((StepWaiting("waiting for rena"),), 60.0, True),
        ((StepTroubled("502"), Noted("x"), RunInterrupted("Ctrl-C")), 180.0, True),
        ((StepDone("approved", {}),), 60.0, False),
        # What fails, and what the budget asks, waits for whoever walks the run.
        ((StepFailed(PROBLEM), Noted("x")), 60.0, False),
        ((StepFailed(PROBLEM), Noted("x"), StepStarted()), 60.0, True),
        ((DecisionNeeded(QUESTION), Noted("x")), 120.0, True),
        ((WentBack("edit", "pushed", ("edit",), ("review",)),), 60.0, False),
        ((PhaseFinished(), Noted("x")), 60.0, False),
    ],
    ids=lambda each: "-".join(it.type for it in each) if isinstance(each, tuple) else "",
)
@pytest.mark.parametrize("step", sorted(WAITS_FOR_OTHERS))
def test_time_in_which_others_are_waited_for_is_told_apart(step, said, waited, is_waiting):
    journal = [PhaseStarted(), StepStarted(), *said]
    events = [
        Event(
            "hf-1",
            8 + number,
            START + timedelta(seconds=60 * number),
            it.type,
            "dana",
            "review",
            step,
            it.to_json(),
        )
        for number, it in enumerate(journal)
    ]
    progress = fold([Event.from_json(each.to_json()) for each in events], APPROVAL)
    (review,) = progress.phases
    last = events[-1].at
    assert (review.waiting_since is not None) is is_waiting
    spent = review.elapsed_seconds(last)
    assert spent - review.own_seconds(last) == waited
    later = last + timedelta(seconds=10)
    grown = 0.0 if is_waiting or review.running_since is None else 10.0
    assert review.own_seconds(later) - review.own_seconds(last) == grown


def test_a_deploy_run_that_an_environment_holds_waits_for_others_until_it_is_let_through():
    running = replace(APPROVAL, step="watch_workflow_run")
    started = folded(PhaseStarted(), "review", before=running)
    assert started.phases[0].waiting_since is None
    question = let_through("waiting for a person", "watch_workflow_run", "Stop")
    held = folded(StepWaiting("held", question), "review", "watch_workflow_run", before=started)
    assert held.phases[0].waiting_since == NOW
    on = folded(StepWaiting("running"), "review", "watch_workflow_run", before=held)
    assert on.phases[0].waiting_since is None


def test_the_budget_is_asked_of_whoever_walks_the_run():
    approval = replace(APPROVAL, step="await_approval")
    waiting = folded(PhaseStarted(), "review", before=approval)
    assert waiting.phases[0].waiting_since == NOW
    asked = folded(DecisionNeeded(QUESTION), "review", BUDGET_STEP, before=waiting)
    assert asked.phases[0].waiting_since is None


BACK = Layout("rollback", (PlannedPhase("fix", 300.0),), None, "", "", ())


def test_another_plan_closes_the_open_phase_and_adds_its_own():
    ended = replace(MIDDLE, next_plan="rollback", ended_at=START)
    found = folded(PlanChosen(BACK, ("web",), Via.ACTIONS), before=ended)
    assert found.phases == (LEFT_FIX, REVIEW, PhaseProgress("fix", 300.0, plan="rollback"))
    assert (found.plan, found.phase, found.step, found.state) == (
        *("rollback", "", ""),
        RunState.RUNNING,
    )
    assert (found.next_plan, found.problem, found.pending) == ("", None, None)
    assert found.pending_step == ""
    assert (found.settings.only, found.settings.via) == (("web",), Via.ACTIONS)
    assert (found.total_seconds, found.needed_after, found.done) == (None, (), MIDDLE.done)
    # The same phase of another plan is another phase.
    started = folded(PhaseStarted(), "fix", before=found)
    assert [each.running_since for each in started.phases] == [None, None, NOW]
    over = folded(PhaseFinished(), "fix", before=started)
    assert [each.state for each in over.phases] == [PhaseState.TO_COME] * 2 + [PhaseState.DONE]


def test_the_same_plan_again_adds_no_phase_and_closes_none():
    found = folded(PlanChosen(LAYOUT), before=MIDDLE)
    assert (found.phases, found.phase, found.step) == (MIDDLE.phases, "fix", "edit")
    assert (found.settings.only, found.settings.via) == ((), Via.KUBERNETES)


def test_going_back_in_one_plan_leaves_the_phases_of_the_other():
    other = PhaseProgress("fix", 300.0, PhaseState.DONE, 9.0, plan="rollback")
    found = folded(
        WentBack("edit", "x", ("edit",), ("fix",)), before=replace(MIDDLE, phases=(FIX, other))
    )
    assert found.phases == (LEFT_FIX, other)


@pytest.mark.parametrize(("counts_until", "ended_at"), [("fix", None), ("review", START)])
def test_going_back_takes_back_the_end_only_of_what_is_done_again(counts_until, ended_at):
    before = replace(MIDDLE, ended_at=START, counts_until=counts_until)
    found = folded(WentBack("edit", "x", ("edit",), ("fix",)), before=before)
    assert found.ended_at == ended_at


def test_the_end_of_what_counts_is_kept_by_the_end_of_the_run():
    found = folded(RunFinished(RunState.STOPPED, PROBLEM), before=replace(MIDDLE, ended_at=START))
    assert (found.ended_at, found.problem, found.state) == (START, PROBLEM, RunState.STOPPED)
    # When it was over is another thing: a run that was rolled back later is over later.
    assert found.finished_at == NOW
    assert folded(PlanChosen(BACK), before=found).finished_at is None
    later = folded(PhaseFinished(), "fix", before=replace(MIDDLE, ended_at=START))
    assert later.ended_at == START


@pytest.mark.parametrize(
    ("choice", "next_plan", "is_stopped", "is_answered"),
    [
        ("go", "", False, True),
        ("stop", "abort", True, False),
        ("back", "rollback", False, False),
        ("again", "", False, False),
    ],
)
def test_a_decision_is_kept_and_leads_where_its_option_says(
    choice, next_plan, is_stopped, is_answered
):
    found = folded(DecisionMade("sure", choice, "why", 3.0, QUESTION), "fix", "ask")
    made = Answer(choice, "why", 3.0, by="dana", at=NOW)
    assert (found.state, found.pending, found.pending_step) == (RunState.RUNNING, None, "")
    assert found.next_plan == next_plan
    assert (found.stopped_by is not None) is is_stopped
    expected = {**MIDDLE.answers, ("ask", "sure"): made} if is_answered else MIDDLE.answers
    assert found.answers == expected
    (decision,) = found.decisions
    assert (decision.step, decision.question, decision.answer) == ("ask", QUESTION, made)


@pytest.mark.parametrize(
    ("step", "unanswered", "code"),
    [
        ("ask", ProblemCode.WAITING, ProblemCode.FAILED),
        ("ask", ProblemCode.LOCKED, ProblemCode.LOCKED),
        (BUDGET_STEP, ProblemCode.BUDGET, ProblemCode.BUDGET),
        (BUDGET_STEP, ProblemCode.LOCKED, ProblemCode.BUDGET),
    ],
)
@pytest.mark.parametrize("reason", ["", "too risky"])
def test_a_stop_says_who_and_why_and_of_what_kind_it_is(step, unanswered, code, reason):
    question = replace(QUESTION, unanswered=unanswered)
    found = folded(DecisionMade("sure", "stop", reason, 0.0, question), "fix", step)
    assert found.stopped_by == Problem(
        code, "Stopped by dana: Stop it.", reason or "Sure?", "hotfix log"
    )
    # A decision after it does not take it back.
    later = folded(DecisionMade("sure", "go", "", 0.0, QUESTION), "fix", "ask", found)
    assert (later.stopped_by, later.next_plan) == (found.stopped_by, "abort")


def test_after_a_takeover_it_is_worked_on_in_this_machines_clone():
    settings = RunSettings(repository="/theirs", beside=True)
    before = replace(MIDDLE, settings=settings)
    kept = folded(RunResumed({"b": 2}), before=before)
    assert kept.settings == settings
    moved = folded(RunResumed({"repository": "/mine", "beside": False}, "noor"), before=before)
    assert (moved.settings.repository, moved.settings.beside) == ("/mine", False)
    assert folded(RunResumed(), before=moved).is_taken_over is True


def test_whoever_is_at_the_keyboard_walks_it_and_whoever_only_notes_something_does_not():
    assert folded(RunInterrupted("x"), operator="").operator == "dana"
    assert folded(RunInterrupted("x"), operator="kim").operator == "kim"
    assert folded(Noted("x", "noor"), operator="kim").operator == "dana"
    assert folded(Noted("x"), operator="kim", before=Progress()).operator == "kim"


def test_the_first_event_of_a_newer_version_is_named():
    newer = Event("hf-1", 8, NOW, "gossip", "dana", "", "", {})
    found = after(MIDDLE, Event.from_json(newer.to_json()))
    assert found.from_newer == "event 8 (gossip)"
    again = after(found, Event.from_json({**newer.to_json(), "seq": 9}))
    assert again.from_newer == "event 8 (gossip)"


@pytest.mark.parametrize(("seconds", "counted"), [(-3600, 0), (-1, 0), (0, 0), (1, 1)])
def test_what_was_written_under_a_clock_that_was_set_back_happened_no_earlier(seconds, counted):
    said, at = Noted("x"), START + timedelta(seconds=seconds)
    found = after(MIDDLE, Event("hf-1", 8, at, said.type, "dana", data=said.to_json()))
    then = START + timedelta(seconds=counted)
    assert (found.last_at, found.notes) == (then, (Note(then, "dana", "x"),))


@pytest.mark.parametrize(
    ("state", "total"), [(RunState.DONE, 2400.0), (RunState.ROLLED_BACK, None)]
)
def test_a_hotfix_whose_rollback_was_called_off_has_its_total_again(state, total):
    journal = rolling_back()
    events = [
        event
        if event.type != "run_started"
        else replace(event, data={**event.data, "total_seconds": 2400.0})
        for event in journal.events()
    ]
    progress = fold(events)
    assert (progress.plan, progress.total_seconds) == ("rollback", None)
    said = RunFinished(state).to_json()
    last = events[-1]
    over = Event("hf-test", last.seq + 1, last.at, "run_finished", "dana", data=said)
    assert after(progress, over).total_seconds == total
