"""What a rollback would meet: read by lists alone, all at the same time."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import AUTOSCALERS, Connection, items_of
from hotfix.adapters.kubernetes.api.object_owners import (
    ByOwner,
    Json,
    deployment_template,
    name_of,
    revision_of,
    template_hash_of,
)
from hotfix.adapters.kubernetes.api.shared_reads import list_deployments, list_replica_sets
from hotfix.adapters.kubernetes.restoration.brought_back import brought_back, is_brought_back
from hotfix.adapters.kubernetes.restoration.downtime import without_pods_meanwhile
from hotfix.adapters.kubernetes.restoration.named_objects import Named, names_in, read_versions
from hotfix.adapters.kubernetes.restoration.next_apply import kept_beside
from hotfix.adapters.kubernetes.restoration.ownership import ownership
from hotfix.adapters.kubernetes.rollouts.port_records import record_of, revision_record
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.pod_template import fingerprint
from hotfix.domain.restoration import Caveat, Revision
from hotfix.ports.cluster import Survey

# A server that does not know autoscaling/v2 has none.
_NO_AUTOSCALERS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_LISTS = 3
_SHOWN = 3


def survey(connection: Connection, targets: Sequence[DeploymentRecord]) -> Survey:
    """Return the deployments as they are, and what must be known before a yes."""
    names = [target.name for target in targets]
    named = {target.name: names_in(target.template) for target in targets}
    with ThreadPoolExecutor(_LISTS) as pool:
        deployments = pool.submit(list_deployments, connection, names)
        autoscalers = pool.submit(_autoscalers, connection)
        versions = pool.submit(read_versions, connection, sorted(set().union(*named.values())))
        found = deployments.result()
        replica_sets = list_replica_sets(connection, found)
        present = tuple(record_of(each, replica_sets) for each in found)
        caveats = (
            *_idle(present, targets, connection.namespace),
            *_downtime(found, present, targets),
            *_beside(found, present, targets, connection.namespace),
            *_owners(found, connection.namespace),
            *_scaled(present, autoscalers.result(), connection.namespace),
            *_named(targets, named, versions.result(), connection.namespace),
        )
        between = tuple(_between(found, replica_sets, targets, present))
        by_rollback = frozenset(
            name_of(each) for each in found if is_brought_back(each, replica_sets)
        )
    return Survey(present, caveats, between, by_rollback)


def _between(
    deployments: Sequence[Json],
    replica_sets: ByOwner,
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
        for each in sorted(replica_sets.of(deployment), key=revision_of):
            if not target.revision < revision_of(each) < now.revision:
                continue
            is_same = template_hash_of(each) in {target.template_hash, now.template_hash}
            if not is_same and fingerprint(deployment_template(each)) not in known:
                is_ours = each in brought_back(deployment, replica_sets)
                yield replace(revision_record(deployment, each), is_by_rollback=is_ours)


def _idle(
    present: Sequence[DeploymentRecord], targets: Sequence[DeploymentRecord], namespace: str
) -> Iterator[Caveat]:
    for now, target in zip(present, targets, strict=True):
        if not now.replicas:
            before = f" ({target.replicas} when it was recorded)" if target.replicas else ""
            yield Caveat(
                f"{now.name}: scaled to 0{before}, so nothing of it will run",
                f"kubectl -n {namespace} scale deployment/{now.name} "
                f"--replicas={target.replicas or 'N'}",
            )


def _downtime(
    deployments: Sequence[Json],
    present: Sequence[DeploymentRecord],
    targets: Sequence[DeploymentRecord],
) -> Iterator[Caveat]:
    """Yield whose pods all end before the restored ones are there."""
    for deployment, now, target in zip(deployments, present, targets, strict=True):
        how = without_pods_meanwhile(deployment)
        if how and not now.runs(target):
            yield Caveat(f"{now.name}: {how}, so it is down until the restored pods are ready")


def _beside(
    deployments: Sequence[Json],
    present: Sequence[DeploymentRecord],
    targets: Sequence[DeploymentRecord],
    namespace: str,
) -> Iterator[Caveat]:
    for deployment, now, target in zip(deployments, present, targets, strict=True):
        kept = [] if now.runs(target) else kept_beside(deployment, target.template)
        if kept:
            more = f" and {len(kept) - _SHOWN} more" if len(kept) > _SHOWN else ""
            yield Caveat(
                f"{now.name}: the next kubectl apply would keep, beside what it brings, "
                f"{', '.join(kept[:_SHOWN])}{more}; so after the rollback, with the manifest of "
                "what was restored",
                f"kubectl -n {namespace} apply set-last-applied -f MANIFEST",
            )


def _owners(deployments: Sequence[Json], namespace: str) -> Iterator[Caveat]:
    written: dict[tuple[str, str], list[str]] = {}
    for deployment in deployments:
        for owner in ownership(deployment, namespace):
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
