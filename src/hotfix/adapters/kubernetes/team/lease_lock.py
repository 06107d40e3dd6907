"""The hotfix lock: a ``Lease`` that one run holds at a time.

Every change names the ``resourceVersion`` that it was decided on, and the holder that it replaces:
the version alone lets late readers steal from whoever was faster.
"""

from collections.abc import Callable
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import LEASE, LEASES, THE_LEASE, Connection
from hotfix.adapters.kubernetes.api.errors import is_by_admission
from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.adapters.kubernetes.api.read_ahead import Answer
from hotfix.adapters.kubernetes.team.leases import as_seen_by, given_back, holder_of, renewed, taken
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.ports.lock import LockHolder, NoNamespaceError

_TRIES = 4


def claim(connection: Connection, run: str, operator: str, token: int | None = None) -> LockHolder:
    """Take the lease for ``run`` unless another run holds it; returns who holds it now.

    Creating it is the race that one wins. A lease that was given back is taken by an update that
    names the version without a holder.
    """
    above = -1 if token is None else token
    early = _free_a_moment_ago(connection)
    for _ in range(_TRIES):
        # The read comes first also for the server's clock, which the lease is written by.
        found, early = _lease_in(early or _read(connection)), None
        if found is None:
            body = taken({}, run, operator, connection.server_now(), above)
            created = _ask(connection, "POST", {HTTPStatus.CONFLICT}, body)
            if created.status != HTTPStatus.CONFLICT:
                return _mine(connection, created.body)
            continue
        holder = holder_of(found, connection.server_now())
        if holder is not None:
            return as_seen_by(holder, run, operator, token)
        put = _put(connection, taken(found, run, operator, connection.server_now(), above))
        if put is not None:
            return _mine(connection, put)
    raise TemporaryTroubleError(f"The lease {LEASE} changes hands too fast to be claimed.")


def standing(connection: Connection) -> LockHolder | None:
    """Return who holds the lease, or None.

    Where it was free a moment ago, and nothing was written since, it is not asked for once more.
    """
    found = _lease_in(_free_a_moment_ago(connection) or _read(connection))
    return None if found is None else holder_of(found, connection.server_now())


def release(
    connection: Connection, run: str, token: int | None = None, operator: str | None = None
) -> bool:
    """Clear the holder if it is ``run``, under ``token`` or of ``operator`` where one is named.

    Returns whether it was.
    """

    def is_meant(holder: LockHolder) -> bool:
        if token is None and operator is not None:
            return as_seen_by(holder, run, operator, None).is_ours
        return holder.run == run and token in {None, holder.token}

    holder = _change(connection, is_meant, given_back)
    return holder is not None and is_meant(holder)


def renew(connection: Connection, run: str, token: int, phase: str, step: str) -> LockHolder | None:
    """Give a sign of life where ``run`` holds it under ``token``; returns the holder found."""
    return _change(
        connection,
        lambda holder: holder.is_held_by(run, token),
        lambda lease: renewed(lease, phase, step, connection.server_now()),
    )


def take_over(connection: Connection, expected: LockHolder, run: str, operator: str) -> LockHolder:
    """Put ``run`` in the place of ``expected``; a renewal by it meanwhile does not matter.

    Raises:
        ProblemError: somebody else holds it by now, or nobody.
    """
    for _ in range(_TRIES):
        found = _find(connection)
        holder = None if found is None else holder_of(found, connection.server_now())
        if found is None or holder is None or holder.id != expected.id:
            raise ProblemError(_changed_hands(expected, holder))
        put = _put(connection, taken(found, run, operator, connection.server_now()))
        if put is not None:
            return _mine(connection, put)
    raise TemporaryTroubleError(f"The lease {LEASE} changes too fast to be taken over.")


def break_by_id(connection: Connection, lock_id: str) -> bool:
    """Clear the holder of that id; False without one, ProblemError where it has another id."""
    holder = _change(connection, lambda holder: holder.id == lock_id, given_back)
    if holder is not None and holder.id != lock_id:
        raise ProblemError(
            Problem(
                ProblemCode.LOCKED,
                what=f"The lock is not {lock_id}, so it was not released.",
                why=" ".join(holder.lines()),
                next_command=f"Talk to {holder.operator}; if it must go: "
                f"hotfix lock release --lock-id {holder.id}",
            )
        )
    return holder is not None


