"""The deployment log: read from the journals of all runs (procedure: "Deployment Log")."""

from collections.abc import Iterable
from datetime import datetime

from hotfix.domain.event import Event
from hotfix.domain.event_data import StepDone
from hotfix.domain.fact_names import LOG_ENTRY
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject

# How the review of a deployment reads for which the glass was broken.
OWED = "owed: "


@frozen
class LogEntry(JsonRecord):
    """One deployment, or its rollback."""

    timestamp: datetime  #: UTC, aware
    commit: str  #: the merge commit, full SHA; empty where nothing was merged
    deployer: str  #: the operator, or ``itself`` where nobody decided on it
    reason: str  #: the incident's description
    issue: str  #: its link; empty where none was named
    outcome: str  #: ``deployed`` or ``rolled-back``
    run: str  #: the id of the run
    elapsed_seconds: float  #: from the start of the run to this entry
    review: str = ""  #: who approved it, or ``owed: ...`` where the glass was broken

    def to_json(self) -> JsonObject:
        """Return the entry as ``hotfix log --json`` prints it. Keys are only ever added."""
        return {**super().to_json(), "elapsed_seconds": round(self.elapsed_seconds, 1)}


def entries(events: Iterable[Event]) -> tuple[LogEntry, ...]:
    """Return the entries of one run: usually one, two where it was rolled back later."""
    found = []
    started_at = until = None
    for event in events:
        started_at = started_at or event.at
        until = max(until or event.at, event.at)
        entry = Facts(event.said.facts).get(LOG_ENTRY) if isinstance(event.said, StepDone) else None
        if entry is not None:
            elapsed = (until - started_at).total_seconds()
            found.append(LogEntry(event.at, run=event.run, elapsed_seconds=elapsed, **vars(entry)))
    return tuple(found)
