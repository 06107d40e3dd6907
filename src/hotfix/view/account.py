"""The whole record of one run as plain data: what ``hotfix show`` and ``hotfix report`` tell.

Text, markdown, HTML and JSON are all made from it, so that they cannot disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from hotfix.domain import fact_names, fix_words
from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    DecisionMade,
    DecisionNeeded,
    PlanChosen,
    RunResumed,
    RunStarted,
    StepDone,
    StepFailed,
    StepStarted,
)
from hotfix.domain.fact_names import (
    APPROVER,
    BRING_BACK_URL,
    BROUGHT_TO,
    FOLLOW_UP,
    ISSUE_URL,
    ON_CALL,
    POST_MORTEM_ISSUE,
    PROBES_AFTER,
    PROBES_BEFORE,
    PROBES_RESTORED,
    PULL_REQUEST_URL,
    REVERT_URL,
    STATUS_PAGE,
    TESTS_OVERRIDDEN,
    UNPROVEN,
    VERIFIED_BY,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.figures import clock, tenths
from hotfix.domain.fix_stand import counted_until, fix_stand
from hotfix.domain.fold import fold
from hotfix.domain.json_record import utc_text, written
from hotfix.domain.json_value import JsonObject
from hotfix.domain.last_word import last_word
from hotfix.domain.newer_version import warning
from hotfix.domain.plan_name import PlanName
from hotfix.domain.post_mortem import working_day
from hotfix.domain.problem import Problem
from hotfix.domain.progress import Progress
from hotfix.domain.question import Then
from hotfix.domain.rollout.one_yes import AS_CHOSEN
from hotfix.domain.status import commit
from hotfix.domain.still_to_do import is_owed, owed_review, still_to_do
from hotfix.domain.token_hosts import host_of, is_loopback
from hotfix.view.summary import summary_lines
from hotfix.view.timeline import Entry, timeline

VERSION = 1
# What the texts of a link begin with; other values of the same facts say why there is none.
_LINK = ("http://", "https://")
# Within so many working days a post-mortem is held where no issue names the day.
_USUAL_DAYS = 5
_LINKS = (
    ISSUE_URL,
    PULL_REQUEST_URL,
    WORKFLOW_RUN_URL,
    STATUS_PAGE,
    FOLLOW_UP,
    BRING_BACK_URL,
    fact_names.AGAIN_RUN_URL,
    REVERT_URL,
)


def account(
    events: Sequence[Event],
    zone: tzinfo | None = None,
    damage: Problem | None = None,
    *,
    is_gone: bool = False,
) -> dict[str, Any]:
    """Return the object of ``hotfix show --json``. Keys are only ever added.

    Args:
        events: of the run, in order, as far as they can be read.
        zone: in which local times are told; None for that of this machine.
        damage: why not all of them can be read; None where they can.
        is_gone: whether it was a drill, and its world is gone: nothing goes on, or is to be done.
    """
    progress = fold(events)
    told = timeline(events)
    spoken = (damage.what if damage else "", warning(progress), _set_back(events))
    warnings = [text for text in spoken if text]
    return {
        "v": VERSION,
        "run": progress.run,
        **_what_it_is(progress),
        "operators": list(dict.fromkeys(_operators(events))),
        "rollback_reason": _rollback_reason(events),
        **_moments(events, progress, zone),
        "links": _links(progress),
        "commit": commit(progress.facts),
        "fix": fix_stand(progress.facts).value,
        "last_word": last_word(progress)[:1] if is_gone else last_word(progress),
        "is_owed": is_owed(progress),
        "on_call": list(progress.facts.get(ON_CALL, ())),
        "approved_by": progress.facts.get(APPROVER),
        "verified_by": progress.facts.get(VERIFIED_BY),
        "summary": summary_lines(progress),
        "impact": _impact(events, zone),
        "phases": [
            {
                "name": phase.name,
                "plan": phase.plan,
                "target_seconds": phase.target_seconds,
                "spent_seconds": tenths(phase.elapsed_seconds(_last(progress))),
                "state": phase.state.value,
            }
            for phase in progress.phases
        ],
        "timeline": [_entry(each, zone) for each in told],
        "decisions": list(_decisions(events, told, zone)),
        "unanswered": list(_unanswered(events, zone)),
        "overrides": [*_overrides(progress), *_accepted_answers(events)],
        "notes": [
            {**_moment("at", note.said_at, zone), "by": note.by, "text": note.text}
            for note in sorted(progress.notes, key=lambda note: note.said_at)
        ],
        "post_mortem": _post_mortem(progress),
        "review_owed": owed_review(progress.facts) or None,
        "left_to_do": [
            dict(each.to_json())
            for each in still_to_do(progress)
            if not (is_gone and each.kind == "next")
        ],
        "is_gone": is_gone,
        "warnings": warnings,
        "damage": dict(damage.to_json()) if damage else None,
    }


def _set_back(events: Sequence[Event]) -> str:
    """Return that a clock was set back while it was written; empty where none was."""
    found = ((each, each.at - each.written_at) for each in events if each.written_at)
    event, far = max(found, key=lambda each: each[1], default=(None, timedelta()))
    if event is None:
        return ""
    return (
        f"A clock that wrote this record went back by {clock(far.total_seconds())}: event "
        f"{event.seq} says {utc_text(event.at - far)}, and is told as of {utc_text(event.at)}, "
        "when the event before it happened"
    )


def _what_it_is(progress: Progress) -> JsonObject:
    incident = progress.incident
    origin = progress.settings.origin
    return {
        "description": incident.description,
        "category": written(incident.category),
        "severity": written(incident.severity),
        "severity_is_default": incident.severity_is_default,
        "root_cause": fix_words.root_cause(incident, progress.facts),
        "drafted_root_cause": fix_words.drafted_root_cause(progress.facts),
        "fix_summary": fix_words.fix_summary(incident, progress.facts),
        "repository": origin.repository if origin else "",
        "is_drill": origin is not None and is_loopback(host_of(origin.api_url)),
        "state": progress.state.value,
        "plan": progress.plan,
        "phase": progress.phase or None,
        "step": progress.step or None,
        "operator": progress.operator,
        "total_seconds": progress.total_seconds,
        "counted_seconds": tenths(progress.elapsed_seconds(_last(progress))),
        "counted_until": counted_until(progress),
    }


def _operators(events: Sequence[Event]) -> Iterator[str]:
    """Yield who walked the run, from whoever began it to whoever took it over last."""
    for event in events:
        if event.operator and isinstance(event.said, RunStarted | RunResumed | PlanChosen):
            yield event.operator


def _rollback_reason(events: Sequence[Event]) -> str | None:
    """Return what spoke for going back; empty where that is not on record, None without it."""
    reason = ""
    for event in events:
        said = event.said
        if isinstance(said, PlanChosen) and said.layout.plan == PlanName.ROLLBACK:
            return reason
        if isinstance(said, DecisionNeeded):
            reason = _before_the_question(said.question.text)
        elif isinstance(said, DecisionMade):
            option = said.question.option(said.choice)
            words = _before_the_question(said.question.text)
            words = f"{words} {option.label}" if words.endswith("?") else words
            words = f"{words} {said.reason}".strip()
            reason = words if option.then is Then.ROLL_BACK else ""
        elif isinstance(said, StepFailed):
            reason = said.problem.what
        elif isinstance(said, StepStarted):
            reason = ""
    return None


def _before_the_question(text: str) -> str:
    """Return what a question says before it asks; all of it where it only asks."""
    said, dot, asked = text.rpartition(". ")
    return f"{said}." if dot and asked.endswith("?") else text


def _post_mortem(progress: Progress) -> JsonObject:
    """Return by which day the meeting is due, and its issue where there is one."""
    issue = progress.facts.get(POST_MORTEM_ISSUE)
    if issue is not None:
        return dict(issue.to_json())
    return {"due": working_day(_last(progress), _USUAL_DAYS).isoformat()}


def _moments(events: Sequence[Event], progress: Progress, zone: tzinfo | None) -> JsonObject:
    """Return when it was begun and over; ``elapsed_seconds`` is until then, or the last event."""
    over = progress.finished_at if progress.state.is_over else None
    started, until = progress.started_at, over or _last(progress)
    return {
        **_moment("started_at", started, zone),
        **_moment("verified_at", _verified_at(events), zone),
        **_moment("ended_at", over, zone),
        **_moment("last_at", progress.last_at, zone),
        "elapsed_seconds": tenths(max(0.0, (until - started).total_seconds())) if started else 0.0,
    }


def _last(progress: Progress) -> datetime:
    if progress.last_at is None:
        raise ValueError("a run has at least one event")
    return progress.last_at


def _verified_at(events: Sequence[Event]) -> datetime | None:
    return next((at for at, facts in _reported(events) if VERIFIED_BY in facts), None)


def _moment(key: str, at: datetime | None, zone: tzinfo | None) -> dict[str, Any]:
    local = at.astimezone(zone).isoformat() if at else None
    return {key: utc_text(at) if at else None, f"{key}_local": local}


def _entry(entry: Entry, zone: tzinfo | None) -> JsonObject:
    took = entry.took_seconds
    return {
        "seq": entry.seq,
        **_moment("at", entry.at, zone),
        "since_start_seconds": tenths(entry.since_start_seconds),
        "took_seconds": None if took is None else tenths(took),
        "type": entry.type,
        "phase": entry.phase or None,
        "step": entry.step or None,
        "who": entry.who,
        "by": entry.by,
        "mark": entry.mark,
        "what": entry.what,
        "is_heading": entry.is_heading,
        "is_detail": entry.is_detail,
    }


def _decisions(
    events: Sequence[Event], told: Sequence[Entry], zone: tzinfo | None
) -> Iterator[JsonObject]:
    by_seq = {each.seq: each for each in told}
    for event in events:
        said, entry = event.said, by_seq.get(event.seq)
        if isinstance(said, DecisionMade) and entry is not None:
            yield {
                **_moment("at", entry.at, zone),
                "phase": event.phase or None,
                "step": event.step,
                "question": said.question.text,
                # Nobody was shown what was answered with a choice of before.
                "shown": [] if said.reason == AS_CHOSEN else list(said.question.shown),
                "choice": said.choice,
                "answer": said.question.option(said.choice).as_taken(said.minutes),
                "reason": said.reason,
                "minutes": said.minutes,
                "who": entry.who,
                "by": entry.by,
                "stood_seconds": entry.took_seconds,
            }


def _unanswered(events: Sequence[Event], zone: tzinfo | None) -> Iterator[JsonObject]:
    """Yield the questions that nobody has answered: what was shown tells why the run stopped."""
    asked: dict[tuple[str, str, tuple[str, ...]], Event] = {}
    for event in events:
        said = event.said
        if isinstance(said, DecisionNeeded):
            asked.setdefault((event.step, said.question.key, said.question.shown), event)
        elif isinstance(said, DecisionMade):
            answered = (event.step, said.key)
            asked = {key: each for key, each in asked.items() if key[:2] != answered}
    for (step, _, shown), event in asked.items():
        if isinstance(event.said, DecisionNeeded):
            yield {
                **_moment("at", event.at, zone),
                "phase": event.phase or None,
                "step": step,
                "question": event.said.question.text,
                "shown": list(shown),
            }


def _overrides(progress: Progress) -> Iterator[JsonObject]:
    """Yield what was gone on with although something spoke against it."""
    facts = progress.facts
    found = [("The category is not one of a hotfix", progress.incident.override_reason)]
    found += [
        ("The local tests did not pass", facts.get(TESTS_OVERRIDDEN, "")),
        ("Merged without a review", facts.get(fact_names.BREAK_GLASS, "")),
    ]
    found += [("Accepted about the change", text) for text in facts.get(_ACCEPTED, ())]
    found += [
        (f"Not proven: {each.name}, {each.because}", f"{each.accepted_by}: {each.reason}")
        for each in facts.get(UNPROVEN, ())
    ]
    for what, why in found:
        if why:
            yield {"what": what, "why": why}


_ACCEPTED = fact_names.GUARD_WARNINGS
# Whose answers stand among the facts, and are told by them.
_TOLD_BY_FACTS = frozenset({"await_approval", "prove_the_commit_runs", "run_local_tests"})


def _accepted_answers(events: Sequence[Event]) -> Iterator[JsonObject]:
    """Yield the answers that went on in spite of something: those that had to have a reason."""
    for event in events:
        said = event.said
        if isinstance(said, DecisionMade) and event.step not in _TOLD_BY_FACTS:
            option = said.question.option(said.choice)
            if option.needs_reason and option.then is Then.GO_ON and not option.needs_minutes:
                why = f"{said.by or event.operator}: {said.reason}"
                yield {"what": _before_the_question(said.question.text), "why": why}


def _links(progress: Progress) -> JsonObject:
    facts = progress.facts
    found = {each.key.removesuffix("_url"): facts.get(each, "") for each in _LINKS}
    found |= {f"into {each.branch}": each.url for each in facts.get(BROUGHT_TO, ())}
    return {name: url for name, url in found.items() if url.startswith(_LINK)}


def _reported(events: Sequence[Event]) -> Iterator[tuple[datetime, Facts]]:
    for event in events:
        if isinstance(event.said, StepDone):
            yield event.at, Facts(event.said.facts)


def _impact(events: Sequence[Event], zone: tzinfo | None) -> Mapping[str, Any]:
    """Return since when production was seen red, and when all of that was green again.

    It was broken before it was first seen; so the seconds are the least that it lasted. What a
    rollback made red again has no end: ``was_green_at`` and ``red_again_at`` say since when.
    """
    red_at = green_at = was_green_at = None
    red_again_at: datetime | None = None
    red: dict[str, str] = {}
    for event in events:
        if not isinstance(event.said, StepDone):
            continue
        facts, at = Facts(event.said.facts), event.at
        if red_at is None:
            red = {it.name: it.saw for it in facts.get(PROBES_BEFORE, ()) if it.is_red}
            red_at = at if red else None
        for probes in (facts.get(PROBES_AFTER), facts.get(PROBES_RESTORED)):
            if probes is not None and red:
                # What a rollback brings back may be red once more.
                green = {it.name for it in probes if it.is_green}
                is_green = red.keys() <= green
                red_again_at = None if is_green or was_green_at is None else at
                green_at = at if is_green else None
                was_green_at = green_at or was_green_at
    lasted = (green_at - red_at).total_seconds() if red_at and green_at else None
    return {
        "probes": red,
        **_moment("red_at", red_at, zone),
        **_moment("green_at", green_at, zone),
        **_moment("was_green_at", was_green_at, zone),
        **_moment("red_again_at", red_again_at, zone),
        "seconds": None if lasted is None else tenths(lasted),
    }
