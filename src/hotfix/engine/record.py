"""What is written down that no step does: a run begins, is resumed, is decided about, ends."""

from collections.abc import Iterator, Mapping

from hotfix.domain.event import Event, EventType
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject, JsonValue
from hotfix.domain.problem import Problem
from hotfix.domain.progress import BUDGET_STEP, Progress, after
from hotfix.domain.question import Answer, Then
from hotfix.domain.step import Plan
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.ports.signals import Signal


def begin(journal: Journal, incident: Incident, plan: Plan[Ports], settings: JsonObject) -> Event:
    """Open the record: the first event of a run.

    Args:
        journal: a new, empty one.
        incident: what the run is about.
        plan: what is going to be walked.
        settings: what is needed to make the same plan again.
    """
    data = {"incident": incident.to_json(), "settings": settings, **layout(plan)}
    return journal.append(EventType.RUN_STARTED, data=data)


def layout(plan: Plan[Ports]) -> JsonObject:
    """Return the plan as far as readers of the record need it."""
    return {
        "plan": plan.name,
        "phases": [
            {"name": phase.name, "target_seconds": phase.target_seconds} for phase in plan.phases
        ],
        "total_seconds": plan.total_seconds,
        "counts_until": plan.counts_until,
        "point_of_no_return": plan.point_of_no_return,
        "needed_after": list(plan.needed_after),
    }


def finish(journal: Journal, progress: Progress, plan: Plan[Ports]) -> Event:
    """Write down that the plan was walked to its end, or that the run was stopped."""
    stopped_by = progress.stopped_by if plan.name == "abort" else None
    state = "stopped" if stopped_by else plan.ends_as.value
    problem = stopped_by.to_json() if stopped_by else None
    return journal.append(EventType.RUN_FINISHED, data={"state": state, "problem": problem})


def interrupt(journal: Journal, why: str) -> Event:
    """Write down that the operator, or the machine, broke the run off."""
    return journal.append(EventType.RUN_INTERRUPTED, data={"why": why})


def resume(journal: Journal, facts: JsonObject | None = None, taken_over_from: str = "") -> Event:
    """Write down that the run goes on.

    Args:
        journal: where to.
        facts: what changed while nobody walked it, such as the lock's token.
        taken_over_from: the operator whose machine walked it before; empty where it was this one.
    """
    data: dict[str, JsonValue] = {}
    if facts:
        data["facts"] = facts
    if taken_over_from:
        data["taken_over_from"] = taken_over_from
    return journal.append(EventType.RUN_RESUMED, data=data)


def lose_lock(journal: Journal, run: str, problem: Problem, holder_run: str) -> Event:
    """Write down that ``holder_run`` holds the lock in this run's place, or nobody (empty)."""
    data: JsonObject = {"problem": problem.to_json(), "by_this_run": holder_run == run}
    return journal.append(EventType.LOCK_LOST, data=data)


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
    made = journal.append(
        EventType.DECISION_MADE,
        progress.phase,
        step,
        {
            "key": question.key,
            "choice": answer.choice,
            "reason": answer.reason,
            "minutes": answer.minutes,
            "question": question.to_json(),
            "signal": signal,
        },
    )
    yield made
    if step == BUDGET_STEP and answer.minutes:
        total = (progress.total_seconds or 0.0) + answer.minutes * 60
        yield journal.append(
            EventType.BUDGET_EXTENDED,
            progress.phase,
            data={"total_seconds": total, "reason": answer.reason},
        )
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
    data = {
        "to": to,
        "because": because,
        "undone": [name for _, name in undone],
        "phases": list(dict.fromkeys(phase for phase, _ in undone)),
    }
    return journal.append(EventType.WENT_BACK, progress.phase, progress.step, data)


def take_signals(
    journal: Journal,
    progress: Progress,
    plan: Plan[Ports],
    signals: Mapping[str, Signal] | None = None,
) -> Iterator[Event]:
    """Write down signals (by id): notes, what became of messages, answers to what is asked now."""
    for identity, signal in (signals or {}).items():
        if signal.kind is EventType.LOCK_LOST and progress.state.is_over:
            # A colleague who waited for the lock got it: that is how it is meant to be.
            continue
        if signal.kind is not EventType.DECISION_MADE:
            data = {**signal.data, "signal": identity}
            event = journal.append(signal.kind, progress.phase, progress.step, data)
            progress = after(progress, event)
            yield event
        elif progress.pending and progress.pending.key == signal.data.get("key"):
            for event in decide(journal, progress, plan, _answer(signal), identity):
                progress = after(progress, event)
                yield event


def _answer(signal: Signal) -> Answer:
    return Answer(
        choice=str(signal.data["choice"]),
        reason=str(signal.data.get("reason", "")),
        minutes=float(str(signal.data.get("minutes", 0))),
    )
