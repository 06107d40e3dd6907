"""What a rollback would meet: read by lists alone, all at the same time."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import AUTOSCALERS, Connection, items_of
from hotfix.adapters.kubernetes.api.object_owners import (
    Json,
    deployment_template,
    name_of,
    owned_by,
    revision_of,
    template_hash_of,
)
from hotfix.adapters.kubernetes.api.shared_reads import list_deployments, list_replica_sets
from hotfix.adapters.kubernetes.restoration.named_objects import Named, names_in, read_versions
from hotfix.adapters.kubernetes.restoration.ownership import ownership
from hotfix.adapters.kubernetes.rollouts.port_records import record_of, revision_record
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.pod_template import fingerprint
from hotfix.domain.restoration import Caveat, Revision
from hotfix.ports.cluster import Survey

# A server that does not know autoscaling/v2 has none.
_NO_AUTOSCALERS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_LISTS = 4


def survey(connection: Connection, targets: Sequence[DeploymentRecord]) -> Survey:
    """Return the deployments as they are, and what must be known before a yes."""
    names = [target.name for target in targets]
    named = {target.name: names_in(target.template) for target in targets}
    kinds = sorted({kind for each in named.values() for kind, _ in each})
    with ThreadPoolExecutor(_LISTS) as pool:
        deployments = pool.submit(list_deployments, connection, names)
        replica_sets = pool.submit(list_replica_sets, connection)
        autoscalers = pool.submit(_autoscalers, connection)
        versions = pool.submit(read_versions, connection, kinds)
        found = deployments.result()
        present = tuple(record_of(each, replica_sets.result()) for each in found)
        caveats = (
            *_owners(found, connection.namespace),
            *_scaled(present, autoscalers.result(), connection.namespace),
            *_named(targets, named, versions.result(), connection.namespace),
        )
        between = tuple(_between(found, replica_sets.result(), targets, present))
    return Survey(present, caveats, between)


def _between(
    deployments: Sequence[Json],
    replica_sets: Sequence[Json],
    targets: Sequence[DeploymentRecord],
    present: Sequence[DeploymentRecord],
) -> Iterator[Revision]:
    """Yield what came after each target and before what runs, the oldest first.

    An earlier rollback gave the target's own ReplicaSet a number in between: that is no change, and
    neither is a restart. Of one that was made anew, revisions tell nothing.
    """
    for deployment, target, now in zip(deployments, targets, present, strict=True):
        # Two revisions that follow each other have nothing in between; a set may be large.
        is_anew = now.uid != target.uid
        if is_anew or now.runs(target) or now.revision - target.revision <= 1:
            continue
        known = target.fingerprints | now.fingerprints
        for each in sorted(owned_by(deployment, replica_sets), key=revision_of):
            if not target.revision < revision_of(each) < now.revision:
                continue
            is_same = template_hash_of(each) in {target.template_hash, now.template_hash}
            if not is_same and fingerprint(deployment_template(each)) not in known:
                yield revision_record(deployment, each)


def _owners(deployments: Sequence[Json], namespace: str) -> Iterator[Caveat]:
    written: dict[tuple[str, str], list[str]] = {}
    for deployment in deployments:
        owner = ownership(deployment, namespace)
        if owner is not None:
            written.setdefault((owner.saw, owner.mend), []).append(name_of(deployment))
    for (saw, mend), names in written.items():
        yield Caveat(f"{', '.join(names)}: {saw}", mend)


def _autoscalers(connection: Connection) -> list[Json] | None:
    """Return the autoscalers; None where they may not be listed."""
    doing = f"list horizontalpodautoscalers in {connection.namespace}"
    # Without the right nothing is lost: replicas are no part of what is patched.
    answer = connection.ask("GET", AUTOSCALERS, doing, also=_NO_AUTOSCALERS, ahead=True)
    if answer.status == HTTPStatus.FORBIDDEN:
        return None
    return items_of(answer.body, doing) if answer.status == HTTPStatus.OK else []


def _scaled(
    present: Sequence[DeploymentRecord], autoscalers: Sequence[Json] | None, namespace: str
) -> Iterator[Caveat]:
    replicas = {record.name: record.replicas for record in present}
    if autoscalers is None:
        names = ", ".join(replicas)
        saying = f"{names}: whether an autoscaler sets the replicas is not known"
        yield Caveat(f"{saying}; they are left alone", "hotfix init --rbac")
        return
    for each in autoscalers:
        target = (each.get("spec") or {}).get("scaleTargetRef") or {}
        name = str(target.get("name"))
        if target.get("kind") == "Deployment" and name in replicas:
            yield Caveat(
                f"{name}: its replicas ({replicas[name]} now) are set by the "
                f"HorizontalPodAutoscaler {name_of(each)} and are left alone",
                f"kubectl -n {namespace} get hpa {name_of(each)}",
            )


def _named(
    targets: Sequence[DeploymentRecord],
    named: dict[str, set[Named]],
    versions: dict[str, dict[str, str] | None],
    namespace: str,
) -> Iterator[Caveat]:
    changed: dict[Named, list[str]] = {}
    untold: dict[Named, None] = {}
    for target in targets:
        recorded = {(each.kind, each.name): each.version for each in target.named}
        for kind, name in sorted(named[target.name]):
            now = versions.get(kind)
            if now is None or (kind, name) not in recorded:
                untold[kind, name] = None
            elif now.get(name, "") != recorded[kind, name]:
                changed.setdefault((kind, name), []).append(target.name)
    for (kind, name), names in changed.items():
        yield Caveat(
            f"{kind} {name}, which {', '.join(names)} names, changed since the record "
            "and stays as it is",
            f"kubectl -n {namespace} describe {kind.lower()} {name}",
        )
    if untold:
        words = ", ".join(f"{kind} {name}" for kind, name in untold)
        yield Caveat(f"{words}: whether they changed is not known; they stay as they are")
