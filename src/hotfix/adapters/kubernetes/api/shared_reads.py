"""Reads that more than one part needs, with words for what is not there."""

from collections.abc import Sequence
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import (
    DAEMON_SETS,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Connection,
)
from hotfix.adapters.kubernetes.api.object_owners import Json, name_of
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

_MISSING_OR_HIDDEN = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN})


def list_deployments(connection: Connection, names: Sequence[str]) -> list[Json]:
    """Return the deployments in the order of ``names``, by one request.

    Raises:
        ProblemError: one of them, or the namespace, does not exist; no rights.
    """
    doing = f"list deployments in {connection.namespace}"
    listed = connection.items(DEPLOYMENTS, doing, ahead=True)
    found = {name_of(each): each for each in listed}
    missing = [name for name in names if name not in found]
    if missing:
        # The server lists a namespace that does not exist as an empty one.
        raise ProblemError(
            no_deployment(connection, missing[0])
            if namespace_status(connection) != HTTPStatus.NOT_FOUND
            else no_namespace(connection)
        )
    return [found[name] for name in names]


def list_replica_sets(connection: Connection) -> list[Json]:
    """Return all ReplicaSets of the namespace."""
    doing = f"list replicasets in {connection.namespace}"
    return connection.items(REPLICA_SETS, doing, ahead=True)


def list_pods(connection: Connection, selector: str = "") -> list[Json]:
    """Return the pods of the namespace that the label selector matches."""
    query = {"labelSelector": selector} if selector else {}
    return connection.items(PODS, f"list pods in {connection.namespace}", query)


def get_deployment(connection: Connection, name: str) -> Json:
    """Return one deployment; raises ProblemError where there is none."""
    answer = connection.ask(
        "GET",
        DEPLOYMENTS + "/{name}",
        f"get deployment {name} in {connection.namespace}",
        name=name,
        also={HTTPStatus.NOT_FOUND},
    )
    if answer.status == HTTPStatus.NOT_FOUND:
        raise ProblemError(no_deployment(connection, name))
    return answer.body


def namespace_status(connection: Connection) -> int:
    """Return the HTTP status of asking for the namespace: 200, 404, or 403 where it is hidden."""
    return connection.ask(
        "GET",
        "/api/v1/namespaces/{namespace}",
        f"get namespace {connection.namespace}",
        also=_MISSING_OR_HIDDEN,
    ).status


def _exists(connection: Connection, path: str, kind: str, name: str) -> bool:
    """Tell whether there is such an object; one that may not be looked at counts as none."""
    doing = f"get {kind} {name} in {connection.namespace}"
    found = connection.ask("GET", path + "/{name}", doing, name=name, also=_MISSING_OR_HIDDEN)
    return found.status == HTTPStatus.OK


def no_namespace(connection: Connection) -> Problem:
    """Word that the namespace is not there."""
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"There is no namespace {connection.namespace} in the cluster.",
        why="hotfix.toml names it, or the kubeconfig's context is another cluster's.",
        next_command="kubectl get namespaces",
    )


def no_deployment(connection: Connection, name: str) -> Problem:
    """Word that a deployment is not there, and what else of its name is."""
    for path, kind in ((STATEFUL_SETS, "StatefulSet"), (DAEMON_SETS, "DaemonSet")):
        if _exists(connection, path, kind, name):
            return Problem(
                ProblemCode.CONFIGURATION,
                what=f"{name} is a {kind} in namespace {connection.namespace}, and no Deployment.",
                why="Only Deployments are recorded, watched and rolled back.",
                next_command=f"Take {name} out of [kubernetes] deployments; to undo it by hand: "
                f"kubectl -n {connection.namespace} rollout undo {kind.lower()}/{name}",
            )
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"There is no deployment {name} in namespace {connection.namespace}.",
        why="hotfix.toml names it, and the cluster does not know it.",
        next_command=f"kubectl -n {connection.namespace} get deployments",
    )
