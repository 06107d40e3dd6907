"""What many runs come to: the figures of ``hotfix history``; docs/history.md defines them.

They follow DORA's metrics (https://dora.dev/guides/dora-metrics/), as far as a record of hotfixes
can tell them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.bring_back import bring_back
from hotfix.domain.event import Event
from hotfix.domain.event_data import RunStarted, StepDone
from hotfix.domain.experience import took, usual
from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import MERGE_SHA, PULL_REQUEST_URL, RESTORED, ROLLED_BACK
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import not_green, was_deployed
from hotfix.domain.frozen import frozen
from hotfix.domain.json_value import JsonObject
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.still_to_do import is_owed, owed_review

VERSION = 1


@frozen
class Counted:
    """What one run adds to the figures, as plain data; durations in seconds."""

    named: Mapping[str, str | None]  #: ``run``, ``description``, ``pull_request``
    owed: str  #: why a review of it is owed; empty where none is
    unmerged: Mapping[str, str | None] | None  #: of its revert, where that is not merged
    proposed: str  #: its pull request into the base, where what came of that is not on record
    is_deployed: bool  #: whether its fix was seen to be in production, be it for a while
    is_failed: bool  #: whether what it had deployed was rolled back
    restored_in: float | None  #: from its start to the proof; None where it was not verified
    is_in_budget: bool | None  #: None where it was not verified, or no total bound it
    recovered_in: float | None  #: from the merge to the restored state; None where it was not
    phases: Mapping[str, float]  #: what each counted phase took; empty where not all were walked
    is_drill: bool = False  #: whether it was a drill, whose world is gone
    state: str = ""  #: how it ended, or stands; empty in an index of an earlier version
    elapsed: float | None = None  #: from its start to its end, or its last event
    scenario: str = ""  #: of a drill, as far as its scorecard is kept
    is_owed: bool = False  #: whether it is over, and left something to people


def counted(
    events: Sequence[Event], progress: Progress, phases: Mapping[str, float]
) -> Counted | None:
    """Return what a run adds; None for what is no hotfix, such as a rollback without a run.

    Args:
        events: of the run.
        progress: after the last of them.
        phases: what its phases took, as the forecast takes it from earlier runs.
    """
    began = events[0].said if events else None
    if not isinstance(began, RunStarted) or began.layout.plan != PlanName.HOTFIX:
        return None
    is_deployed = was_deployed(progress)
    is_failed = is_deployed and ROLLED_BACK in progress.facts
    restored = _seconds(progress.started_at, progress.ended_at)
    # Who has accepted a red one has not restored anything that was seen.
    if progress.state is not RunState.DONE or not_green(progress.facts):
        restored = None
    # Extensions are what "within budget" is not.
    total = began.layout.total_seconds
    merged, back = _first(events, MERGE_SHA), _last(events, RESTORED)
    bad, back_to_base = bad_commit(progress), bring_back(progress)
    return Counted(
        _named(progress),
        owed_review(progress.facts),
        {"commit": bad.sha, "revert_pull_request": bad.revert_url or None} if bad else None,
        back_to_base.url if back_to_base else "",
        is_deployed,
        is_failed,
        restored,
        restored <= total if restored is not None and total is not None else None,
        _seconds(merged, back) if is_failed else None,
        phases,
        state=progress.state.value,
        elapsed=_seconds(progress.started_at, progress.finished_at or progress.last_at),
        is_owed=is_owed(progress),
    )


def history(runs: Iterable[Counted]) -> JsonObject:
    """Return the object of ``hotfix history --json``. Keys are only ever added.

    ``runs`` are those that count, in the order in which they are ``listed``.
    """
    known = list(runs)
    deployed = [each for each in known if each.is_deployed]
    judged = [each for each in known if each.is_in_budget is not None]
    return {
        "v": VERSION,
        "runs": len(known),
        "deployed": len(deployed),
        "time_to_restore": _durations(each.restored_in for each in known),
        "failed_deployment_recovery_time": _durations(each.recovered_in for each in known),
        "within_budget": _share(sum(bool(each.is_in_budget) for each in judged), len(judged)),
        "change_failure_rate": _share(sum(each.is_failed for each in deployed), len(deployed)),
        "phases": [
            {"name": name, "median_seconds": it.median, "p80_seconds": it.p80}
            for name, it in took(each.phases for each in known).items()
        ],
        "owed_reviews": [{**_which(each), "why": each.owed} for each in known if each.owed],
        "unmerged_reverts": [
            {**_which(each), **each.unmerged} for each in known if each.unmerged is not None
        ],
        "unmerged_bring_backs": [
            {**_which(each), "bring_back_pull_request": each.proposed}
            for each in known
            if each.proposed
        ],
        "listed": [
            {
                **_which(each),
                "state": each.state or None,
                "elapsed_seconds": each.elapsed,
                "scenario": each.scenario or None,
                "is_owed": each.is_owed,
            }
            for each in known
        ],
    }


def _which(one: Counted) -> JsonObject:
    return {**one.named, "is_drill": one.is_drill}


def _named(progress: Progress) -> dict[str, str | None]:
    return {
        "run": progress.run,
        "description": progress.incident.description,
        "pull_request": progress.facts.get(PULL_REQUEST_URL),
    }


def _durations(found: Iterable[float | None]) -> JsonObject:
    seconds = [each for each in found if each is not None]
    it = usual(seconds) if seconds else None
    return {
        "count": len(seconds),
        "median_seconds": it.median if it else None,
        "p80_seconds": it.p80 if it else None,
    }


def _share(count: int, of: int) -> JsonObject:
    return {"count": count, "of": of, "share": round(count / of, 4) if of else None}


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    return max(0.0, (until - since).total_seconds()) if since and until else None


def _first(events: Sequence[Event], fact: Fact[object]) -> datetime | None:
    return next((each.at for each in events if _reports(each, fact)), None)


def _last(events: Sequence[Event], fact: Fact[object]) -> datetime | None:
    return next((each.at for each in reversed(events) if _reports(each, fact)), None)


def _reports(event: Event, fact: Fact[object]) -> bool:
    return isinstance(event.said, StepDone) and fact in Facts(event.said.facts)
