"""Where a run stands: the fold of its events, and nothing else.

Timeline, status, messages, deployment log and report are all read from a ``Progress`` (or from
the events themselves), so that they cannot disagree.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from hotfix.domain.event import Event, EventType
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject, JsonValue
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.run_settings import RunSettings

# Decisions about the budget belong to no step of the plan; they are recorded under this name.
BUDGET_STEP = "budget"
# What an answer makes the run go over to.
_PLAN_AFTER = {Then.STOP: "abort", Then.ROLL_BACK: "rollback"}


class RunState(StrEnum):
    """What the run is doing."""

    RUNNING = "running"
    WAITING = "waiting"
    DECIDING = "deciding"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    DONE = "done"
    ROLLED_BACK = "rolled-back"
    ABORTED = "aborted"
    TAKEN_OVER = "taken-over"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen to the run, on this machine."""
        over = {self.STOPPED, self.DONE, self.ROLLED_BACK, self.ABORTED, self.TAKEN_OVER}
        return self in over


class PhaseState(StrEnum):
    """How far a phase is."""

    TO_COME = "to come"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class PhaseProgress:
    """One phase of the run.

    Attributes:
        name: as in the plan.
        target_seconds: None where the procedure names none.
        state: how far it is.
        spent_seconds: over all finished stretches; a phase that was gone back to has several.
        running_since: start of the present stretch, UTC, or None.
        plan: ``hotfix`` or ``rollback``.
    """

    name: str
    target_seconds: float | None
    state: PhaseState = PhaseState.TO_COME
    spent_seconds: float = 0.0
    running_since: datetime | None = None
    plan: str = "hotfix"

    def elapsed_seconds(self, now: datetime) -> float:
        """Return the seconds spent in this phase until ``now`` (UTC, aware)."""
        if self.running_since is None:
            return self.spent_seconds
        return self.spent_seconds + (now - self.running_since).total_seconds()

    def _ended(self, at: datetime, state: PhaseState) -> "PhaseProgress":
        return replace(
            self, state=state, spent_seconds=self.elapsed_seconds(at), running_since=None
        )


