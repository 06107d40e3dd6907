"""The ``Cluster`` port on the Kubernetes API."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.adapters.kubernetes.api.connection import Connection
from hotfix.adapters.kubernetes.api.shared_reads import list_deployments, list_replica_sets
from hotfix.adapters.kubernetes.restoration import kept_revisions, patching
from hotfix.adapters.kubernetes.restoration.named_objects import read_versions, with_versions
from hotfix.adapters.kubernetes.restoration.survey import survey
from hotfix.adapters.kubernetes.rollouts.port_records import record_of
from hotfix.adapters.kubernetes.rollouts.running_pods import Naming
from hotfix.adapters.kubernetes.team import lease_lock
from hotfix.adapters.kubernetes.team.fresh_claim import FreshClaim, both_clocks
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.foreign_answer import understood
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.restoration import Reason, Restored, Revision
from hotfix.domain.rollout.seen import DeploymentView
from hotfix.ports.cluster import Survey
from hotfix.ports.lock import LockHolder
from hotfix.ports.readiness import Need

_KUBE_SYSTEM = "/api/v1/namespaces/kube-system"
_ANSWER = "The cluster's answer"

if TYPE_CHECKING:
    from hotfix.adapters.kubernetes.rollouts.rollout_look import Looking
    from hotfix.adapters.kubernetes.team.config_map_records import ConfigMapRecords
    from hotfix.domain.fact_records import LogRecord


class KubernetesDeployments:
    """The configured namespace. The kubeconfig is read when the first request is made.

    Without ``context`` it is the current one, and without ``kubeconfig`` that of ``KUBECONFIG`` or
    the usual place. ``naming`` tells where pods name their commit, ``watches`` whether to watch in
    the background where somebody looks again and again.
    """

    def __init__(
        self,
        *,
        namespace: str,
        context: str | None = None,
        kubeconfig: Path | None = None,
        naming: Naming | None = None,
        watches: bool = False,
        connection: Connection | None = None,
    ) -> None:
        self._connection = connection or Connection(namespace, context, kubeconfig)
        self._naming = naming or Naming()
        self._watches = watches
        self._claimed: FreshClaim | None = None

    # What a rollback needs only once its patches are under way is imported then.

    @cached_property
    def shared_records(self) -> "ConfigMapRecords":
        """The records of runs that the team shares."""
        from hotfix.adapters.kubernetes.team.config_map_records import ConfigMapRecords  # noqa: PLC0415

        return ConfigMapRecords(self._connection)

    @cached_property
    def _looking(self) -> "Looking":
        from hotfix.adapters.kubernetes.rollouts.rollout_look import Looking  # noqa: PLC0415

        return Looking(self._connection, self._naming, watches=self._watches)

    def uid(self) -> str:
        """Return what no other cluster has: the UID of its namespace ``kube-system``, or nothing.

        Few roles may read it, and a cluster that does not answer is told elsewhere.
        """
        try:
            found = self._connection.ask("GET", _KUBE_SYSTEM, "tell clusters apart").body
        except (ProblemError, TemporaryTroubleError):
            return ""
        metadata = found.get("metadata")
        return str(metadata.get("uid") or "") if isinstance(metadata, dict) else ""

    def needs(self, deployments: Sequence[str]) -> tuple[Need, ...]:
        """Return what a hotfix will need of the cluster, and how it stands; never raises."""
        from hotfix.adapters.kubernetes.needs import check_needs  # noqa: PLC0415

        return check_needs(self._connection, deployments)

    @understood(_ANSWER)
    def record(self, names: Sequence[str]) -> tuple[DeploymentRecord, ...]:
        """Return the deployments as they are now, in the order asked for, by their ReplicaSets.

        One more for ConfigMaps, and one for Secrets, where a template names any.
        """
        deployments = list_deployments(self._connection, names)
        replica_sets = list_replica_sets(self._connection, deployments)
        records = [record_of(deployment, replica_sets) for deployment in deployments]
        return with_versions(records, partial(read_versions, self._connection))

    @understood(_ANSWER)
    def look(self, names: Sequence[str]) -> tuple[DeploymentView, ...]:
        """Return how the rollout of each deployment stands; lists where it must."""
        return self._looking.look(names)

    def server_now(self) -> datetime:
        """Return the present moment by the API server's clock, to the second: UTC, aware."""
        return self._connection.server_now()

    def look_again_in(self) -> float:
        """Return the seconds after which another look is worth what it costs."""
        return self._looking.look_again_in()

    def explain(self, name: str, pods: Sequence[str]) -> tuple[str, ...]:
        """Return what events and last log lines say about the pods to blame; never raises."""
        return self._looking.explain(name, pods)

    def stop_watching(self) -> None:
        """End what runs in the background; another look may begin it again."""
        self._looking.stop()

    @understood(_ANSWER)
    def survey(self, targets: Sequence[DeploymentRecord]) -> Survey:
        """Return what a rollback to ``targets`` would meet: by lists alone, side by side."""
        return survey(self._connection, targets)

    def restore_all(
        self, targets: Sequence[DeploymentRecord], seen: Sequence[DeploymentRecord], reason: Reason
    ) -> tuple[Restored, ...]:
        """Patch the deployments back to ``targets``, up to 16 at a time, with a report on each."""
        try:
            return patching.restore_all(self._connection, targets, seen, reason)
        finally:
            self._begin_to_look_anew()

    @understood(_ANSWER)
    def annotate(self, names: Sequence[str], run: str, entry: "LogRecord") -> None:
        """Leave ``entry`` of the deployment log on the deployments; once more is the same."""
        from hotfix.adapters.kubernetes.noted import annotate  # noqa: PLC0415

        annotate(self._connection, names, run, entry)

    def _begin_to_look_anew(self) -> None:
        """What was seen before a patch must not be judged as what came of it."""
        if "_looking" in self.__dict__:
            self._looking.begin_anew()

    @understood(_ANSWER)
    def revisions(self, names: Sequence[str]) -> tuple[Revision, ...]:
        """Return the revisions that the cluster keeps, by deployment, the newest first."""
        return kept_revisions.kept_revisions(self._connection, names)

    @understood(_ANSWER)
    def at_revision(self, names: Sequence[str], revision: int) -> tuple[DeploymentRecord, ...]:
        """Return the deployments as they were at ``revision``, by two requests in all."""
        return kept_revisions.at_revision(self._connection, names, revision)

    def logs(self, selector: str, since_seconds: int, *, follow: bool) -> Iterator[tuple[str, str]]:
        """Yield ``(pod, line)`` of the pods that ``selector`` matches."""
        from hotfix.adapters.kubernetes.rollouts import pod_logs  # noqa: PLC0415

        with understood(_ANSWER):
            yield from pod_logs.read_logs(self._connection, selector, since_seconds, follow=follow)

    @understood(_ANSWER)
    def claim_lock(self, run: str, operator: str, token: int | None = None) -> LockHolder:
        """Take the hotfix lock for ``run`` unless somebody holds it; returns who holds it now."""
        sent_at = both_clocks()
        holder = lease_lock.claim(self._connection, run, operator, token)
        self._claimed = FreshClaim(holder, sent_at) if holder.is_ours else None
        return holder

    @understood(_ANSWER)
    def release_lock(self, run: str, token: int | None = None, operator: str | None = None) -> bool:
        """Give the lock back if ``run`` holds it; does nothing otherwise, and returns False."""
        self._claimed = None
        return lease_lock.release(self._connection, run, token, operator)

    @understood(_ANSWER)
    def lock_holder(self, *, fresh_claim_will_do: bool = False) -> LockHolder | None:
        """Return who holds the lock, or None while it is free."""
        claimed = self._claimed if fresh_claim_will_do else None
        if claimed is not None and claimed.is_fresh():
            return claimed.holder
        return lease_lock.standing(self._connection)

    @understood(_ANSWER)
    def take_lock_over(self, expected: LockHolder, run: str, operator: str) -> LockHolder:
        """Put ``run`` in the place of ``expected``, and of nobody else."""
        self._claimed = None
        return lease_lock.take_over(self._connection, expected, run, operator)

    @understood(_ANSWER)
    def renew_lock(self, run: str, token: int, phase: str, step: str) -> LockHolder | None:
        """Give a sign of life; returns the holder that was found."""
        try:
            return lease_lock.renew(self._connection, run, token, phase, step)
        finally:
            self._claimed = None

    @understood(_ANSWER)
    def break_lock(self, lock_id: str) -> bool:
        """Free the lock from the holder of that id; False where it is free already."""
        self._claimed = None
        return lease_lock.break_by_id(self._connection, lock_id)
