"""What the team reads: one message that is kept up to date, and a thread under it."""

from collections.abc import Mapping, Sequence

from hotfix.domain import checklist
from hotfix.domain.fact_names import (
    ISSUE_URL,
    LOG_ENTRY,
    ON_CALL,
    PULL_REQUEST_URL,
    REVIEWERS_ASKED,
    ROLLED_BACK,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import BUDGET_STEP, PhaseState, Progress, RunState
from hotfix.domain.review_ladder import FIRST
from hotfix.ports.messenger import Announcement, Message
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line
from hotfix.view.summary import summary_lines

_SECTION_LIMIT = 2900  # Slack refuses a section of more than 3,000 characters
_MARKS = {PhaseState.DONE: "✓", PhaseState.RUNNING: "▶", PhaseState.TO_COME: "·"}


class TeamAnnouncement:
    """Turns progress into what the channel should show.

    Args:
        devops_lead: who is named when a hotfix is escalated.
        product_manager: who is named at the start.
    """

    def __init__(self, devops_lead: str, product_manager: str) -> None:
        self._devops_lead = devops_lead
        self._product_manager = product_manager

    def __call__(self, progress: Progress) -> Announcement:
        """Return the parent message and the replies of a run; pure."""
        replies: dict[str, Message] = {}
        for phase in progress.phases:
            if phase.state is PhaseState.DONE:
                target = f" of {clock(phase.target_seconds)}" if phase.target_seconds else ""
                text = f"{phase.name}: done in {clock(phase.spent_seconds)}{target}"
                replies[f"phase:{phase.plan}:{phase.name}"] = Message(_escaped(text))
        for number, decision in enumerate(progress.decisions, start=1):
            option = decision.question.option(decision.answer.choice)
            escalated = decision.step == BUDGET_STEP and option.key == "escalate"
            text = f"{decision.question.text} {decision.answer.by}: {option.label}"
            if decision.answer.reason:
                text += f" ({decision.answer.reason})"
            who = f"{self._devops_lead}: " if escalated else ""
            replies[f"decision:{number}"] = Message(_escaped(f"{who}{text}"))
        replies |= _requests(progress)
        for number, note in enumerate(progress.notes, start=1):
            replies[f"note:{number}"] = Message(_escaped(f"{note.by}: {note.text}"))
        if LOG_ENTRY in progress.facts:
            key = checklist.SUMMARY
            if ROLLED_BACK in progress.facts:
                key += ":rolled-back"
            replies[key] = Message(_escaped("\n".join(summary_lines(progress))))
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
        lines += self._people(progress)
        facts = progress.facts
        links = [
            facts[fact] for fact in (ISSUE_URL, PULL_REQUEST_URL, WORKFLOW_RUN_URL) if fact in facts
        ]
        lines += links
        text = _escaped("\n".join([headline, *lines]))
        return Message(text, _blocks(_escaped(headline), [_escaped(line) for line in lines]))

    def _people(self, progress: Progress) -> list[str]:
        on_call = ", ".join(progress.facts.get(ON_CALL, ()))
        people = [f"Run by {progress.operator}"]
        if on_call:
            people.append(f"on call: {on_call}")
        people.append(f"DevOps lead: {self._devops_lead}, product: {self._product_manager}")
        return [" · ".join(people)]


def _state(progress: Progress) -> str:
    words: Mapping[RunState, str] = {
        RunState.DONE: "fixed and verified",
        RunState.ROLLED_BACK: "rolled back",
        RunState.STOPPED: "stopped",
        RunState.ABORTED: "given up",
    }
    if progress.state in words:
        return words[progress.state]
    if progress.plan == "rollback":
        return f"rolling back ({progress.phase or 'starting'})"
    return progress.phase or "starting"


def _requests(progress: Progress) -> dict[str, Message]:
    """Return a reply for everybody who was asked because the first reviewer did not answer."""
    url = progress.facts.get(PULL_REQUEST_URL, "")
    return {
        f"review:{asked.who}:{asked.sha[:8]}": Message(
            _escaped(f"{asked.who} ({asked.role}): a review is needed, please: {url}")
        )
        for asked in progress.facts.get(REVIEWERS_ASKED, ())
        if asked.role != FIRST
    }


def _escaped(text: str) -> str:
    """Return text in which Slack sees no mention, link or entity (Slack: "Escaping text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(headline: str, lines: Sequence[str]) -> tuple[JsonObject, ...]:
    return (
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{headline}*"[:_SECTION_LIMIT]}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(lines)[:_SECTION_LIMIT]}},
    )
