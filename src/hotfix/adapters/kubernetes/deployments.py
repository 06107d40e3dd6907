"""The ``Cluster`` port on the Kubernetes API."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hotfix.adapters.kubernetes import lease_lock, pod_logs, rollback
from hotfix.adapters.kubernetes.connection import Connection
from hotfix.adapters.kubernetes.needs import check_needs
from hotfix.adapters.kubernetes.objects import owned_by, revision_of
from hotfix.adapters.kubernetes.reading import (
    get_deployment,
    list_deployments,
    list_pods,
    list_replica_sets,
)
from hotfix.adapters.kubernetes.records import record_at, record_of, view_of
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.rollout import DeploymentView
from hotfix.ports.cluster import DeploymentRecord, LockHolder
from hotfix.ports.readiness import Need


class KubernetesDeployments:
    """The configured namespace. The kubeconfig is read when the first request is made.

    Args:
        namespace: of the deployments.
        context: the kubeconfig's; None for its current one.
        kubeconfig: the file; None for ``KUBECONFIG`` or the usual place.
        version_label: the pod label or annotation that names the commit; else the image tag does.
    """

    def __init__(
        self,
        *,
        namespace: str,
        context: str | None = None,
        kubeconfig: Path | None = None,
        version_label: str = "app.kubernetes.io/version",
    ) -> None:
        self._connection = Connection(namespace, context, kubeconfig)
        self._version_label = version_label

    def needs(self, deployments: Sequence[str]) -> tuple[Need, ...]:
        """Return what a hotfix will need of the cluster, and how it stands; never raises."""
        return check_needs(self._connection, deployments)

    def record(self, names: Sequence[str]) -> tuple[DeploymentRecord, ...]:
        """Return the deployments as they are now, in the order asked for, by two requests."""
        deployments = list_deployments(self._connection, names)
        replica_sets = list_replica_sets(self._connection)
        return tuple(record_of(deployment, replica_sets) for deployment in deployments)

    def look(self, names: Sequence[str]) -> tuple[DeploymentView, ...]:
        """Return how the rollout of each deployment stands, by three requests."""
        deployments = list_deployments(self._connection, names)
        replica_sets = list_replica_sets(self._connection)
        pods = list_pods(self._connection)
        return tuple(
            view_of(deployment, replica_sets, pods, self._version_label)
            for deployment in deployments
        )

    def restore(self, record: DeploymentRecord, why: str) -> bool:
        """Patch the deployment back to the recorded template; False where it runs already."""
        return rollback.restore(self._connection, record, why)

    def revision(self, name: str, revision: int) -> DeploymentRecord:
        """Return the deployment as it was at ``revision``; raises ProblemError if that is gone."""
        deployment = get_deployment(self._connection, name)
        kept = owned_by(deployment, list_replica_sets(self._connection))
        for replica_set in kept:
            if revision_of(replica_set) == revision:
                return record_at(deployment, replica_set)
        numbers = ", ".join(str(each) for each in sorted(map(revision_of, kept)) if each) or "none"
        namespace = self._connection.namespace
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"Deployment {name} has no revision {revision}.",
                why=f"The cluster keeps the revisions: {numbers}.",
                next_command=f"kubectl -n {namespace} rollout history deployment/{name}",
            )
        )

    def logs(self, selector: str, since_seconds: int, *, follow: bool) -> Iterator[tuple[str, str]]:
        """Yield ``(pod, line)`` of the pods that ``selector`` matches."""
        return pod_logs.read_logs(self._connection, selector, since_seconds, follow=follow)

    def claim_lock(self, run: str, operator: str) -> LockHolder:
        """Take the hotfix lock for ``run`` unless somebody holds it; returns who holds it now."""
        return lease_lock.claim(self._connection, run, operator)

    def release_lock(self, run: str) -> None:
        """Give the lock back if ``run`` holds it; does nothing otherwise."""
        lease_lock.release(self._connection, run)
