"""The deployment log: read from the journals of all runs (procedure: "Deployment Log")."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from hotfix.domain.bring_back import bring_back
from hotfix.domain.event import Event
from hotfix.domain.event_data import StepDone
from hotfix.domain.fact_names import ISSUE_URL, LOG_ENTRY, MERGE_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import was_called_off
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject
from hotfix.domain.open_elsewhere import open_elsewhere
from hotfix.domain.open_tickets import open_tickets
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress, RunState

# What the log calls a rollback.
BACK = "rolled-back"
# What it calls a deployment.
DEPLOYED = "deployed"
# What it calls a run that ended as done, or rolled back, without an entry of its own.
UNLOGGED = "not logged"
# How the review of a deployment reads for which the glass was broken.
OWED = "owed: "


@frozen
class LogEntry(JsonRecord):
    """One deployment, its rollback, or a run that has come to neither."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"plan", "open", "record", "host", "rolled_back_at", "nothing_restored"}
    )
    timestamp: datetime  #: UTC, aware
    commit: str  #: the merge commit, full SHA; empty where nothing was merged
    deployer: str  #: the operator, or ``itself`` where nobody decided on it
    reason: str  #: the incident's description
    issue: str  #: its link; empty where none was named
    outcome: str  #: ``deployed`` or ``rolled-back``; else how the run stands, such as ``aborted``
    run: str  #: the id of the run
    elapsed_seconds: float  #: from the start of the run to this entry
    review: str = ""  #: who approved it, or ``owed: ...`` where the glass was broken
    #: ``hotfix``, ``rollback`` or ``abort``, where it came to neither: what is walked, or was last
    plan: str = ""
    #: what the run opened and nobody has seen closed: issues, an alert, an incident on the status
    #: page, and the pull request into the base that nobody has seen merged; at its last entry alone
    open: tuple[str, ...] = ()
    record: str = ""  #: ``cluster`` where it is told by the team's record; empty for this machine's
    host: str = ""  #: the machine that wrote that record, where it is known
    rolled_back_at: datetime | None = None  #: when what was deployed was rolled back, UTC, aware
    #: of a rollback, whether it found all as it was recorded, and no deployment was seen before
    nothing_restored: bool = False

    def to_json(self) -> JsonObject:
        """Return the entry as ``hotfix log --json`` prints it. Keys are only ever added."""
        return {**super().to_json(), "elapsed_seconds": round(self.elapsed_seconds, 1)}


def of_run(
    events: Sequence[Event], shared_by: str | None = None, progress: Progress | None = None
) -> tuple[LogEntry, ...]:
    """Return all that the log tells of one run: its entries, or how it stands, oldest first.

    Args:
        events: of the run, in order.
        shared_by: the machine that wrote them into the cluster, empty where that is not known; None
            where they are this machine's.
        progress: of the run after these ``events``, where it is known.
    """
    progress, logged = progress or fold(events), entries(events)
    rest = unlogged(progress, logged)
    found = _with_their_end(logged if rest is None else (*logged, rest))
    if was_called_off(progress.facts):
        found = tuple(replace(each, nothing_restored=each.outcome == BACK) for each in found)
    still = [f"{each.what} {each.url}" for each in open_tickets(progress.facts)]
    back = bring_back(progress)
    if back is not None:
        still.append(f"{back.what} {back.url}")
    still += [f"{each.what} {each.mend.capitalize()}" for each in open_elsewhere(progress)]
    found = (*found[:-1], *(replace(entry, open=tuple(still)) for entry in found[-1:]))
    if shared_by is None:
        return found
    return tuple(replace(each, record="cluster", host=shared_by) for each in found)


def _with_their_end(found: Sequence[LogEntry]) -> tuple[LogEntry, ...]:
    """Return the entries; what was deployed says when it was rolled back later."""
    back = next((each.timestamp for each in reversed(found) if each.outcome == BACK), None)
    return tuple(
        replace(each, rolled_back_at=back) if back and each.outcome == DEPLOYED else each
        for each in found
    )


def entries(events: Iterable[Event]) -> tuple[LogEntry, ...]:
    """Return the entries of one run: usually one, two where it was rolled back later."""
    found = []
    started_at = None
    for event in events:
        started_at = started_at or event.at
        entry = Facts(event.said.facts).get(LOG_ENTRY) if isinstance(event.said, StepDone) else None
        if entry is not None:
            elapsed = (event.at - started_at).total_seconds()
            found.append(LogEntry(event.at, run=event.run, elapsed_seconds=elapsed, **vars(entry)))
    return tuple(found)


def unlogged(progress: Progress, logged: Iterable[LogEntry]) -> LogEntry | None:
    """Return how a run stands that has deployed, or rolled back, nothing that is logged yet.

    Args:
        progress: of the run.
        logged: its entries.

    Returns:
        None where the plan that it walks, or walked last, has its entry. Such an entry names a
        commit where one was merged; that it was deployed, it does not say.
    """
    outcomes = {each.outcome for each in logged}
    is_back = progress.plan == PlanName.ROLLBACK
    # What was walked after an entry, such as an abort, is no deployment of its own.
    if BACK in outcomes or (outcomes and not is_back) or progress.last_at is None:
        return None
    is_ended = progress.state in {RunState.DONE, RunState.ROLLED_BACK}
    started = progress.started_at or progress.last_at
    at = progress.finished_at or progress.last_at
    facts = progress.facts
    return LogEntry(
        at,
        commit=facts.get(MERGE_SHA, ""),
        deployer=progress.operator,
        reason=progress.incident.description,
        issue=facts.get(ISSUE_URL, ""),
        outcome=UNLOGGED if is_ended else progress.state.value,
        run=progress.run,
        elapsed_seconds=(at - started).total_seconds(),
        plan=progress.plan,
    )