def _change(
    connection: Connection, is_meant: Callable[[LockHolder], bool], change: Callable[[Json], Json]
) -> LockHolder | None:
    """Change the lease if its holder is meant; returns the holder that was found."""
    for _ in range(_TRIES):
        found = _find(connection)
        holder = None if found is None else holder_of(found, connection.server_now())
        if found is None or holder is None or not is_meant(holder):
            return holder
        if _put(connection, change(found)) is not None:
            return holder
    raise TemporaryTroubleError(f"The lease {LEASE} changes too fast.")


def _free_a_moment_ago(connection: Connection) -> Answer | None:
    """Return the lease as it was read ahead, where nobody held it: the claim says if that holds.

    Whoever held it then is not believed to hold it now.
    """
    early: Answer | None = connection.read_already(THE_LEASE)
    if early is None or early.status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        return None
    lease = _lease_in(early)
    is_held = lease is not None and holder_of(lease, connection.server_now())
    return None if is_held else early


def _read(connection: Connection) -> Answer:
    return _ask(connection, "GET", {HTTPStatus.NOT_FOUND})


def _lease_in(answer: Answer) -> Json | None:
    return None if answer.status == HTTPStatus.NOT_FOUND else answer.body


def _find(connection: Connection) -> Json | None:
    return _lease_in(_read(connection))


def _put(connection: Connection, lease: Json) -> Json | None:
    """Replace the lease; None where it is not the one that was read any more."""
    put = _ask(connection, "PUT", {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}, lease)
    return put.body if put.status == HTTPStatus.OK else None


def _mine(connection: Connection, lease: Json) -> LockHolder:
    holder = holder_of(lease, connection.server_now())
    if holder is None:
        raise TemporaryTroubleError(f"The lease {LEASE} was answered without a holder.")
    return as_seen_by(holder, holder.run, holder.operator, holder.token)


def _ask(connection: Connection, method: str, also: set[int], body: Json | None = None) -> Answer:
    answer = connection.ask(
        method,
        LEASES if method == "POST" else LEASES + "/{name}",
        f"use the lease {LEASE} in {connection.namespace}",
        name=LEASE,
        body=body,
        also={HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, *also},
    )
    if _is_about_the_namespace(answer):
        raise NoNamespaceError(_no_namespace(connection, str(answer.body.get("message", ""))))
    if answer.status == HTTPStatus.FORBIDDEN:
        raise MissingRightError(_no_lock(connection, answer))
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


def _is_about_the_namespace(answer: Answer) -> bool:
    """Tell whether the refusal says that the namespace is not there, or is being deleted.

    A lease that is read there is only not found, as in any namespace that has none.
    """
    details = answer.body.get("details")
    details = details if isinstance(details, dict) else {}
    said = str(answer.body.get("message", ""))
    if answer.status == HTTPStatus.NOT_FOUND:
        return details.get("kind") == "namespaces" or said.startswith('namespaces "')
    causes = details.get("causes")
    return answer.status == HTTPStatus.FORBIDDEN and any(
        isinstance(each, dict) and each.get("reason") == "NamespaceTerminating"
        for each in (causes if isinstance(causes, list) else ())
    )


def _no_namespace(connection: Connection, said: str) -> Problem:
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"There is no namespace {connection.namespace} that a lock could be made in.",
        why=said[:300],
        next_command="kubectl get namespaces",
    )


def _no_lock(connection: Connection, answer: Answer) -> Problem:
    said = str(answer.body.get("message", ""))[:300]
    if is_by_admission(answer.status, answer.body):
        return Problem(
            ProblemCode.FAILED,
            what=f"A rule of the cluster refuses the lease {LEASE} in {connection.namespace}, "
            "so there is no hotfix lock.",
            why=said,
            next_command=f"kubectl -n {connection.namespace} describe resourcequotas",
        )
    return Problem(
        ProblemCode.RIGHTS,
        what=f"You have no right to use leases in {connection.namespace}, "
        "so there is no hotfix lock.",
        why=said,
        next_command="A cluster admin grants it with: hotfix init --rbac | kubectl apply -f -",
    )


def _changed_hands(expected: LockHolder, holder: LockHolder | None) -> Problem:
    now = " ".join(holder.lines()) if holder else "Nobody holds it now."
    return Problem(
        ProblemCode.LOCKED,
        what=f"The lock is not {expected.id} any more, so it was not taken over.",
        why=now,
        next_command="hotfix lock",
    )
