"""Restore what was recorded, all deployments as one set (procedure: "Rollback Procedure")."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import DeploymentRecord


@dataclass(frozen=True)
class RestoreTheRecordedSet:
    """Reports ``rolled_back``. What runs already is left alone, so doing it twice does nothing.

    Attributes:
        targets: what to go back to; empty for what the run recorded.
    """

    incident: Incident
    targets: tuple[DeploymentRecord, ...] = ()
    name: str = "restore_the_recorded_set"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Patch every deployment back to its recorded template."""
        if ports.cluster is None:
            return Done("No cluster configured.")
        targets = self.targets or tuple(
            DeploymentRecord.from_json(record) for record in facts.objects("healthy")
        )
        why = f"hotfix rollback by {facts.operator}: {self.incident.description} ({facts.run})"
        patched = [target.name for target in targets if ports.cluster.restore(target, why)]
        left = [target.name for target in targets if target.name not in patched]
        saying = f"Restored {', '.join(patched)}." if patched else "Everything ran already."
        return Done(saying, {"rolled_back": patched or left})
