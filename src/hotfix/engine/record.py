"""What is written down that no step does: a run begins, is resumed, is decided about, ends."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    BudgetExtended,
    BySignal,
    DecisionMade,
    Layout,
    LockLost,
    Noted,
    PlannedPhase,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunStarted,
    WentBack,
)
from hotfix.domain.experience import Took
from hotfix.domain.fact import Reported, by_key
from hotfix.domain.figures import clock
from hotfix.domain.fold import after
from hotfix.domain.heard import PAGE
from hotfix.domain.incident import Incident
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem
from hotfix.domain.progress import BUDGET_STEP, PhaseState, Progress, RunState
from hotfix.domain.question import Answer, Then
from hotfix.domain.run_settings import RecordedConfig, RunSettings
from hotfix.domain.step import Plan
from hotfix.domain.way_back import rollback_may_have_changed
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.ports.signals import Reply, Signal


def begin(
    journal: Journal,
    incident: Incident,
    plan: Plan[Ports],
    settings: RunSettings,
    known: Mapping[str, Took] | None = None,
) -> Event:
    """Open the record: the first event of a run.

    Args:
        journal: a new, empty one.
        incident: what the run is about.
        plan: what is going to be walked.
        settings: what is needed to make the same plan again.
        known: what phases took the team before, by name: the run is judged by that to its end.
    """
    return journal.append(RunStarted(incident, settings, layout(plan, known)))


def layout(plan: Plan[Ports], known: Mapping[str, Took] | None = None) -> Layout:
    """Return the plan as far as readers of the record need it; ``known`` as for ``begin``."""
    before = known or {}
    return Layout(
        plan=plan.name,
        phases=tuple(
            PlannedPhase(phase.name, phase.target_seconds, each.median, each.p80)
            if (each := before.get(phase.name))
            else PlannedPhase(phase.name, phase.target_seconds)
            for phase in plan.phases
        ),
        total_seconds=plan.total_seconds,
        counts_until=plan.counts_until,
        point_of_no_return=plan.point_of_no_return,
        needed_after=plan.needed_after,
    )


def finish(journal: Journal, progress: Progress, plan: Plan[Ports]) -> Event:
    """Write down that the plan was walked to its end, or that the run was stopped.

    A hotfix that was over stays done where a rollback was begun and nothing came of it.
    """
    is_abort = plan.name == PlanName.ABORT
    if is_abort and _stays_done(progress):
        return journal.append(RunFinished(RunState.DONE, None))
    stopped_by = progress.stopped_by if is_abort else None
    state = RunState.STOPPED if stopped_by else plan.ends_as
    return journal.append(RunFinished(state, stopped_by))


def _stays_done(progress: Progress) -> bool:
    phases = [each for each in progress.phases if each.plan == PlanName.HOTFIX]
    is_done = bool(phases) and all(each.state is PhaseState.DONE for each in phases)
    return is_done and not rollback_may_have_changed(progress)


def interrupt(journal: Journal, why: str) -> Event:
    """Write down that the operator, or the machine, broke the run off."""
    return journal.append(RunInterrupted(why))


def resume(
    journal: Journal,
    facts: tuple[Reported, ...] = (),
    taken_over_from: str = "",
    config: RecordedConfig | None = None,
) -> Event:
    """Write down that the run goes on.

    Args:
        journal: where to.
        facts: what changed while nobody walked it, such as the lock's token.
        taken_over_from: the operator whose machine walked it before; empty where it was this one.
        config: what it is configured by from here on; None where that stays what it was.
    """
    return journal.append(RunResumed(by_key(facts) or None, taken_over_from, config))


def note_jump(journal: Journal, progress: Progress, seconds: float) -> Event:
    """Write down that the clock jumped (``Clock.jump``), and what becomes of the run's times."""
    far = clock(abs(seconds))
    if seconds < 0:
        text = (
            f"The clock went back by {far}: it was set, or another one that wrote this record is "
            "ahead. The times of this run go on from the last one."
        )
    else:
        text = (
            f"The clock went ahead by {far} more than passed here: the machine slept, or it was "
            "set. That counts as elapsed."
        )
    return journal.append(Noted(text, by="hotfix"), progress.phase, progress.step)


def lose_lock(journal: Journal, run: str, problem: Problem, holder_run: str) -> Event:
    """Write down that ``holder_run`` holds the lock in this run's place, or nobody (empty)."""
    return journal.append(LockLost(problem, by_this_run=holder_run == run))


