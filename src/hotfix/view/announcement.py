"""What the team reads: one message that is kept up to date, and a thread under it."""

import re
from datetime import tzinfo

from hotfix.domain import budget, checklist
from hotfix.domain.fact_names import (
    ISSUE_URL,
    LOG_ENTRY,
    ON_CALL,
    PULL_REQUEST_URL,
    REVIEWERS_ASKED,
    ROLLED_BACK,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.forecast import later
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import BUDGET_STEP, PhaseState, Progress, RunState
from hotfix.domain.review_ladder import FIRST
from hotfix.ports.messenger import Announcement, Message
from hotfix.view.clock_line import time_of_day
from hotfix.view.durations import clock
from hotfix.view.foreign_text import clean, one_line
from hotfix.view.summary import summary_lines

# Slack refuses a longer text in an update, and a section of more than 3,000 characters.
_TEXT_LIMIT, _SECTION_LIMIT = 4000, 2900
_HALF_AN_ENTITY = re.compile(r"&[a-z]{0,3}$")
_ROLLBACK_PHASE = "rollback"
_NOBODY_CONFIGURED = "DevOps lead (none is configured: [contacts] devops_lead)"
_OVER = {
    RunState.DONE: "fixed and verified",
    RunState.ROLLED_BACK: "rolled back",
    RunState.STOPPED: "stopped",
    RunState.ABORTED: "given up",
}
_ENDS_AS = {"hotfix": RunState.DONE, "rollback": RunState.ROLLED_BACK}
_MARKS = {PhaseState.DONE: "✓", PhaseState.RUNNING: "▶", PhaseState.TO_COME: "·"}


class TeamAnnouncement:
    """Turns progress into what the channel should show.

    Args:
        devops_lead: who is named when a hotfix is escalated; empty where nobody is configured.
        product_manager: who is named at the start; empty likewise.
        zone: whose times of day are told; None for no times.
    """

    def __init__(self, devops_lead: str, product_manager: str, zone: tzinfo | None = None) -> None:
        self._devops_lead = devops_lead
        self._product_manager = product_manager
        self._zone = zone

    def __call__(self, progress: Progress) -> Announcement:
        """Return the parent message and the replies of a run; pure."""
        replies: dict[str, Message] = {}
        for phase in progress.phases:
            if phase.state is PhaseState.DONE:
                target = f" of {clock(phase.target_seconds)}" if phase.target_seconds else ""
                text = f"{phase.name}: done in {clock(phase.spent_seconds)}{target}"
                replies[f"phase:{phase.plan}:{phase.name}"] = _message(text, progress)
        for number, decision in enumerate(progress.decisions, start=1):
            option = decision.question.option(decision.answer.choice)
            escalated = decision.step == BUDGET_STEP and option.key == "escalate"
            text = f"{decision.question.text} {decision.answer.by}: {option.label}"
            if decision.answer.reason:
                text += f" ({decision.answer.reason})"
            who = f"{self._devops_lead or _NOBODY_CONFIGURED}: " if escalated else ""
            replies[f"decision:{number}"] = _message(f"{who}{text}", progress)
        replies |= _requests(progress)
        for number, note in enumerate(progress.notes, start=1):
            replies[f"note:{number}"] = _message(f"{note.by}: {note.text}", progress)
        if LOG_ENTRY in progress.facts:
            key = checklist.SUMMARY
            if ROLLED_BACK in progress.facts:
                key += ":rolled-back"
            replies[key] = _message("\n".join(summary_lines(progress)), progress)
        return Announcement(self._parent(progress), replies)

    def _parent(self, progress: Progress) -> Message:
        headline = f"[HOTFIX] {one_line(progress.incident.description)}: {_state(progress)}"
        lines = [
            " ".join(
                f"{_MARKS[phase.state]} {phase.name}"
                for phase in progress.phases
                if phase.plan == progress.plan
            )
        ]
        lines += self._times(progress)
        lines += self._people(progress)
        facts = progress.facts
        links = [
            facts[fact] for fact in (ISSUE_URL, PULL_REQUEST_URL, WORKFLOW_RUN_URL) if fact in facts
        ]
        lines += links
        text = _fitting("\n".join([headline, *lines]), progress)
        blocks = (
            _section(f"*{_fitting(headline, progress, _SECTION_LIMIT)}*"),
            _section(_fitting("\n".join(lines), progress, _SECTION_LIMIT)),
        )
        return Message(text, blocks)

    def _times(self, progress: Progress) -> list[str]:
        """Return until when it has to be done: what no look at a clock changes."""
        total, started = progress.total_seconds, progress.started_at
        is_counted = progress.ended_at is None and not progress.state.is_over
        if self._zone is None or total is None or started is None or not is_counted:
            return []
        moments = (("merge", budget.merge_by(progress)), ("verify", later(started, total)))
        told = [f"{do} by {time_of_day(it, self._zone)}" for do, it in moments if it]
        return [f"To do: {', '.join(told)}"] if told else []

    def _people(self, progress: Progress) -> list[str]:
        on_call = ", ".join(progress.facts.get(ON_CALL, ()))
        people = [f"Run by {progress.operator}"]
        if on_call:
            people.append(f"on call: {on_call}")
        named = (("DevOps lead", self._devops_lead), ("product", self._product_manager))
        people.append(", ".join(f"{role}: {who}" for role, who in named if who))
        return [" · ".join(filter(None, people))]


def _state(progress: Progress) -> str:
    """Return what the run is doing, or what has become of it, as far as it is on record."""
    if progress.state in _OVER:
        return _OVER[progress.state]
    phases = [phase for phase in progress.phases if phase.plan == progress.plan]
    done = [phase.name for phase in phases if phase.state is PhaseState.DONE]
    if phases and len(done) == len(phases):
        ends_as = _ENDS_AS.get(progress.plan, RunState.ABORTED)
        return _OVER[RunState.STOPPED if _is_stopped(progress) else ends_as]
    # Between two phases there is none; what is over is true until the next one begins.
    where = progress.phase or (f"{done[-1]} done" if done else "starting")
    if progress.plan != "rollback":
        return where
    return f"{'rolled back' if _ROLLBACK_PHASE in done else 'rolling back'} ({where})"


def _is_stopped(progress: Progress) -> bool:
    return progress.plan not in _ENDS_AS and progress.stopped_by is not None


def _requests(progress: Progress) -> dict[str, Message]:
    """Return a reply for everybody who was asked because the first reviewer did not answer."""
    url = progress.facts.get(PULL_REQUEST_URL, "")
    return {
        f"review:{asked.who}:{asked.sha[:8]}": _message(
            f"{asked.who} ({asked.role}): a review is needed, please: {url}", progress
        )
        for asked in progress.facts.get(REVIEWERS_ASKED, ())
        if asked.role != FIRST
    }


def _message(text: str, progress: Progress) -> Message:
    return Message(_fitting(text, progress))


def _fitting(text: str, progress: Progress, limit: int = _TEXT_LIMIT) -> str:
    """Return ``text`` escaped, and where it is too long as much of it as Slack takes."""
    whole = _escaped(clean(text))
    if len(whole) <= limit:
        return whole
    cut = f"… (cut: the rest is too long for Slack; hotfix show {progress.run})"
    return _HALF_AN_ENTITY.sub("", whole[: limit - len(cut)]) + cut


def _escaped(text: str) -> str:
    """Return text in which Slack sees no mention, link or entity (Slack: "Escaping text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _section(text: str) -> JsonObject:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
