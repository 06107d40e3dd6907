"""Back to recorded templates: one JSON patch a deployment, which fails where it is not as seen.

What was seen names UID and generation, so the patch needs no read before it: a stale one is refused
by the server, and only then is the deployment read again. The generation counts what people and
tools change; the resourceVersion would count each pod of a rollout that is under way.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import DEPLOYMENTS, MOST_AT_ONCE, Connection
from hotfix.adapters.kubernetes.api.errors import is_by_admission, not_let_in
from hotfix.adapters.kubernetes.api.object_owners import (
    CHANGE_CAUSE,
    ROLLED_BACK,
    ROLLED_BACK_AT,
    ROLLED_BACK_IN,
    ByOwner,
    Json,
    annotations,
    plain,
)
from hotfix.adapters.kubernetes.api.read_ahead import Answer
from hotfix.adapters.kubernetes.api.shared_reads import get_deployment
from hotfix.adapters.kubernetes.restoration.refusals import (
    ChangedError,
    changed_meanwhile,
    invalid,
    not_the_same,
    paused,
)
from hotfix.adapters.kubernetes.rollouts.port_records import record_of
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.foreign_answer import understood
from hotfix.domain.pod_template import fingerprint
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.restoration import Reason, Restored, RestoreState

_TRIES = 3
_STALE = frozenset({HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})


def restore_all(
    connection: Connection,
    targets: Sequence[DeploymentRecord],
    seen: Sequence[DeploymentRecord],
    reason: Reason,
) -> tuple[Restored, ...]:
    """Patch all of them, up to 16 at a time; the trouble of one never hides another's report."""
    if not targets:
        return ()
    # By the clock that dates the ReplicaSets: what came back is told by comparing the two.
    left = marks(reason, connection.server_now())
    before = {record.name: record for record in seen}
    with ThreadPoolExecutor(min(len(targets), MOST_AT_ONCE)) as pool:
        return tuple(
            pool.map(lambda each: _restored(connection, each, before[each.name], left), targets)
        )


def marks(reason: Reason, at: datetime) -> dict[str, str]:
    """Return the annotations that say who went back, when (UTC), in which run, and why."""
    return {
        CHANGE_CAUSE: str(reason),
        f"{ROLLED_BACK}by": reason.operator,
        ROLLED_BACK_AT: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        ROLLED_BACK_IN: reason.run,
        f"{ROLLED_BACK}why": reason.why,
    }


def _restore(
    connection: Connection,
    target: DeploymentRecord,
    seen: DeploymentRecord,
    left: Mapping[str, str],
) -> Restored:
    """Patch one deployment back from ``seen`` to ``target``, unless that runs already.

    A patch that is stale is tried again, but only while the template is the one that was seen. The
    annotations ``left`` stay on what is patched.

    Raises:
        ProblemError: it is another deployment now, is paused, or is not let in.
        ChangedError: its template is neither the target's nor the one seen.
        TemporaryTroubleError: the answer was lost, or the deployment changes too fast.
    """
    ran_already = seen.runs(target)
    present: DeploymentRecord = seen
    notes: Mapping[str, str] | None = None
    if ran_already or not (seen.revision and seen.generation):
        # Nothing is going to be tested by a patch; or its annotations may not be there at all.
        present, notes = _read(connection, target.name)
    for _ in range(_TRIES):
        if present.uid != target.uid:
            raise ProblemError(not_the_same(connection.namespace, present, target))
        if present.is_paused and not (target.template_hash and seen.runs(target)):
            raise ProblemError(paused(connection.namespace, target.name))
        if present.runs(target) or (ran_already and present.runs(seen)):
            return Restored(target.name, RestoreState.RAN_ALREADY)
        patch = _patch(present, target, left, has_annotations=notes is None or bool(notes))
        if not present.runs(seen):
            is_marked = (notes or {}).get(ROLLED_BACK_IN) == left[ROLLED_BACK_IN]
            return _let_in_before(connection, present, patch if is_marked else None)
        answer = _sent(connection, target.name, patch)
        if is_by_admission(answer.status, answer.body):
            raise not_let_in(answer.body, _doing(connection, target.name))
        if answer.status not in _STALE:
            return Restored(target.name, RestoreState.PATCHED, answered=_template_of(answer))
        before = present.generation, notes is None or bool(notes)
        present, notes = _read(connection, target.name)
        # The server itself tries a patch again that met another write: a conflict is no refusal.
        is_refused = answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
        if is_refused and (present.generation, bool(notes)) == before:
            raise ProblemError(invalid(connection.namespace, target.name, answer.body))
    raise TemporaryTroubleError(f"Deployment {target.name} changed {_TRIES} times while patching.")


