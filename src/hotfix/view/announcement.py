"""What the team reads: one message that is kept up to date, and a thread under it."""

import re
from dataclasses import replace
from datetime import tzinfo

from hotfix.domain import budget, checklist
from hotfix.domain.cadence import Cadence, next_update
from hotfix.domain.ending import to_do
from hotfix.domain.fact_names import (
    ISSUE_URL,
    ON_CALL,
    ON_CALL_PEOPLE,
    PULL_REQUEST_URL,
    REVIEWERS_ASKED,
    VERIFIED_BY,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.fix_stand import FixStand, fix_stand
from hotfix.domain.forecast import later
from hotfix.domain.heard import REMINDER, SLACK
from hotfix.domain.json_value import JsonObject
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import BUDGET_STEP, Note, PhaseState, Progress, RunState
from hotfix.domain.still_to_do import still_to_do
from hotfix.ports.messenger import Addressee, Announcement, Message, addressed
from hotfix.view.clock_line import time_of_day
from hotfix.view.durations import clock
from hotfix.view.foreign_text import clean, one_line
from hotfix.view.summary import summary_lines

# Slack refuses a longer text in an update, and a section of more than 3,000 characters.
_TEXT_LIMIT, _SECTION_LIMIT, _LONGEST_SECTION = 4000, 2900, 3000
# In text that is escaped, without what closes it, or stops a sentence.
_LINK = re.compile(r"https?://(?:(?!&[lg]t;)[^\s<>|*])+(?<![.,:!?)])")
_HALF_AN_ENTITY = re.compile(r"&[a-z]{0,3}$")
_ROLLBACK_PHASE = "rollback"
_NOBODY_CONFIGURED = "DevOps lead (none is configured: [contacts] devops_lead)"
_OVER = {
    RunState.ROLLED_BACK: "rolled back",
    RunState.STOPPED: "stopped",
    RunState.ABORTED: "given up",
}
_ENDS = frozenset({*_OVER, RunState.DONE})
_ENDS_AS = {"hotfix": RunState.DONE, "rollback": RunState.ROLLED_BACK}
_MARKS = {PhaseState.DONE: "✓", PhaseState.RUNNING: "▶", PhaseState.TO_COME: "·"}


class TeamAnnouncement:
    """Turns progress into what the channel should show.

    Args:
        devops_lead: who is named when a hotfix is escalated; empty where nobody is configured.
        product_manager: who is named at the start; empty likewise.
        zone: whose times of day are told; None for no times.
        cadence: by when the team is promised to hear something; None for no promise.
    """

    def __init__(
        self,
        devops_lead: str,
        product_manager: str,
        zone: tzinfo | None = None,
        cadence: Cadence | None = None,
    ) -> None:
        self._devops_lead = devops_lead
        self._product_manager = product_manager
        self._zone = zone
        self._cadence = cadence

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
            # What asks nothing tells the operator how to go on, on this machine.
            text = f"{decision.question.asked} {decision.answer.by}: ".lstrip()
            text += option.as_taken(decision.answer.minutes)
            if decision.answer.reason:
                text += f" ({decision.answer.reason})"
            to = (Addressee(self._devops_lead or _NOBODY_CONFIGURED),) if escalated else ()
            replies[f"decision:{number}"] = _message(text, progress, to)
        replies |= {**_on_call(progress), **_requests(progress)}
        for number, note in enumerate(progress.notes, start=1):
            if not _is_known_here(note):
                replies[f"note:{number}"] = _message(f"{note.by}: {note.text}", progress)
        replies |= _summary(progress)
        # Who was notified once is not notified again, be the thread gone and begun anew.
        left = {
            key: message
            for key, message in replies.items()
            if not (message.to and key in progress.told)
        }
        return Announcement(self._parent(progress), left)

    def _parent(self, progress: Progress) -> Message:
        headline = headline_of(progress)
        lines = [
            " ".join(
                f"{_MARKS[phase.state]} {phase.name}"
                for phase in progress.phases
                if phase.plan == progress.plan
            )
        ]
        lines += [*self._times(progress), *self._promised(progress)]
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

    def _promised(self, progress: Progress) -> list[str]:
        """Return by when the team hears something next."""
        if self._zone is None or self._cadence is None:
            return []
        until = next_update(progress, self._cadence)
        return [f"Next update by {time_of_day(until, self._zone)}"] if until else []

    def _people(self, progress: Progress) -> list[str]:
        on_call = ", ".join(progress.facts.get(ON_CALL, ()))
        people = [f"Run by {progress.operator}"]
        if on_call:
            people.append(f"on call: {on_call}")
        named = (("DevOps lead", self._devops_lead), ("product", self._product_manager))
        people.append(", ".join(f"{role}: {who}" for role, who in named if who))
        return [" · ".join(filter(None, people))]


def headline_of(progress: Progress) -> str:
    """Return what is hotfixed and how far it is, as plain text."""
    return f"[HOTFIX] {one_line(progress.incident.description)}: {_state(progress)}"


def _state(progress: Progress) -> str:
    """Return what the run is doing, or what has become of it, as far as it is on record."""
    if progress.state in _ENDS:
        return _ended_as(progress.state, progress)
    phases = [phase for phase in progress.phases if phase.plan == progress.plan]
    done = [phase.name for phase in phases if phase.state is PhaseState.DONE]
    if phases and len(done) == len(phases):
        ends_as = _ENDS_AS.get(progress.plan, RunState.ABORTED)
        return _ended_as(RunState.STOPPED if _is_stopped(progress) else ends_as, progress)
    # Between two phases there is none; what is over is true until the next one begins.
    where = progress.phase or (f"{done[-1]} done" if done else "starting")
    if progress.plan != "rollback":
        return where
    return f"{'rolled back' if _ROLLBACK_PHASE in done else 'rolling back'} ({where})"


def _ended_as(state: RunState, progress: Progress) -> str:
    """Return what has become of a run: "verified" is what was proven, and nothing less."""
    if state is not RunState.DONE:
        return _OVER[state]
    stand = fix_stand(progress.facts)
    if stand is FixStand.CONFIRMED:
        return f"fixed, says {one_line(progress.facts[VERIFIED_BY])}; not all is proven"
    return "fixed and verified" if stand is FixStand.PROVEN else "over"


def _is_stopped(progress: Progress) -> bool:
    return progress.plan not in _ENDS_AS and progress.stopped_by is not None


def _on_call(progress: Progress) -> dict[str, Message]:
    """Return what those on call hear at the start (procedure: "Notify on-call team member")."""
    emails = {person.name: person.email for person in progress.facts.get(ON_CALL_PEOPLE, ())}
    to = tuple(Addressee(name, emails.get(name, "")) for name in progress.facts.get(ON_CALL, ()))
    text = f"{progress.operator} runs a hotfix: {one_line(progress.incident.description)}"
    return {"on-call": _message(text, progress, to)} if to else {}


def _requests(progress: Progress) -> dict[str, Message]:
    """Return a reply for everybody who is asked for a review."""
    url = progress.facts.get(PULL_REQUEST_URL, "")
    return {
        f"review:{asked.who}:{asked.sha[:8]}": _message(
            f"a review is needed, please ({asked.role}): {url}",
            progress,
            (Addressee(asked.who),),
        )
        for asked in progress.facts.get(REVIEWERS_ASKED, ())
    }


def _is_known_here(note: Note) -> bool:
    """Tell whether the thread has it already, or it is for the operator alone."""
    return note.heard is not None and note.heard.source.startswith((SLACK, REMINDER))


def _summary(progress: Progress) -> dict[str, Message]:
    """Return what the team is told at the end: durations, proof, and what is still to do."""
    if not progress.state.is_over or progress.state is RunState.TAKEN_OVER:
        return {}
    key = checklist.SUMMARY
    if progress.state is not RunState.DONE:
        key += f":{progress.state.value}"
    return {key: _message(end_of(progress), progress)}


def end_of(progress: Progress) -> str:
    """Return how a run has ended, as plain text."""
    stopped = progress.stopped_by if progress.state is not RunState.DONE else None
    # What this message does by being there is not to do any more.
    told = replace(progress, told=progress.told | {checklist.SUMMARY}, untold={})
    left = [f"• {to_do(each.what, each.next_command)}" for each in still_to_do(told)]
    lines = [
        f"{_ended_as(progress.state, progress)}: {_durations(progress)}",
        *([f"{stopped.what} {stopped.why}".rstrip()] if stopped else []),
        *summary_lines(progress),
        *(["Still to do:", *left] if left else ["Nothing is left to do."]),
    ]
    return "\n".join(lines)


def _durations(progress: Progress) -> str:
    """Return how long it took; of a way back that alone, of it and a way out when it was over."""
    done = [
        phase
        for phase in progress.phases
        if phase.plan == progress.plan and phase.state is PhaseState.DONE
    ]
    spent = ", ".join(f"{phase.name} {clock(phase.spent_seconds)}" for phase in done)
    parts = f" ({spent})" if done else ""
    started, over = progress.started_at, progress.finished_at
    if progress.plan == PlanName.HOTFIX or started is None or over is None:
        whole = progress.elapsed_seconds(progress.last_at) if progress.last_at else 0.0
        of = f" of {clock(progress.total_seconds)}" if progress.total_seconds else ""
        return f"{clock(whole)}{of}{parts}"
    # The time of the run may have ended with a proof, long before.
    is_back = done and progress.plan == PlanName.ROLLBACK
    took = f"{clock(sum(phase.spent_seconds for phase in done))}{parts}, " if is_back else ""
    return f"{took}{clock((over - started).total_seconds())} after its start"


def _message(text: str, progress: Progress, to: tuple[Addressee, ...] = ()) -> Message:
    names = addressed(_escaped(one_line(each.name)) for each in to) if to else ""
    return Message(names + _fitting(text, progress, _TEXT_LIMIT - len(names)), to=to)


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
    """Return a block in which nothing but its links is what Slack would make of plain text.

    Left to itself, Slack takes "@here" in it for a mention, and "#general" for a channel.
    """
    linked = _LINK.sub(lambda found: f"<{found[0]}>", text)
    shown = linked if len(linked) <= _LONGEST_SECTION else text
    return {"type": "section", "text": {"type": "mrkdwn", "text": shown, "verbatim": True}}