@dataclass(frozen=True)
class Note:
    """A line that somebody wrote on the timeline."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class Decision:
    """A question, as it was shown, and what was answered."""

    step: str
    question: Question
    answer: Answer


@dataclass(frozen=True)
class Progress:
    """Everything that can be known about a run from its events.

    Attributes:
        run: its id; empty before the first event.
        incident: what it is about.
        settings: what is needed to make its plans again.
        state: what it is doing.
        plan: the plan that is walked, ``hotfix`` or ``rollback``.
        operator: who ran it last.
        started_at: UTC, aware.
        ended_at: when it was over, or when its counted part was (end of verify), else None.
        phases: of all plans chosen so far, in order.
        phase, step: where it stands; empty before and after.
        saying: the last sentence of the present step.
        done: names of the steps that are over, by plan.
        begun: names of the steps with an intent and no result.
        begun_at: when they were begun: the time of the intent, which no restart changes.
        known: facts by name.
        answers: answers that are in force, by step and key.
        pending: the question that waits for an answer, and its step.
        next_plan: the plan that a decision asked for and that is not chosen yet.
        stopped_by: why the run was stopped, once somebody decided to.
        problem: what stopped it, if something did.
        total_seconds: the budget with its extensions; None where none binds.
        counts_until, point_of_no_return, needed_after: as in the plan.
        budget_marks: which warnings were given, such as ``fix:80`` or ``total:100``.
        decisions, notes: in order.
        told, untold: keys of the messages that arrived, and texts of those that did not, by key.
        events: how many there are.
        last_at: the time of the last event.
        is_taken_over: whether the run was continued from another machine, whose last events may
            have got lost with it: every effect is looked for before it is tried.
    """

    run: str = ""
    incident: Incident = field(default_factory=lambda: Incident(""))
    settings: RunSettings = field(default_factory=RunSettings)
    state: RunState = RunState.RUNNING
    plan: str = "hotfix"
    operator: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    phases: tuple[PhaseProgress, ...] = ()
    phase: str = ""
    step: str = ""
    saying: str = ""
    done: frozenset[tuple[str, str]] = frozenset()
    begun: frozenset[tuple[str, str]] = frozenset()
    begun_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    known: Mapping[str, JsonValue] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    pending: Question | None = None
    pending_step: str = ""
    next_plan: str = ""
    stopped_by: Problem | None = None
    problem: Problem | None = None
    total_seconds: float | None = None
    counts_until: str = ""
    point_of_no_return: str = ""
    needed_after: tuple[str, ...] = ()
    budget_marks: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()
    notes: tuple[Note, ...] = ()
    told: frozenset[str] = frozenset()
    untold: Mapping[str, str] = field(default_factory=dict)
    events: int = 0
    last_at: datetime | None = None
    is_taken_over: bool = False

    def is_done(self, step: str) -> bool:
        """Tell whether ``step`` of the present plan is over."""
        return (self.plan, step) in self.done

    def has_passed(self, step: str) -> bool:
        """Tell whether ``step`` of any plan of this run is over."""
        return any(name == step for _, name in self.done)

    def facts_for(self, step: str, now: datetime | None = None) -> Facts:
        """Return what ``step`` may know: all facts, answers to its own questions, and the time."""
        answers = {key: answer for (asker, key), answer in self.answers.items() if asker == step}
        begun_at = self.begun_at.get((self.plan, step))
        return Facts(self.known, answers, self.run, self.operator, now, begun_at)

    @property
    def facts(self) -> Facts:
        """Return all facts, for readers."""
        return Facts(self.known, {}, self.run, self.operator)

    def phase_named(self, name: str) -> PhaseProgress | None:
        """Return the phase of that name, or None where the run has none."""
        return next((phase for phase in self.phases if phase.name == name), None)

    def elapsed_seconds(self, now: datetime) -> float:
        """Return the wall seconds since the start, until ``now`` or the end of the counted part."""
        if self.started_at is None:
            return 0.0
        return ((self.ended_at or now) - self.started_at).total_seconds()


def fold(events: Iterable[Event], start: Progress | None = None) -> Progress:
    """Return the progress after ``events``, going on from ``start``."""
    progress = start or Progress()
    for event in events:
        progress = after(progress, event)
    return progress


def after(progress: Progress, event: Event) -> Progress:
    """Return the progress after one more event."""
    seen = replace(
        progress,
        run=event.run,
        events=progress.events + 1,
        last_at=event.at,
        operator=event.operator or progress.operator,
    )
    change = _CHANGES.get(event.type)
    return change(seen, event) if change else seen


def _run_started(progress: Progress, event: Event) -> Progress:
    incident = event.data["incident"]
    started = replace(
        progress,
        incident=Incident.from_json(incident if isinstance(incident, Mapping) else {}),
        settings=RunSettings.from_json(event.data.get("settings")),
        started_at=event.at,
    )
    return _plan_chosen(started, event)


def _plan_chosen(progress: Progress, event: Event) -> Progress:
    data = event.data
    name = str(data["plan"])
    known = {phase.name for phase in progress.phases if phase.plan == name}
    new = tuple(
        PhaseProgress(str(each["name"]), _seconds(each["target_seconds"]), plan=name)
        for each in _objects(data["phases"])
        if str(each["name"]) not in known
    )
    if name != progress.plan:
        progress = _with_phase_left(progress, event.at)
    return replace(
        progress,
        plan=name,
        settings=progress.settings.on_the_way(data),
        state=RunState.RUNNING,
        phases=progress.phases + new,
        total_seconds=_seconds(data["total_seconds"]),
        counts_until=str(data["counts_until"]),
        point_of_no_return=str(data["point_of_no_return"]),
        needed_after=tuple(str(item) for item in _items(data["needed_after"])),
        pending=None,
        pending_step="",
        next_plan="",
        problem=None,
    )


def _run_resumed(progress: Progress, event: Event) -> Progress:
    # What was asked is asked again, on what holds by then.
    facts = event.data.get("facts")
    return replace(
        progress,
        settings=progress.settings.moved(facts),
        state=RunState.RUNNING,
        problem=None,
        pending=None,
        pending_step="",
        known={**progress.known, **(facts if isinstance(facts, Mapping) else {})},
        is_taken_over=progress.is_taken_over or bool(event.data.get("taken_over_from")),
    )


def _lock_lost(progress: Progress, event: Event) -> Progress:
    problem = event.data["problem"]
    return replace(
        progress,
        state=RunState.TAKEN_OVER if event.data["by_this_run"] else RunState.FAILED,
        problem=Problem.from_json(problem) if isinstance(problem, Mapping) else None,
    )


def _run_interrupted(progress: Progress, _event: Event) -> Progress:
    return replace(progress, state=RunState.INTERRUPTED)


def _run_finished(progress: Progress, event: Event) -> Progress:
    problem = event.data.get("problem")
    return replace(
        _with_phase_left(progress, event.at),
        state=RunState(str(event.data["state"])),
        ended_at=progress.ended_at or event.at,
        problem=Problem.from_json(problem) if isinstance(problem, Mapping) else None,
        pending=None,
        pending_step="",
    )


def _phase_started(progress: Progress, event: Event) -> Progress:
    phases = tuple(
        replace(phase, state=PhaseState.RUNNING, running_since=event.at)
        if phase.name == event.phase and phase.plan == progress.plan
        else phase
        for phase in progress.phases
    )
    return replace(progress, phases=phases, phase=event.phase)


def _phase_finished(progress: Progress, event: Event) -> Progress:
    phases = tuple(
        phase._ended(event.at, PhaseState.DONE)  # noqa: SLF001 - this module's own record
        if phase.name == event.phase and phase.plan == progress.plan
        else phase
        for phase in progress.phases
    )
    is_counted_end = event.phase == progress.counts_until
    return replace(
        progress,
        phases=phases,
        phase="",
        ended_at=event.at if is_counted_end else progress.ended_at,
    )


def _step_started(progress: Progress, event: Event) -> Progress:
    return replace(
        progress,
        state=RunState.RUNNING,
        step=event.step,
        phase=event.phase,
        saying="",
        begun=progress.begun | {(progress.plan, event.step)},
        begun_at={**progress.begun_at, (progress.plan, event.step): event.at},
        problem=None,
    )


def _step_waiting(progress: Progress, event: Event) -> Progress:
    question = event.data.get("question")
    return replace(
        progress,
        state=RunState.WAITING,
        saying=str(event.data["saying"]),
        pending=Question.from_json(question) if isinstance(question, Mapping) else None,
        pending_step=event.step if question else "",
    )


def _step_troubled(progress: Progress, event: Event) -> Progress:
    return replace(progress, state=RunState.WAITING, saying=str(event.data["saying"]))


def _step_done(progress: Progress, event: Event) -> Progress:
    facts = event.data["facts"]
    here = (progress.plan, event.step)
    return replace(
        progress,
        state=RunState.RUNNING,
        step="",
        saying=str(event.data["saying"]),
        done=progress.done | {here},
        begun=progress.begun - {here},
        known={**progress.known, **(facts if isinstance(facts, Mapping) else {})},
        answers=_without(progress.answers, {event.step}),
        pending=None,
        pending_step="",
    )


def _step_failed(progress: Progress, event: Event) -> Progress:
    problem = event.data["problem"]
    here = {(progress.plan, event.step)} if event.data.get("nothing_happened") else set()
    return replace(
        progress,
        state=RunState.FAILED,
        begun=progress.begun - here,
        problem=Problem.from_json(problem) if isinstance(problem, Mapping) else None,
    )


def _went_back(progress: Progress, event: Event) -> Progress:
    undone = {str(item) for item in _items(event.data["undone"])}
    phases_again = {str(item) for item in _items(event.data["phases"])}
    here = {(progress.plan, step) for step in undone}
    phases = tuple(
        phase._ended(event.at, PhaseState.TO_COME)  # noqa: SLF001 - this module's own record
        if phase.name in phases_again and phase.plan == progress.plan
        else phase
        for phase in progress.phases
    )
    return replace(
        progress,
        state=RunState.RUNNING,
        phases=phases,
        phase="",
        step="",
        saying=str(event.data["because"]),
        done=progress.done - here,
        begun=progress.begun - here,
        answers=_without(progress.answers, undone),
        pending=None,
        pending_step="",
    )


def _decision_needed(progress: Progress, event: Event) -> Progress:
    question = event.data["question"]
    return replace(
        progress,
        state=RunState.DECIDING,
        pending=Question.from_json(question) if isinstance(question, Mapping) else None,
        pending_step=event.step,
    )


def _decision_made(progress: Progress, event: Event) -> Progress:
    asked = event.data["question"]
    question = Question.from_json(asked if isinstance(asked, Mapping) else {})
    answer = Answer(
        choice=str(event.data["choice"]),
        reason=str(event.data["reason"]),
        minutes=float(str(event.data["minutes"])),
        by=event.operator,
        at=event.at,
    )
    option = question.option(answer.choice)
    goes_on = option.then is Then.GO_ON
    return replace(
        progress,
        state=RunState.RUNNING,
        pending=None,
        pending_step="",
        next_plan=_PLAN_AFTER.get(option.then, progress.next_plan),
        stopped_by=_stopped_by(event, question, option, answer) or progress.stopped_by,
        answers={**progress.answers, (event.step, question.key): answer}
        if goes_on
        else progress.answers,
        decisions=(*progress.decisions, Decision(event.step, question, answer)),
    )


def _budget_mark(progress: Progress, event: Event) -> Progress:
    return replace(progress, budget_marks=progress.budget_marks | {str(event.data["mark"])})


def _budget_extended(progress: Progress, event: Event) -> Progress:
    return replace(
        progress,
        total_seconds=_seconds(event.data["total_seconds"]),
        answers=_without(progress.answers, {BUDGET_STEP}),
        budget_marks=frozenset(
            mark for mark in progress.budget_marks if not mark.startswith("total:")
        ),
    )


def author(note: Event) -> str:
    """Return who wrote a note: not always who walks the run."""
    return str(note.data.get("by") or note.operator)


def _note(progress: Progress, event: Event) -> Progress:
    note = Note(event.at, author(event), str(event.data["text"]))
    return replace(progress, notes=(*progress.notes, note))


def _told(progress: Progress, event: Event) -> Progress:
    key = str(event.data["key"])
    untold = {other: text for other, text in progress.untold.items() if other != key}
    return replace(progress, told=progress.told | {key}, untold=untold)


def _untold(progress: Progress, event: Event) -> Progress:
    text = str(event.data["text"])
    return replace(progress, untold={**progress.untold, str(event.data["key"]): text})


def _bad_commit_settled(progress: Progress, event: Event) -> Progress:
    known = {**progress.known, event.type.value: event.data["because"]}
    return replace(progress, known=known)


_CHANGES: Mapping[EventType, Callable[[Progress, Event], Progress]] = {
    EventType.RUN_STARTED: _run_started,
    EventType.RUN_RESUMED: _run_resumed,
    EventType.RUN_INTERRUPTED: _run_interrupted,
    EventType.RUN_FINISHED: _run_finished,
    EventType.PLAN_CHOSEN: _plan_chosen,
    EventType.PHASE_STARTED: _phase_started,
    EventType.PHASE_FINISHED: _phase_finished,
    EventType.STEP_STARTED: _step_started,
    EventType.STEP_WAITING: _step_waiting,
    EventType.STEP_TROUBLED: _step_troubled,
    EventType.STEP_DONE: _step_done,
    EventType.STEP_FAILED: _step_failed,
    EventType.WENT_BACK: _went_back,
    EventType.DECISION_NEEDED: _decision_needed,
    EventType.DECISION_MADE: _decision_made,
    EventType.BUDGET_WARNING: _budget_mark,
    EventType.BUDGET_OVERRUN: _budget_mark,
    EventType.BUDGET_EXTENDED: _budget_extended,
    EventType.NOTE: _note,
    EventType.TOLD: _told,
    EventType.UNTOLD: _untold,
    EventType.LOCK_LOST: _lock_lost,
    EventType.BAD_COMMIT_SETTLED: _bad_commit_settled,
}


def _with_phase_left(progress: Progress, at: datetime) -> Progress:
    """Return the progress with whatever phase is open closed at ``at``, unfinished."""
    phases = tuple(
        phase._ended(at, PhaseState.TO_COME)  # noqa: SLF001 - this module's own record
        if phase.running_since is not None
        else phase
        for phase in progress.phases
    )
    return replace(progress, phases=phases, phase="", step="")


def _stopped_by(event: Event, question: Question, option: Option, answer: Answer) -> Problem | None:
    if option.then is not Then.STOP:
        return None
    is_locked = question.unanswered is ProblemCode.LOCKED
    code = ProblemCode.LOCKED if is_locked else ProblemCode.FAILED
    return Problem(
        ProblemCode.BUDGET if event.step == BUDGET_STEP else code,
        what=f"Stopped by {answer.by}: {option.label}.",
        why=answer.reason or question.text,
        next_command="hotfix log",
    )


def _without(
    answers: Mapping[tuple[str, str], Answer], steps: set[str]
) -> Mapping[tuple[str, str], Answer]:
    return {key: answer for key, answer in answers.items() if key[0] not in steps}


def _seconds(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _items(value: JsonValue) -> list[JsonValue]:
    return list(value) if isinstance(value, list | tuple) else []


def _objects(value: JsonValue) -> list[JsonObject]:
    return [item for item in _items(value) if isinstance(item, Mapping)]
