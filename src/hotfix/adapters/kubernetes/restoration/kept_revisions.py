"""The revisions that the cluster keeps of deployments, read by lists for all of them."""

from collections.abc import Sequence
from dataclasses import replace

from hotfix.adapters.kubernetes.api.connection import Connection
from hotfix.adapters.kubernetes.api.object_owners import ByOwner, Json, name_of, revision_of
from hotfix.adapters.kubernetes.api.shared_reads import list_deployments, list_replica_sets
from hotfix.adapters.kubernetes.rollouts.port_records import record_at, revision_record
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.restoration import Revision


def kept_revisions(connection: Connection, names: Sequence[str]) -> tuple[Revision, ...]:
    """Return the revisions, by deployment, the newest first."""
    deployments, replica_sets = _lists(connection, names)
    now = connection.server_now()
    found = (
        revision_record(deployment, each)
        for deployment in deployments
        for each in sorted(replica_sets.of(deployment), key=revision_of, reverse=True)
    )
    return tuple(
        replace(each, age_seconds=max(0.0, (now - each.created_at).total_seconds()))
        for each in found
    )


def at_revision(
    connection: Connection, names: Sequence[str], revision: int
) -> tuple[DeploymentRecord, ...]:
    """Return the deployments as they were at ``revision``; raises ProblemError if one is gone."""
    deployments, replica_sets = _lists(connection, names)
    return tuple(
        _record_of(connection, each, replica_sets.of(each), revision) for each in deployments
    )


def _lists(connection: Connection, names: Sequence[str]) -> tuple[list[Json], ByOwner]:
    deployments = list_deployments(connection, names)
    return deployments, list_replica_sets(connection, deployments)


def _record_of(
    connection: Connection, deployment: Json, kept: Sequence[Json], revision: int
) -> DeploymentRecord:
    for replica_set in kept:
        if revision_of(replica_set) == revision:
            return record_at(deployment, replica_set)
    numbers = ", ".join(str(each) for each in sorted(map(revision_of, kept)) if each) or "none"
    name = name_of(deployment)
    raise ProblemError(
        Problem(
            ProblemCode.FAILED,
            what=f"Deployment {name} has no revision {revision}.",
            why=f"The cluster keeps the revisions: {numbers}.",
            next_command=f"kubectl -n {connection.namespace} rollout history deployment/{name}",
        )
    )
