"""Record what was verified, so that a later rollback without a run knows a healthy state."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class RecordTheVerifiedState:
    """Reports ``verified``: the deployment records that ``hotfix rollback`` may go back to."""

    deployments: tuple[str, ...]
    name: str = "record_the_verified_state"

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Record all deployments as one set."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: nothing to record.")
        records = ports.cluster.record(self.deployments)
        revisions = ", ".join(f"{record.name} at revision {record.revision}" for record in records)
        found = {"verified": [record.to_json() for record in records]}
        return Done(f"Known healthy: {revisions}.", found)
