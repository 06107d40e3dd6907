"""Events into sentences: what the terminal, the timeline and the thread have in common."""

from datetime import UTC
from typing import assert_never

from hotfix.domain.event import Event, FromNewer
from hotfix.domain.event_data import (
    BadCommitSettled,
    BudgetExtended,
    BudgetOverrun,
    BudgetWarning,
    DecisionMade,
    DecisionNeeded,
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
from hotfix.domain.fact_names import PROBES_BEFORE, PROBES_RESTORED
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.heard import PAGE, SLACK
from hotfix.domain.page_texts import whom_of
from hotfix.domain.paging import ACKNOWLEDGE, RESOLVE, TRIGGER
from hotfix.domain.progress import Progress
from hotfix.domain.settlement import Settlement
from hotfix.domain.step_words import step_words
from hotfix.domain.still_to_do import how_it_ended
from hotfix.view.clock_line import time_of_day
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line


@frozen
class Sentence:
    """One line about one event."""

    mark: str  #: a sign of one character, or empty
    style: str  #: the name of a style; ``terminal`` gives it a colour
    text: str  #: cleaned, on one line
    is_heading: bool = False  #: whether it opens a phase


def sentence(event: Event, progress: Progress) -> Sentence | None:  # noqa: C901, PLR0911, PLR0912 - one case a type; mypy holds that none is missing
    """Return what there is to say about ``event``; None for events that show by themselves.

    Args:
        event: the newest one.
        progress: after it.
    """
    match event.said:
        case RunStarted():
            total = f", {clock(progress.total_seconds)} in all" if progress.total_seconds else ""
            return Sentence("", "title", f"{one_line(progress.incident.description)}{total}", True)
        case PlanChosen(layout):
            words = {"rollback": "Rolling back", "abort": "Ending the run"}
            return Sentence("", "title", words.get(layout.plan, layout.plan), True)
        case PhaseStarted():
            phase = progress.phase_named(event.phase)
            target = phase.target_seconds if phase else None
            goal = f" (target {clock(target)})" if target else ""
            return Sentence("", "phase", f"{event.phase}{goal}", True)
        case StepWaiting(saying):
            return Sentence("…", "waiting", one_line(saying))
        case StepTroubled(saying):
            return Sentence("!", "warning", f"{one_line(saying)} Trying again.")
        case StepDone() as said:
            return _step_done(said)
        case StepFailed(problem):
            return Sentence("✗", "failed", one_line(problem.what))
        case StepSettled() as said:
            return _step_settled(said)
        case WentBack(to, because):
            back = f"{one_line(because)} Back to: {step_words(to)}."
            return Sentence("↶", "warning", back)
        case DecisionNeeded(question):
            return Sentence("?", "question", one_line(question.text))
        case DecisionMade() as said:
            return _decision_made(event, said)
        case BudgetOverrun() as said:
            return Sentence("!", "failed", f"Overrun. {_spent(said)}")
        case BudgetWarning() as said:
            return Sentence("!", "warning", f"Time is running out. {_spent(said)}")
        case BudgetExtended(seconds):
            return Sentence("!", "warning", f"The total is {clock(seconds)} now.")
        case Noted(text, by) as said:
            who = f"{one_line(by or event.operator)}{_where(said)}"
            return Sentence("•", "note", f"{who}: {one_line(text)}")
        case Untold() as said:
            whom = whom_of(said.key)
            return Sentence("!", "warning", f"Could not tell {whom}: {one_line(said.why)}")
        case BadCommitSettled(because):
            return Sentence("✓", "done", one_line(f"{because}."))
        case RunInterrupted(why):
            return Sentence("■", "warning", f"Interrupted: {one_line(why)}")
        case RunResumed() as said:
            return _run_resumed(event, said)
        case LockLost(problem):
            return Sentence("■", "failed", one_line(problem.what))
        case RunFinished():
            return Sentence("", "title", f"The run is {how_it_ended(progress)}.", True)
        case FromNewer():
            kind = one_line(event.type)
            return Sentence("?", "warning", f"written by a newer hotfix ({kind})")
        case PhaseFinished() | StepStarted() | Told():
            return None
        case _ as never:
            assert_never(never)


def called_out(event: Event) -> Sentence | None:
    """Return what is said where it goes out: who is called by PagerDuty, and when that ends.

    On the timeline all that was told stands together; there, this is none.
    """
    said = event.said
    words = _CALLED_OUT.get(said.key) if isinstance(said, Told) else None
    return Sentence("•", "note", words) if words else None


_CALLED_OUT = {
    TRIGGER: "PagerDuty has the alert of this run, and calls those on call.",
    RESOLVE: "PagerDuty has the alert of this run as resolved.",
    ACKNOWLEDGE: "PagerDuty has the incident as acknowledged.",
}


def _step_settled(said: StepSettled) -> Sentence:
    is_unknown = said.found is Settlement.UNKNOWN
    mark, style = ("!", "warning") if is_unknown else ("•", "note")
    return Sentence(mark, style, one_line(said.saying))


def _step_done(said: StepDone) -> Sentence:
    left = said.left_to_do
    if left is None:
        mark, style = ("-", "waiting") if said.is_needless else _mark_of(said)
        return Sentence(mark, style, one_line(said.saying))
    # The list of all that is left to do stands at the end.
    words = f"{one_line(left.what)} For later: {one_line(left.next_command)}"
    return Sentence("!", "warning", words)


def _mark_of(said: StepDone) -> tuple[str, str]:
    """Return sign and style of a step that is over: a tick is for what is as it should be.

    A probe that is red before a fix is what a fix is for; one that is green proves nothing.
    """
    if said.is_success:
        return "✓", "done"
    found = Facts(said.facts)
    if any(probe.is_red for probe in found.get(PROBES_BEFORE, ())):
        return "✗", "expected"
    is_red = any(probe.is_red for probe in found.get(PROBES_RESTORED, ()))
    return ("✗", "failed") if is_red else ("!", "warning")


def _decision_made(event: Event, said: DecisionMade) -> Sentence:
    label = one_line(said.question.option(said.choice).as_taken(said.minutes))
    reason = f": {one_line(said.reason)}" if said.reason else ""
    by = "" if said.by else f" ({one_line(event.operator)})"
    return Sentence("→", "decision", f"{label}{reason}{by}")


def _spent(said: BudgetWarning) -> str:
    return f"{said.of}: {clock(said.spent_seconds)} of {clock(said.target_seconds)}"


def _run_resumed(event: Event, said: RunResumed) -> Sentence:
    operator, before = one_line(event.operator), one_line(said.taken_over_from)
    words = f"{operator} took over from {before}." if before else f"Resumed by {operator}."
    return Sentence("▶", "decision", words)


def _where(said: Noted) -> str:
    """Return whom it was said to, or where and when, if that was no plain note."""
    if said.heard is not None and said.heard.source.startswith(PAGE):
        return " (to those on call)"
    if said.heard is None or not said.heard.source.startswith(SLACK):
        return ""
    return f" (in Slack, {time_of_day(said.heard.at, UTC)})"
