"""The deployment log: read from the journals of all runs (procedure: "Deployment Log")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hotfix.domain.event import Event, utc_text
from hotfix.domain.event_data import StepDone
from hotfix.domain.json_value import JsonObject

# How the review of a deployment reads for which the glass was broken.
OWED = "owed: "


@dataclass(frozen=True)
class LogEntry:
    """One deployment, or its rollback.

    Attributes:
        timestamp: UTC, aware.
        commit: the merge commit, full SHA; empty where nothing was merged.
        deployer: the operator.
        reason: the incident's description.
        issue: its link; empty where none was named.
        outcome: ``deployed`` or ``rolled-back``.
        run: the id of the run.
        elapsed_seconds: from the start of the run to this entry.
        review: who approved it, or ``owed: ...`` where the glass was broken.
    """

    timestamp: datetime
    commit: str
    deployer: str
    reason: str
    issue: str
    outcome: str
    run: str
    elapsed_seconds: float
    review: str = ""

    def to_json(self) -> JsonObject:
        """Return the entry as ``hotfix log --json`` prints it. Keys are only ever added."""
        return {
            "timestamp": utc_text(self.timestamp),
            "commit": self.commit,
            "deployer": self.deployer,
            "reason": self.reason,
            "issue": self.issue,
            "outcome": self.outcome,
            "run": self.run,
            "elapsed_seconds": round(self.elapsed_seconds, 1),
            "review": self.review,
        }


def entries(events: Iterable[Event]) -> tuple[LogEntry, ...]:
    """Return the entries of one run: usually one, two where it was rolled back later."""
    found = []
    started_at: datetime | None = None
    for event in events:
        started_at = started_at or event.at
        entry = event.said.facts.get("log_entry") if isinstance(event.said, StepDone) else None
        if isinstance(entry, Mapping):
            found.append(
                LogEntry(
                    timestamp=event.at,
                    commit=str(entry["commit"]),
                    deployer=str(entry["deployer"]),
                    reason=str(entry["reason"]),
                    issue=str(entry["issue"]),
                    outcome=str(entry["outcome"]),
                    run=event.run,
                    elapsed_seconds=(event.at - started_at).total_seconds(),
                    review=str(entry.get("review", "")),
                )
            )
    return tuple(found)
