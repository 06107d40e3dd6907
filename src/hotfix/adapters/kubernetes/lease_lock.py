"""The hotfix lock: a ``Lease`` that one run holds at a time."""

from datetime import UTC, datetime
from http import HTTPStatus

from hotfix.adapters.kubernetes.connection import LEASES, Answer, Connection
from hotfix.adapters.kubernetes.objects import Json, annotations
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.cluster import LockHolder

LEASE = "hotfix-lock"
_OPERATOR = "hotfix-cli/operator"
_TRIES = 4


def claim(connection: Connection, run: str, operator: str) -> LockHolder:
    """Take the lease for ``run`` unless another run holds it; returns who holds it now.

    Creating it is the race that one wins. A lease that was given back is taken by an update that
    names the version without a holder, so that nobody steals from whoever was faster.
    """
    for _ in range(_TRIES):
        created = _ask(connection, "POST", {HTTPStatus.CONFLICT}, _taken({}, run, operator))
        if created.status != HTTPStatus.CONFLICT:
            return _holder(created.body)
        found = _ask(connection, "GET", {HTTPStatus.NOT_FOUND})
        if found.status == HTTPStatus.NOT_FOUND:
            continue
        if _run_of(found.body):
            return _holder(found.body)
        body = _taken(found.body, run, operator)
        taken = _ask(connection, "PUT", {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}, body)
        if taken.status == HTTPStatus.OK:
            return _holder(taken.body)
    raise TemporaryTroubleError(f"The lease {LEASE} changes hands too fast to be claimed.")


def release(connection: Connection, run: str) -> None:
    """Clear the holder if it is ``run``; the lease stays and counts its holders."""
    for _ in range(_TRIES):
        found = _ask(connection, "GET", {HTTPStatus.NOT_FOUND})
        if found.status == HTTPStatus.NOT_FOUND or _run_of(found.body) != run:
            return
        body = _given_back(found.body)
        given = _ask(connection, "PUT", {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}, body)
        if given.status != HTTPStatus.CONFLICT:
            return
    raise TemporaryTroubleError(f"The lease {LEASE} changes too fast to be released.")


def _ask(connection: Connection, method: str, also: set[int], body: Json | None = None) -> Answer:
    answer = connection.ask(
        method,
        LEASES if method == "POST" else LEASES + "/{name}",
        f"use the lease {LEASE} in {connection.namespace}",
        name=LEASE,
        body=body,
        also={HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, *also},
    )
    if answer.status == HTTPStatus.FORBIDDEN:
        raise ProblemError(_no_rights(connection, str(answer.body.get("message", ""))))
    if answer.status == HTTPStatus.NOT_FOUND and answer.status not in also:
        raise ProblemError(
            Problem(
                ProblemCode.CONFIGURATION,
                what=f"The lease {LEASE} cannot be made in {connection.namespace}.",
                why=str(answer.body.get("message") or "The cluster does not know leases."),
                next_command="kubectl get namespaces",
            )
        )
    return answer


def _no_rights(connection: Connection, said: str) -> Problem:
    namespace = connection.namespace
    return Problem(
        ProblemCode.RIGHTS,
        what=f"You have no right to use leases in {namespace}, so there is no hotfix lock.",
        why=said[:300],
        next_command=f"kubectl -n {namespace} create role hotfix-lock "
        "--verb=get,create,update --resource=leases.coordination.k8s.io",
    )


def _taken(lease: Json, run: str, operator: str) -> Json:
    metadata = dict(lease.get("metadata") or {"name": LEASE})
    metadata["annotations"] = {**(metadata.get("annotations") or {}), _OPERATOR: operator}
    now = _micro_time(datetime.now(UTC))
    spec = {
        **(lease.get("spec") or {}),
        "holderIdentity": run,
        "acquireTime": now,
        "renewTime": now,
        "leaseTransitions": _transitions(lease) + 1 if lease else 0,
    }
    return _lease(metadata, spec)


def _given_back(lease: Json) -> Json:
    spec = dict(lease["spec"])
    for key in ("holderIdentity", "acquireTime"):
        spec.pop(key, None)
    return _lease(lease["metadata"], spec)


def _lease(metadata: Json, spec: Json) -> Json:
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata,
        "spec": spec,
    }


def _holder(lease: Json) -> LockHolder:
    since = (lease.get("spec") or {}).get("acquireTime")
    operator = annotations(lease).get(_OPERATOR) or "Somebody"
    return LockHolder(_run_of(lease), operator, datetime.fromisoformat(since) if since else None)


def _run_of(lease: Json) -> str:
    return str((lease.get("spec") or {}).get("holderIdentity") or "")


def _transitions(lease: Json) -> int:
    return int((lease.get("spec") or {}).get("leaseTransitions") or 0)


def _micro_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