def decide(
    journal: Journal, progress: Progress, plan: Plan[Ports], answer: Answer, signal: str = ""
) -> Iterator[Event]:
    """Write down the answer to the pending question, and what follows from it.

    Args:
        journal: where to.
        progress: with a pending question.
        plan: the present plan, to find out what going back undoes.
        answer: the operator's.
        signal: id of the signal that brought it, if one did.

    Raises:
        ValueError: nothing was asked, or the answer is none of the options.
    """
    question, step = progress.pending, progress.pending_step
    if question is None:
        raise ValueError("nothing was asked")
    try:
        option = question.option(answer.choice)
    except KeyError as error:
        raise ValueError(f"{answer.choice!r} is no answer to {question.key!r}") from error
    decision = DecisionMade(
        *(question.key, answer.choice, answer.reason, answer.minutes, question, signal, answer.by)
    )
    made = journal.append(decision, progress.phase, step)
    yield made
    if step == BUDGET_STEP and answer.minutes:
        # What is over cannot be extended: the minutes count from the end of the total, or from now.
        used_up = max(progress.total_seconds or 0.0, progress.elapsed_seconds(made.at))
        total = used_up + answer.minutes * 60
        yield journal.append(BudgetExtended(total, answer.reason), progress.phase)
    if option.then is Then.GO_BACK:
        because = f"{option.label}."
        yield go_back(journal, after(progress, made), plan, option.back_to, because)


def go_back(
    journal: Journal, progress: Progress, plan: Plan[Ports], to: str, because: str
) -> Event:
    """Write down that the plan goes on from the earlier step ``to``."""
    steps = [(phase.name, step.name) for phase in plan.phases for step in phase.steps]
    names = [name for _, name in steps]
    undone = steps[names.index(to) :]
    back = WentBack(
        to,
        because,
        undone=tuple(name for _, name in undone),
        phases=tuple(dict.fromkeys(phase for phase, _ in undone)),
    )
    return journal.append(back, progress.phase, progress.step)


def look_anew(
    journal: Journal, progress: Progress, plan: Plan[Ports], looks: Collection[str], because: str
) -> Event | None:
    """Write down that those of ``looks`` that are over are walked again, and nothing after them.

    ``looks`` are names of steps without an effect; None where none of them is over.
    """
    undone = {
        step.name: phase.name
        for phase in plan.phases
        for step in phase.steps
        if step.name in looks and progress.is_done(step.name)
    }
    if not undone:
        return None
    # The phase that is open is left meanwhile.
    phases = dict.fromkeys((*undone.values(), *((progress.phase,) if progress.phase else ())))
    back = WentBack(next(iter(undone)), because, undone=tuple(undone), phases=tuple(phases))
    return journal.append(back, progress.phase, progress.step)


def signals_on_record(journal: Journal) -> set[str]:
    """Return the ids of the signals that were written down."""
    return {each.said.signal for each in journal.events() if isinstance(each.said, BySignal)}


def is_noted(said: Noted, progress: Progress) -> bool:
    """Tell whether what was heard elsewhere, or fell due, is on the timeline: it has an id."""
    if said.heard is None or said.heard.source.startswith(PAGE):
        return False  # Who writes a line, writes it as often as they like.
    known = (note.heard.source for note in progress.notes if note.heard is not None)
    return said.heard.source in known


def is_to_be_written(signal: Signal, progress: Progress) -> bool:
    """Tell whether a reply asks for an editor: what is saved there is the answer, and not yet."""
    said, asked = signal.said, progress.pending
    if not isinstance(said, Reply) or said.reason or asked is None or asked.key != said.key:
        return False
    return any(each.key == said.choice and each.then is Then.WRITE for each in asked.options)


def take_signals(
    journal: Journal,
    progress: Progress,
    plan: Plan[Ports],
    signals: Mapping[str, Signal] | None = None,
) -> Iterator[Event]:
    """Write down signals (by id): notes, what became of messages, answers to what is asked now."""
    for identity, signal in (signals or {}).items():
        said = signal.said
        if isinstance(said, LockLost) and progress.state.is_over:
            # A colleague who waited for the lock got it: that is how it is meant to be.
            continue
        if isinstance(said, Noted) and is_noted(said, progress):
            # What a killed process left in the box, another one has heard once more.
            continue
        if not isinstance(said, Reply):
            event = journal.append(replace(said, signal=identity), progress.phase, progress.step)
            progress = after(progress, event)
            yield event
        elif is_to_be_written(signal, progress):
            continue
        elif progress.pending and progress.pending.key == said.key:
            answer = Answer(said.choice, said.reason, said.minutes)
            for event in decide(journal, progress, plan, answer, identity):
                progress = after(progress, event)
                yield event
