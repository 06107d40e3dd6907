"""What a hotfix will need of the cluster, checked before it needs it."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import DEPLOYMENTS, Connection
from hotfix.adapters.kubernetes.api.object_owners import ByOwner, Json, name_of
from hotfix.adapters.kubernetes.api.shared_reads import (
    list_replica_sets,
    named,
    namespace_status,
    no_deployment,
    no_namespace,
)
from hotfix.adapters.kubernetes.restoration.downtime import without_pods_meanwhile
from hotfix.adapters.kubernetes.restoration.ownership import ownership
from hotfix.adapters.kubernetes.rights import check_rights
from hotfix.adapters.kubernetes.rollouts.port_records import record_of
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.figures import counted
from hotfix.domain.foreign_answer import understood
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.rollout.running_pod import images_in_words
from hotfix.ports.readiness import Finding, Need, not_asked

_AREA = "kubernetes"


def check_needs(connection: Connection, deployments: Sequence[str]) -> tuple[Need, ...]:
    """Return every need; one that cannot be checked is a failed one."""
    server = _checked("server", lambda: [_server(connection)])
    if server[0].finding is Finding.FAILED:
        return tuple(server)
    namespace = _checked("namespace", lambda: [_namespace(connection)])
    if namespace[0].finding is Finding.FAILED:
        return (*server, *namespace)
    return (
        *server,
        *namespace,
        *_checked("rights", lambda: check_rights(connection, deployments)),
        *_checked("deployments", lambda: _deployments(connection, deployments)),
    )


def _checked(name: str, check: Callable[[], Sequence[Need]]) -> list[Need]:
    try:
        with understood(f"the cluster's answer about {name}"):
            return list(check())
    except ProblemError as error:
        return [_failed(name, error.problem)]
    except TemporaryTroubleError as trouble:
        return [not_asked(_AREA, name, Finding.FAILED, trouble)]


def _server(connection: Connection) -> Need:
    version = connection.ask("GET", "/version", "ask for the server's version").body
    return Need(_AREA, "server", Finding.OK, f"reachable, {version.get('gitVersion', 'version ?')}")


def _namespace(connection: Connection) -> Need:
    status = namespace_status(connection)
    if status == HTTPStatus.NOT_FOUND:
        return _failed("namespace", no_namespace(connection))
    saw = f"{connection.namespace} exists"
    if status == HTTPStatus.FORBIDDEN:
        saw = f"{connection.namespace}: you may not look at namespaces; its deployments will tell"
    return Need(_AREA, "namespace", Finding.OK, saw)


def _deployments(connection: Connection, names: Sequence[str]) -> list[Need]:
    doing = f"list deployments in {connection.namespace}"
    listed = named(connection, DEPLOYMENTS, doing, names)
    replica_sets = list_replica_sets(
        connection, [each for each in listed if name_of(each) in names]
    )
    found = {name_of(each): each for each in listed}
    needs: list[Need] = []
    for name in names:
        if name not in found:
            needs.append(_failed(f"deployment {name}", no_deployment(connection, name)))
            continue
        needs += _of_deployment(connection, found[name], replica_sets)
    return needs


def _of_deployment(connection: Connection, deployment: Json, replica_sets: ByOwner) -> list[Need]:
    record = record_of(deployment, replica_sets)
    return [
        _health(connection, record, without_pods_meanwhile(deployment)),
        _rollback_target(connection, record),
        *ownership(deployment, connection.namespace),
    ]


def _health(connection: Connection, record: DeploymentRecord, downtime: str) -> Need:
    name, kubectl = f"deployment {record.name}", f"kubectl -n {connection.namespace}"
    if record.is_paused:
        saw = "its rollouts are paused: neither the fix nor a rollback would be rolled out"
        mend = f"{kubectl} rollout resume deployment/{record.name}"
        return Need(_AREA, name, Finding.WARNING, saw, mend)
    if not record.replicas:
        saw = "scaled to 0: nothing of it runs"
        mend = f"{kubectl} scale deployment/{record.name} --replicas=N"
        return Need(_AREA, name, Finding.WARNING, saw, mend)
    if not record.is_healthy:
        saw = "not all of its replicas are updated and available"
        mend = f"{kubectl} rollout status deployment/{record.name}"
        return Need(_AREA, name, Finding.WARNING, saw, mend)
    saw = f"healthy, {counted(record.replicas, 'replica')}"
    if downtime:
        saw += f"; {downtime}: it is down during each rollout and rollback"
    return Need(_AREA, name, Finding.OK, saw)


def _rollback_target(connection: Connection, record: DeploymentRecord) -> Need:
    name = f"rollback target of {record.name}"
    if not record.template_hash:
        saw = "no ReplicaSet carries its revision: what ran last cannot be told apart"
        mend = f"kubectl -n {connection.namespace} rollout history deployment/{record.name}"
        return Need(_AREA, name, Finding.WARNING, saw, mend)
    saw = f"revision {record.revision}, {images_in_words(record.images)}"
    return Need(_AREA, name, Finding.OK, saw)


def _failed(name: str, problem: Problem) -> Need:
    saw = f"{problem.what} {problem.why}"
    code = problem.code if problem.code is ProblemCode.RIGHTS else ProblemCode.CONFIGURATION
    return Need(_AREA, name, Finding.FAILED, saw, problem.next_command, code)
