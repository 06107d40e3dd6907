"""Back to a recorded template: one JSON patch that fails where the deployment is not as seen."""

from http import HTTPStatus

from hotfix.adapters.kubernetes.connection import DEPLOYMENTS, REPLICA_SETS, Connection
from hotfix.adapters.kubernetes.objects import (
    TEMPLATE_HASH,
    Json,
    is_paused,
    is_seen,
    plain,
    present_replica_set,
    template_hash_of,
)
from hotfix.adapters.kubernetes.reading import get_deployment
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.cluster import DeploymentRecord

_CHANGE_CAUSE = "kubernetes.io/change-cause"
_TRIES = 3
_STALE = frozenset({HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})


def restore(connection: Connection, record: DeploymentRecord, why: str) -> bool:
    """Patch the deployment back to ``record``; False where that runs already.

    The server also counts a status update as a change, so a stale patch is tried again, but only
    while the template is the one that was to be replaced.

    Raises:
        ProblemError: it is another deployment now, is paused, or was changed meanwhile.
        TemporaryTroubleError: the answer was lost, or the deployment changes too fast.
    """
    seen = get_deployment(connection, record.name)
    to_replace = seen["spec"]["template"]
    for _ in range(_TRIES):
        _refuse_if_not_ours(connection, seen, record)
        if _runs_already(connection, seen, record):
            return False
        if seen["spec"]["template"] != to_replace:
            raise ProblemError(_changed_meanwhile(connection, record.name))
        answer = connection.ask(
            "PATCH",
            DEPLOYMENTS + "/{name}",
            f"patch deployment {record.name} in {connection.namespace}",
            name=record.name,
            body=_patch(seen, record, why),
            content_type="application/json-patch+json",
            also=_STALE,
        )
        if answer.status not in _STALE:
            return True
        before, seen = seen, get_deployment(connection, record.name)
        if _version(seen) == _version(before):
            raise ProblemError(_invalid(connection, record.name, answer.body))
    raise TemporaryTroubleError(f"Deployment {record.name} changed {_TRIES} times while patching.")


def _patch(seen: Json, record: DeploymentRecord, why: str) -> list[Json]:
    has_annotations = bool(seen["metadata"].get("annotations"))
    cause: Json = (
        {"op": "add", "path": f"/metadata/annotations/{_escaped(_CHANGE_CAUSE)}", "value": why}
        if has_annotations
        else {"op": "add", "path": "/metadata/annotations", "value": {_CHANGE_CAUSE: why}}
    )
    return [
        {"op": "test", "path": "/metadata/uid", "value": record.uid},
        {"op": "test", "path": "/metadata/resourceVersion", "value": _version(seen)},
        {"op": "replace", "path": "/spec/template", "value": plain(record.template)},
        cause,
    ]


def _runs_already(connection: Connection, seen: Json, record: DeploymentRecord) -> bool:
    if seen["spec"]["template"] == plain(record.template):
        return True
    if not record.template_hash or not is_seen(seen):
        return False
    found = connection.items(
        REPLICA_SETS,
        f"list replicasets in {connection.namespace}",
        {"labelSelector": f"{TEMPLATE_HASH}={record.template_hash}"},
    )
    return template_hash_of(present_replica_set(seen, found)) == record.template_hash


def _refuse_if_not_ours(connection: Connection, seen: Json, record: DeploymentRecord) -> None:
    if str(seen["metadata"]["uid"]) != record.uid:
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"Deployment {record.name} is not the one that was recorded.",
                why=f"It was deleted and made anew: its UID is {seen['metadata']['uid']} now, "
                f"and was {record.uid}.",
                next_command=f"kubectl -n {connection.namespace} rollout history "
                f"deployment/{record.name}",
            )
        )
    if is_paused(seen):
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"Deployment {record.name} is paused.",
                why="A paused deployment takes a new template but does not roll it out.",
                next_command=f"kubectl -n {connection.namespace} rollout resume "
                f"deployment/{record.name}",
            )
        )


def _changed_meanwhile(connection: Connection, name: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"Somebody else changed deployment {name} during the rollback.",
        why="Its pod template is another one than a moment ago, so nothing was patched.",
        next_command=f"kubectl -n {connection.namespace} rollout history deployment/{name}; "
        "then: hotfix rollback",
    )


def _invalid(connection: Connection, name: str, status: Json) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The cluster refused the recorded template of deployment {name}.",
        why=str(status.get("message") or "It is not valid.")[:300],
        next_command=f"kubectl -n {connection.namespace} rollout undo deployment/{name}",
    )


def _version(thing: Json) -> str:
    return str(thing["metadata"]["resourceVersion"])


def _escaped(key: str) -> str:
    """Return ``key`` as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
