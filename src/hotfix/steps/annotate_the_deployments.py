"""Leave the entry of the deployment log on the deployments themselves."""

from typing import ClassVar

from hotfix.domain.deployment_log import BACK
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import LOG_ENTRY
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports


@frozen
class AnnotateTheDeployments:
    """What was deployed, by whom and why, as annotations; ``kubectl rollout history`` shows it.

    What a rollback patches carries its own words already.

    Effect: annotates the deployments; twice is the same as once.
    """

    deployments: tuple[str, ...]
    name: str = "annotate_the_deployments"
    reads: ClassVar[Declared] = maybe(LOG_ENTRY)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Annotate each of them with the entry."""
        entry = facts.get(LOG_ENTRY)
        if ports.cluster is None or entry is None or entry.outcome == BACK:
            return Done("Nothing was logged that could be noted on a deployment.", is_needless=True)
        ports.cluster.annotate(self.deployments, facts.run, entry)
        return Done(f"Noted on {', '.join(self.deployments)} what was deployed, by whom and why.")

    def by_hand(self, facts: Facts) -> str:
        """Annotate them with kubectl."""
        names = " ".join(f"deployment/{name}" for name in self.deployments)
        return f"kubectl annotate {names} --overwrite kubernetes.io/change-cause='{facts.run}'"
