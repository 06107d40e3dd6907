"""Events into sentences: what the terminal, the timeline and the thread have in common."""

from dataclasses import dataclass

from hotfix.domain.event import Event, EventType
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem
from hotfix.domain.progress import Progress, author
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line


@dataclass(frozen=True)
class Sentence:
    """One line about one event.

    Attributes:
        mark: a sign of one character, or empty.
        style: the name of a style; ``terminal`` gives it a colour.
        text: cleaned, on one line.
        is_heading: whether it opens a phase.
    """

    mark: str
    style: str
    text: str
    is_heading: bool = False


def sentence(event: Event, progress: Progress) -> Sentence | None:
    """Return what there is to say about ``event``; None for events that show by themselves.

    Args:
        event: the newest one.
        progress: after it.
    """
    wording = _WORDINGS.get(event.type)
    return wording(event, progress) if wording else None


def _run_started(_event: Event, progress: Progress) -> Sentence:
    total = f", {clock(progress.total_seconds)} in all" if progress.total_seconds else ""
    return Sentence("", "title", f"{one_line(progress.incident.description)}{total}", True)


def _plan_chosen(_event: Event, progress: Progress) -> Sentence:
    return Sentence(
        "",
        "title",
        {"rollback": "Rolling back", "abort": "Ending the run"}.get(progress.plan, progress.plan),
        True,
    )


def _phase_started(event: Event, progress: Progress) -> Sentence:
    phase = progress.phase_named(event.phase)
    target = phase.target_seconds if phase else None
    return Sentence(
        "", "phase", event.phase + (f" (target {clock(target)})" if target else ""), True
    )


def _step_waiting(event: Event, _progress: Progress) -> Sentence:
    return Sentence("…", "waiting", one_line(str(event.data["saying"])))


def _step_troubled(event: Event, _progress: Progress) -> Sentence:
    return Sentence("!", "warning", f"{one_line(str(event.data['saying']))} Trying again.")


def _step_done(event: Event, _progress: Progress) -> Sentence:
    return Sentence("✓", "done", one_line(str(event.data["saying"])))


def _step_failed(event: Event, _progress: Progress) -> Sentence | None:
    problem = _problem(event.data)
    return Sentence("✗", "failed", one_line(problem.what)) if problem else None


def _went_back(event: Event, _progress: Progress) -> Sentence:
    step = str(event.data["to"]).replace("_", " ")
    return Sentence("↶", "warning", f"{one_line(str(event.data['because']))} Back to: {step}.")


def _decision_needed(event: Event, _progress: Progress) -> Sentence | None:
    question = event.data["question"]
    text = str(question["text"]) if isinstance(question, dict) else ""
    return Sentence("?", "question", one_line(text))


def _decision_made(event: Event, progress: Progress) -> Sentence:
    decision = progress.decisions[-1]
    label = one_line(decision.question.option(decision.answer.choice).label)
    reason = f": {one_line(decision.answer.reason)}" if decision.answer.reason else ""
    return Sentence("→", "decision", f"{label}{reason} ({one_line(event.operator)})")


def _budget(event: Event, _progress: Progress) -> Sentence:
    spent, target = (
        float(str(event.data["spent_seconds"])),
        float(str(event.data["target_seconds"])),
    )
    of = f"{event.data['of']}: {clock(spent)} of {clock(target)}"
    if event.type is EventType.BUDGET_OVERRUN:
        return Sentence("!", "failed", f"Overrun. {of}")
    return Sentence("!", "warning", f"Time is running out. {of}")


def _budget_extended(event: Event, _progress: Progress) -> Sentence:
    total = clock(float(str(event.data["total_seconds"])))
    return Sentence("!", "warning", f"The total is {total} now.")


def _note(event: Event, _progress: Progress) -> Sentence:
    by = one_line(author(event))
    return Sentence("•", "note", f"{by}: {one_line(str(event.data['text']))}")


def _untold(event: Event, _progress: Progress) -> Sentence:
    return Sentence("!", "warning", f"Could not tell the team: {one_line(str(event.data['why']))}")


def _run_interrupted(event: Event, _progress: Progress) -> Sentence:
    return Sentence("■", "warning", f"Interrupted: {one_line(str(event.data['why']))}")


def _lock_lost(event: Event, _progress: Progress) -> Sentence | None:
    problem = _problem(event.data)
    return Sentence("■", "failed", one_line(problem.what)) if problem else None


def _run_resumed(event: Event, _progress: Progress) -> Sentence:
    before = one_line(str(event.data.get("taken_over_from") or ""))
    if before:
        return Sentence("▶", "decision", f"{one_line(event.operator)} took over from {before}.")
    return Sentence("▶", "decision", f"Resumed by {one_line(event.operator)}.")


def _run_finished(event: Event, _progress: Progress) -> Sentence:
    return Sentence("", "title", f"The run is over: {event.data['state']}.", True)


def _bad_commit_settled(event: Event, _progress: Progress) -> Sentence:
    return Sentence("✓", "done", f"{one_line(str(event.data['because']))}.")


def _problem(data: JsonObject) -> Problem | None:
    problem = data.get("problem")
    return Problem.from_json(problem) if isinstance(problem, dict) else None


_WORDINGS = {
    EventType.RUN_STARTED: _run_started,
    EventType.PLAN_CHOSEN: _plan_chosen,
    EventType.PHASE_STARTED: _phase_started,
    EventType.STEP_WAITING: _step_waiting,
    EventType.STEP_TROUBLED: _step_troubled,
    EventType.STEP_DONE: _step_done,
    EventType.STEP_FAILED: _step_failed,
    EventType.WENT_BACK: _went_back,
    EventType.DECISION_NEEDED: _decision_needed,
    EventType.DECISION_MADE: _decision_made,
    EventType.BUDGET_WARNING: _budget,
    EventType.BUDGET_OVERRUN: _budget,
    EventType.BUDGET_EXTENDED: _budget_extended,
    EventType.NOTE: _note,
    EventType.UNTOLD: _untold,
    EventType.BAD_COMMIT_SETTLED: _bad_commit_settled,
    EventType.RUN_INTERRUPTED: _run_interrupted,
    EventType.RUN_RESUMED: _run_resumed,
    EventType.LOCK_LOST: _lock_lost,
    EventType.RUN_FINISHED: _run_finished,
}
