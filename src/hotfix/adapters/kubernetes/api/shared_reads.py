"""Reads that more than one part needs, with words for what is not there."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import (
    ANY_JSON,
    ANY_STATUS,
    DAEMON_SETS,
    DEPLOYMENTS,
    MOST_AT_ONCE,
    PODS,
    REPLICA_SETS,
    ROLLBACK_READS,
    STATEFUL_SETS,
    Connection,
)
from hotfix.adapters.kubernetes.api.narrow import Query, by_name, of_deployments
from hotfix.adapters.kubernetes.api.object_owners import ByOwner, Json, name_of
from hotfix.domain.frozen import frozen
from hotfix.domain.nearest import did_you_mean
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

# Under these the deployments, and their ReplicaSets, are kept that were read ahead.
_DEPLOYMENTS_AHEAD, _REPLICA_SETS_AHEAD = "deployments", "replicasets"
_MISSING_OR_HIDDEN = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN})


@frozen
class _Ahead:
    """What was read ahead of one kind."""

    names: frozenset[str]  #: of the deployments that it is about
    things: tuple[Json, ...]  #: what is there of it


def read_rollback_ahead(connection: Connection, names: Sequence[str]) -> None:
    """Read in the background what a rollback of these deployments begins with.

    Without names it is what has nothing to do with them.
    """
    about = frozenset(names)

    def deployments() -> _Ahead:
        return _Ahead(about, tuple(named(connection, DEPLOYMENTS, _doing(connection), names)))

    def replica_sets() -> _Ahead:
        known = connection.read_already(_DEPLOYMENTS_AHEAD) or deployments()
        return _Ahead(about, tuple(_replica_sets_of(connection, known.things)))

    def shake_hands() -> None:
        connection.ask("GET", "/version", "open a connection", also=ANY_STATUS)

    # A connection takes two round trips more than a request: those of the patches are open by then.
    more = range(min(len(names), MOST_AT_ONCE) - len(ROLLBACK_READS) - 1)
    reads = {
        _DEPLOYMENTS_AHEAD: deployments,
        _REPLICA_SETS_AHEAD: replica_sets,
        **{f"connection {number}": shake_hands for number in more},
    }
    connection.read_ahead(ROLLBACK_READS, reads if names else None)


def named(
    connection: Connection, path: str, doing: str, names: Sequence[str], accept: str = ANY_JSON
) -> list[Json]:
    """Return the objects of these names, and perhaps others, as far as they are there."""
    return _all_of(connection, path, doing, by_name(names), accept)


def list_deployments(connection: Connection, names: Sequence[str]) -> list[Json]:
    """Return the deployments in the order of ``names``: by one request each, or one for many.

    Raises:
        ProblemError: one of them, or the namespace, does not exist; no rights.
    """
    early = connection.read_already(_DEPLOYMENTS_AHEAD)
    is_known = early is not None and early.names >= set(names)
    listed = early.things if is_known else named(connection, DEPLOYMENTS, _doing(connection), names)
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


def list_replica_sets(connection: Connection, deployments: Sequence[Json]) -> ByOwner:
    """Return the ReplicaSets of these deployments, and perhaps others."""
    early = connection.read_already(_REPLICA_SETS_AHEAD)
    if early is not None and early.names >= {name_of(each) for each in deployments}:
        return ByOwner(early.things)
    return ByOwner(_replica_sets_of(connection, deployments))


def _replica_sets_of(connection: Connection, deployments: Sequence[Json]) -> list[Json]:
    doing = f"list replicasets in {connection.namespace}"
    return _all_of(connection, REPLICA_SETS, doing, of_deployments(deployments))


def list_pods_of(connection: Connection, deployments: Sequence[Json]) -> ByOwner:
    """Return the pods of these deployments, and perhaps others."""
    doing = f"list pods in {connection.namespace}"
    return ByOwner(_all_of(connection, PODS, doing, of_deployments(deployments)))


def list_pods(connection: Connection, selector: str = "") -> list[Json]:
    """Return the pods of the namespace that the label selector matches."""
    query = {"labelSelector": selector} if selector else {}
    return connection.items(PODS, f"list pods in {connection.namespace}", query)


def _all_of(
    connection: Connection, path: str, doing: str, queries: Sequence[Query], accept: str = ANY_JSON
) -> list[Json]:
    """Return what all of the queries list, side by side, each object once."""
    if len(queries) == 1:
        return connection.items(path, doing, queries[0], accept)
    with ThreadPoolExecutor(max(1, len(queries))) as pool:
        lists = pool.map(lambda query: connection.items(path, doing, query, accept), queries)
        found = {str(each["metadata"].get("uid")): each for listed in lists for each in listed}
    return list(found.values())


def _doing(connection: Connection) -> str:
    return f"list deployments in {connection.namespace}"


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


def _names_there(connection: Connection) -> list[str]:
    """Return the names of the deployments that may be seen."""
    doing = _doing(connection)
    found = connection.ask("GET", DEPLOYMENTS, doing, also=_MISSING_OR_HIDDEN)
    return sorted(map(name_of, found.body["items"])) if found.status == HTTPStatus.OK else []


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
        next_command="kubectl get namespaces; then correct [kubernetes] namespace or context",
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
    there = _names_there(connection)
    known = f" It has: {', '.join(there)}.{did_you_mean(name, there)}" if there else ""
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"There is no deployment {name} in namespace {connection.namespace}.",
        why=f"hotfix.toml or the command names it, and the cluster does not know it.{known}",
        next_command=f"kubectl -n {connection.namespace} get deployments",
    )
