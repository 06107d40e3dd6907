"""Log the deployment (procedure: "Deployment Log")."""

from dataclasses import dataclass

from hotfix.domain.deployment_log import OWED
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class LogTheDeployment:
    """Reports ``log_entry``; the journal is the log, so its line is the entry.

    Attributes:
        outcome: ``deployed`` or ``rolled-back``.
    """

    incident: Incident
    outcome: str
    name: str = "log_the_deployment"

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Name commit, deployer, reason and issue; the time is the event's."""
        entry = {
            "commit": facts.text_or("merge_sha"),
            "deployer": facts.operator,
            "reason": self.incident.description,
            "issue": facts.text_or("issue_url"),
            "outcome": self.outcome,
            "review": _review(facts),
        }
        commit = entry["commit"][:8] or "no commit"
        return Done(f"Logged: {commit} {self.outcome} by {facts.operator}.", {"log_entry": entry})


def _review(facts: Facts) -> str:
    if "break_glass" in facts:
        return f"{OWED}{facts.text('break_glass')}"
    return facts.text_or("approver")
