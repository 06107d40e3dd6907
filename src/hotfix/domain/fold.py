"""The fold: what each event changes about a run. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias, assert_never

from hotfix.domain import fix_words
from hotfix.domain.arrived import after_arrival
from hotfix.domain.event import Event, FromNewer
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
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunStarted,
    StepDone,
    StepFailed,
    StepSettled,
    StepStarted,
    StepTroubled,
    StepWaiting,
    Told,
    Untold,
    WentBack,
)
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import BESIDE, LOCK, REPOSITORY, UNSETTLED
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import replace
from hotfix.domain.progress import (
    BUDGET_STEP,
    Decision,
    Left,
    Note,
    PhaseProgress,
    PhaseState,
    Progress,
    RunState,
)
from hotfix.domain.question import Answer, Then
from hotfix.domain.run_settings import Via
from hotfix.domain.settlement import Settlement
from hotfix.domain.stopped_by import stopped_by

_Answers: TypeAlias = Mapping[tuple[str, str], Answer]
# What an answer makes the run go over to.
_PLAN_AFTER = {Then.STOP: "abort", Then.ROLL_BACK: "rollback"}


def fold(events: Iterable[Event], start: Progress | None = None) -> Progress:
    """Return the progress after ``events``, going on from ``start``.

    One that an earlier version wrote under a clock that was set back happened no earlier than the
    one before it.
    """
    progress = start or Progress()
    run, count = progress.run, progress.events
    last_at, operator = progress.last_at, progress.operator
    for event in events:
        in_order = event.no_earlier_than(last_at)
        progress = _changed(progress, in_order).with_waits(in_order.at)
        run, count, last_at = event.run, count + 1, in_order.at
        # Whoever notes something, or finds out what became of it later, has not walked the run.
        if not (isinstance(event.said, Noted | StepSettled | BadCommitSettled) and operator):
            operator = event.operator or operator
    return replace(progress, run=run, events=count, last_at=last_at, operator=operator)


def after(progress: Progress, event: Event) -> Progress:
    """Return the progress after one more event."""
    return fold((event,), progress)


def _changed(progress: Progress, event: Event) -> Progress:  # noqa: C901, PLR0911, PLR0912 - one case a type; mypy holds that none is missing
    match event.said:
        case RunStarted() as said:
            started = replace(
                progress, incident=said.incident, settings=said.settings, started_at=event.at
            )
            return _planned(started, event, said.layout)
        case PlanChosen(layout, only, via, close):
            # One that a question led to names no way.
            settings = replace(
                progress.settings,
                only=only or (),
                via=via or Via.KUBERNETES,
                close_pull_request=close,
            )
            return _planned(replace(progress, settings=settings), event, layout)
        case RunResumed() as said:
            return _run_resumed(progress, said)
        case RunInterrupted():
            return replace(progress, state=RunState.INTERRUPTED)
        case RunFinished() as said:
            return _run_finished(progress, event, said)
        case PhaseStarted():
            return _phase_started(progress, event)
        case PhaseFinished():
            return _phase_finished(progress, event)
        case StepStarted():
            return _step_started(progress, event)
        case StepWaiting(saying, question) as said:
            return replace(
                progress,
                state=RunState.WAITING,
                saying=saying,
                shown=said.shown,
                goes_on_alone=said.goes_on_alone,
                is_red=said.is_red,
                red_with_fix=saying if said.is_red else progress.red_with_fix,
                pending=question,
                pending_step=event.step if question else "",
            )
        case StepTroubled(saying):
            return replace(progress, state=RunState.WAITING, saying=saying)
        case StepDone() as said:
            return _step_done(progress, event, said)
        case StepFailed() as said:
            return _step_failed(progress, event, said)
        case StepSettled() as said:
            return _step_settled(progress, event, said)
        case WentBack() as said:
            return _went_back(progress, event, said)
        case DecisionNeeded(question):
            here = event.step
            return replace(progress, state=RunState.DECIDING, pending=question, pending_step=here)
        case DecisionMade() as said:
            return _decision_made(progress, event, said)
        case BudgetWarning(mark) | BudgetOverrun(mark):
            return replace(progress, budget_marks=progress.budget_marks | {mark})
        case BudgetExtended() as said:
            return _budget_extended(progress, said)
        case Noted() as said:
            note = Note(event.at, said.by or event.operator, said.text, said.heard)
            own = note.text if note.is_a_persons and note.heard is None else ""
            known = fix_words.known_by_note(progress.known, own)
            return replace(progress, notes=(*progress.notes, note), known=known)
        case Told(key, url=url):
            return after_arrival(progress, key, url, event.at)
        case Untold(key, text):
            return replace(progress, untold={**progress.untold, key: text})
        case LockLost() as said:
            state = RunState.TAKEN_OVER if said.by_this_run else RunState.FAILED
            over = event.at if state.is_over else progress.finished_at
            return replace(progress, state=state, finished_at=over, problem=said.problem)
        case BadCommitSettled(because):
            return replace(progress, known={**progress.known, event.type: because})
        case FromNewer():
            newer = f"event {event.seq} ({event.type})"
            return replace(progress, from_newer=progress.from_newer or newer)
        case _ as never:
            assert_never(never)


def _planned(progress: Progress, event: Event, layout: Layout) -> Progress:
    known = {phase.name for phase in progress.phases if phase.plan == layout.plan}
    new = tuple(
        PhaseProgress(
            phase.name,
            phase.target_seconds,
            plan=layout.plan,
            median_seconds=phase.median_seconds,
            p80_seconds=phase.p80_seconds,
        )
        for phase in layout.phases
        if phase.name not in known
    )
    if layout.plan != progress.plan:
        # What a fix left to do is not to be done after its rollback.
        progress = replace(_with_phase_left(progress, event.at), left_to_do=())
    return replace(
        progress,
        plan=layout.plan,
        state=RunState.RUNNING,
        finished_at=None,
        phases=progress.phases + new,
        total_seconds=layout.total_seconds,
        left_total_seconds=progress.total_seconds or progress.left_total_seconds,
        first_total_seconds=None,
        counts_until=layout.counts_until,
        point_of_no_return=layout.point_of_no_return,
        needed_after=layout.needed_after,
        pending=None,
        pending_step="",
        next_plan="",
        problem=None,
    )


def _run_resumed(progress: Progress, said: RunResumed) -> Progress:
    known = Facts(said.facts or {})
    settings = replace(
        progress.settings,
        # After a takeover it is worked on in a clone of this machine.
        repository=known.get(REPOSITORY, progress.settings.repository),
        beside=known.get(BESIDE, progress.settings.beside),
        config=said.config or progress.settings.config,
    )
    # A lock that was claimed anew, or is about to be, has to be given back anew.
    released = {(progress.plan, "release_the_lock")} if LOCK in known else set()
    # What was asked is asked again, on what holds by then.
    return replace(
        progress,
        settings=settings,
        done=progress.done - released,
        state=RunState.RUNNING,
        problem=None,
        pending=None,
        pending_step="",
        known={**progress.known, **(said.facts or {})},
        is_taken_over=progress.is_taken_over or bool(said.taken_over_from),
    )


def _run_finished(progress: Progress, event: Event, said: RunFinished) -> Progress:
    return replace(
        _with_phase_left(progress, event.at),
        state=said.state,
        ended_at=progress.ended_at or event.at,
        finished_at=event.at,
        total_seconds=progress.total_of(said.state),
        problem=said.problem,
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
        phase.ended(event.at, PhaseState.DONE)
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
        shown=(),
        goes_on_alone=False,
        is_red=False,
        begun=progress.begun | {(progress.plan, event.step)},
        begun_at={**progress.begun_at, (progress.plan, event.step): event.at},
        problem=None,
    )


def _step_done(progress: Progress, event: Event, said: StepDone) -> Progress:
    here = (progress.plan, event.step)
    left = (Left(event.step, said.left_to_do),) if said.left_to_do else ()
    return replace(
        progress,
        state=RunState.RUNNING,
        step="",
        saying=said.saying,
        shown=(),
        goes_on_alone=False,
        done=progress.done | {here},
        begun=progress.begun - {here},
        left_to_do=(*progress.left_to_do, *left),
        known={**progress.known, **said.facts},
        answers=_without(progress.answers, {event.step}),
        pending=None,
        pending_step="",
    )


def _step_failed(progress: Progress, event: Event, said: StepFailed) -> Progress:
    here = {(progress.plan, event.step)} if said.nothing_happened else set()
    begun = progress.begun - here
    return replace(progress, state=RunState.FAILED, begun=begun, problem=said.problem)


def _step_settled(progress: Progress, event: Event, said: StepSettled) -> Progress:
    of = (said.plan, event.step)
    unknown = {*progress.facts.get(UNSETTLED, ())} - {event.step}
    if said.found is Settlement.UNKNOWN:
        unknown.add(event.step)
    else:
        progress = replace(progress, begun=progress.begun - {of})
    if said.found is Settlement.DONE:
        progress = replace(progress, done=progress.done | {of})
    found = {**(said.facts or {}), **by_key([UNSETTLED(tuple(sorted(unknown)))])}
    return replace(progress, known={**progress.known, **found})


def _went_back(progress: Progress, event: Event, said: WentBack) -> Progress:
    here = {(progress.plan, step) for step in said.undone}
    phases = tuple(
        phase.reopened(event.at, progress.first_begun(here))
        if phase.name in said.phases and phase.plan == progress.plan
        else phase
        for phase in progress.phases
    )
    return replace(
        progress,
        state=RunState.RUNNING,
        # What counted is not over any more where some of it is done again.
        ended_at=None if progress.counts_until in said.phases else progress.ended_at,
        phases=phases,
        phase="",
        step="",
        saying=said.because,
        done=progress.done - here,
        begun=progress.begun - here,
        left_to_do=tuple(left for left in progress.left_to_do if left.step not in said.undone),
        answers=_without(progress.answers, set(said.undone)),
        pending=None,
        pending_step="",
    )


def _decision_made(progress: Progress, event: Event, said: DecisionMade) -> Progress:
    question = said.question
    by = said.by or event.operator
    answer = Answer(said.choice, said.reason, said.minutes, by, event.at, question.about)
    option = question.option(answer.choice)
    goes_on = option.then is Then.GO_ON
    return replace(
        progress,
        state=RunState.RUNNING,
        pending=None,
        pending_step="",
        next_plan=_PLAN_AFTER.get(option.then, progress.next_plan),
        stopped_by=stopped_by(event, question, option, answer) or progress.stopped_by,
        answers={**progress.answers, **({(event.step, question.key): answer} if goes_on else {})},
        known=fix_words.known_with(progress.known, option, answer),
        decisions=(*progress.decisions, Decision(event.step, question, answer)),
    )


def _budget_extended(progress: Progress, said: BudgetExtended) -> Progress:
    return replace(
        progress,
        total_seconds=said.total_seconds,
        first_total_seconds=progress.first_total_seconds or progress.total_seconds,
        answers=_without(progress.answers, {BUDGET_STEP}),
        budget_marks=frozenset(
            mark for mark in progress.budget_marks if not mark.startswith("total:")
        ),
    )


def _with_phase_left(progress: Progress, at: datetime) -> Progress:
    """Return the progress with whatever phase is open closed at ``at``, unfinished."""
    phases = tuple(
        phase.ended(at, PhaseState.TO_COME) if phase.running_since is not None else phase
        for phase in progress.phases
    )
    return replace(progress, phases=phases, phase="", step="")


def _without(answers: _Answers, steps: set[str]) -> _Answers:
    return {key: answer for key, answer in answers.items() if key[0] not in steps}
