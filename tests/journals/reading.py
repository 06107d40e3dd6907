"""What a recorded journal says in the product's own words; alone knows where these are made.

Everything is made from the journal, a fixed configuration, and a clock that stands still.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from tests.memory_clock import MemoryClock
from tests.snapshots import snapshot

from hotfix.adapters.journal.lines import check_lines
from hotfix.config.load import load
from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.deployment_log import entries
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType
from hotfix.domain.fact_names import PULL_REQUEST_NUMBER
from hotfix.domain.fold import after, fold
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import Progress
from hotfix.domain.pull_request_text import of_the_fix
from hotfix.domain.status import status
from hotfix.domain.step import Plan
from hotfix.ports.bundle import Ports
from hotfix.runs.itinerary import Manner
from hotfix.runs.resume import itinerary_of
from hotfix.runs.session import Session
from hotfix.view.announcement import TeamAnnouncement
from hotfix.view.checklist_markdown import checklist_markdown
from hotfix.view.deployment_log_text import as_json
from hotfix.view.sentences import sentence
from hotfix.view.summary import summary_lines

HERE = Path(__file__).parent
NAMES = sorted(folder.parent.name for folder in HERE.glob("recorded/*/journal.jsonl"))
EVENT_TYPES = frozenset(kind.value for kind in EventType)
# Steps that plans have got since: a run that was open then walks them, too.
_ADDED = {"call_off_the_deploy", "name_what_is_not_recorded", "see_nothing_under_way"}
_AFTER_THE_END = timedelta(seconds=61)


@dataclass(frozen=True)
class Recorded:
    """One journal, read.

    Attributes:
        lines: as they are on disk, without their newlines.
        events: one a line.
        progress: after the last event.
        now: the moment at which it is looked at: UTC, aware.
    """

    lines: tuple[str, ...]
    events: tuple[Event, ...]
    progress: Progress
    now: datetime


@cache
def recorded(name: str) -> Recorded:
    """Return the journal of that name; raises ProblemError where it is no sound journal."""
    raw = (HERE / "recorded" / name / "journal.jsonl").read_bytes()
    lines = tuple(raw.decode().removesuffix("\n").split("\n"))
    events = check_lines(str(json.loads(lines[0])["run"]), raw)
    return Recorded(lines, events, fold(events), events[-1].at + _AFTER_THE_END)


@cache
def expected(name: str) -> JsonObject:
    """Return what was read from the journal when it was recorded, by part."""
    found: JsonObject = json.loads((HERE / "recorded" / name / "expected.json").read_bytes())
    return found


def as_line(event: Event, previous: str) -> str:
    """Return the event as a line of a journal, after the line with the hash ``previous``."""
    return json.dumps({**event.to_json(), "previous": previous}, ensure_ascii=False)


def _status(it: Recorded) -> str:
    """Return what ``hotfix status --json`` prints."""
    return json.dumps(snapshot(dict(status(it.progress)), it.now), ensure_ascii=False)


def _checklist(it: Recorded) -> list[str]:
    return checklist_markdown(it.progress).splitlines()


def _deployment_log(it: Recorded) -> list[str]:
    return as_json(entries(it.events)).splitlines()


def _summary(it: Recorded) -> list[str]:
    return summary_lines(it.progress)


def _announcement(it: Recorded) -> JsonObject:
    made = TeamAnnouncement("@devops-lead", "@pm")(it.progress)
    replies = {key: message.text.splitlines() for key, message in made.replies.items()}
    return {"parent": made.parent.text.splitlines(), "replies": replies}


def _sentences(it: Recorded) -> list[str]:
    """Return, for each event, the state of the run after it and the sentence about it."""
    progress, found = Progress(), []
    for event in it.events:
        progress = after(progress, event)
        said = sentence(event, progress)
        where = f"{event.seq} {event.type}, {progress.state.value}"
        if said is None:
            found.append(where)
        else:
            style = f"{said.style}, heading" if said.is_heading else said.style
            found.append(f"{where} ({style}): {said.mark} {said.text}")
    return found


def _pull_request(it: Recorded) -> list[str]:
    """Return the body of the pull request; nothing before there is one."""
    facts = it.progress.facts
    is_there = PULL_REQUEST_NUMBER in facts
    return of_the_fix(it.progress.incident).body(facts).splitlines() if is_there else []


def _held(it: Recorded) -> str:
    """Return the warning about what was rolled back; empty where there is none."""
    bad = bad_commit(it.progress)
    return bad.warning if bad else ""


def _plans(it: Recorded) -> JsonObject:
    """Return the plans that the run can go on with, made again, and the step that is next."""
    folder = HERE / "nowhere"
    config = load(HERE / "hotfix.toml", {})
    session = Session(config, folder, folder, "dana", {}, MemoryClock(it.now))
    itinerary = itinerary_of(session, it.progress)
    present = it.progress.next_plan or it.progress.plan
    manner = Manner()
    plans = {name: itinerary.plan(name, manner) for name in (present, "rollback", "abort")}
    return {
        "incident": dict(itinerary.incident.to_json()),
        "branch": itinerary.branch,
        "beside": itinerary.beside,
        "via": itinerary.via.value,
        "only": list(itinerary.only),
        "targets": [f"{each.name} {each.template_hash}" for each in itinerary.targets],
        "present": present,
        "next_step": _next_step(plans[present], it.progress),
        "plans": {name: _in_lines(plan) for name, plan in plans.items()},
    }


def _next_step(plan: Plan[Ports], progress: Progress) -> str:
    """Return the first step that is not done; empty where all are."""
    names = [step.name for phase in plan.phases for step in phase.steps]
    to_do = (name for name in names if (plan.name, name) not in progress.done)
    return next((name for name in to_do if name not in _ADDED), "")


def _in_lines(plan: Plan[Ports]) -> Sequence[str]:
    return [
        f"ends as {plan.ends_as.value}",
        f"total {plan.total_seconds}, counts until {plan.counts_until or '-'}",
        f"no return from {plan.point_of_no_return or '-'}",
        f"needed after: {', '.join(plan.needed_after) or '-'}",
        *(
            f"{phase.name} (target {phase.target_seconds}, patience {phase.patience_seconds}): "
            + ", ".join(step.name for step in phase.steps if step.name not in _ADDED)
            for phase in plan.phases
        ),
    ]


PARTS: dict[str, Callable[[Recorded], object]] = {
    "status": _status,
    "checklist": _checklist,
    "deployment_log": _deployment_log,
    "summary": _summary,
    "announcement": _announcement,
    "sentences": _sentences,
    "pull_request": _pull_request,
    "held": _held,
    "plans": _plans,
}