def _let_in_before(
    connection: Connection, present: DeploymentRecord, patch: Sequence[Json] | None
) -> Restored:
    """Report what has neither the template seen nor the target's.

    It may be our own, of an earlier try whose answer was lost, as a policy changed it on its way
    in. Then the server would make the very same of ``patch`` once more, which a dry run tells;
    without one it is somebody else's.

    Raises:
        ChangedError: it is somebody else's.
    """
    name = present.name
    try:
        answer = _sent(connection, name, patch, is_dry=True) if patch else None
    except ProblemError:
        answer = None  # such as of a webhook that cannot be asked in a dry run
    if answer is None or answer.status in _STALE or _template_of(answer) != present.fingerprint:
        raise ChangedError(changed_meanwhile(connection.namespace, name))
    return Restored(name, RestoreState.PATCHED, answered=present.fingerprint)


def _sent(
    connection: Connection, name: str, patch: Sequence[Json], *, is_dry: bool = False
) -> Answer:
    return connection.ask(
        "PATCH",
        DEPLOYMENTS + "/{name}",
        _doing(connection, name),
        name=name,
        query={"dryRun": "All"} if is_dry else None,
        body=patch,
        content_type="application/json-patch+json",
        also=_STALE,
    )


def _doing(connection: Connection, name: str) -> str:
    return f"patch deployment {name} in {connection.namespace}"


def _template_of(answer: Answer) -> str:
    return fingerprint(answer.body["spec"]["template"])


def _restored(
    connection: Connection,
    target: DeploymentRecord,
    seen: DeploymentRecord,
    left: Mapping[str, str],
) -> Restored:
    try:
        with understood(f"The cluster's answer about {target.name}"):
            return _restore(connection, target, seen, left)
    except ChangedError as error:
        return Restored(target.name, RestoreState.CHANGED, error.problem)
    except ProblemError as error:
        return Restored(target.name, RestoreState.REFUSED, error.problem)
    except TemporaryTroubleError as trouble:
        return Restored(target.name, RestoreState.TROUBLED, saying=trouble.saying)


def _read(connection: Connection, name: str) -> tuple[DeploymentRecord, Mapping[str, str]]:
    """Return the deployment as it is now, and its annotations."""
    deployment = get_deployment(connection, name)
    return record_of(deployment, ByOwner()), annotations(deployment)


def _patch(
    present: DeploymentRecord,
    target: DeploymentRecord,
    left: Mapping[str, str],
    *,
    has_annotations: bool,
) -> list[Json]:
    whole: list[Json] = [{"op": "add", "path": "/metadata/annotations", "value": dict(left)}]
    each: list[Json] = [
        {"op": "add", "path": f"/metadata/annotations/{_escaped(key)}", "value": value}
        for key, value in left.items()
    ]
    return [
        {"op": "test", "path": "/metadata/uid", "value": target.uid},
        {"op": "test", "path": "/metadata/generation", "value": present.generation},
        {"op": "replace", "path": "/spec/template", "value": plain(target.template)},
        *(each if has_annotations else whole),
    ]


def _escaped(key: str) -> str:
    """Return ``key`` as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
