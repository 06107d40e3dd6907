"""From the API server's dictionaries to the port's records. Nothing is sent here."""

from datetime import datetime

from hotfix.adapters.kubernetes.api.object_owners import (
    CHANGE_CAUSE,
    ByOwner,
    Json,
    annotations,
    deployment_template,
    is_paused,
    is_seen,
    name_of,
    plain,
    present_replica_set,
    revision_of,
    template_hash_of,
)
from hotfix.adapters.kubernetes.rollouts.running_pods import Naming, running_pods
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.pod_template import fingerprint, marks_of
from hotfix.domain.restoration import Revision
from hotfix.domain.rollout.seen import DeploymentView

_GAVE_UP = "ProgressDeadlineExceeded"


def record_of(deployment: Json, replica_sets: ByOwner) -> DeploymentRecord:
    """Return the deployment as it is now."""
    template = plain(deployment["spec"]["template"])
    view = view_of(deployment, replica_sets, ByOwner(), Naming())
    return DeploymentRecord(
        name=view.name,
        uid=str(deployment["metadata"]["uid"]),
        resource_version=str(deployment["metadata"]["resourceVersion"]),
        revision=view.revision,
        template_hash=_hash_of(deployment, replica_sets),
        template=template,
        images=_images(template),
        replicas=view.wanted,
        # Nothing there is never healthy.
        is_healthy=view.is_complete and view.wanted > 0,
        is_paused=is_paused(deployment),
        generation=int(deployment["metadata"].get("generation") or 0),
    )


def _hash_of(deployment: Json, replica_sets: ByOwner) -> str:
    """Return the hash of the template; empty while the controller has not rolled it out yet."""
    present = present_replica_set(deployment, replica_sets)
    is_its = present and deployment_template(present) == deployment["spec"]["template"]
    # A template that was not seen yet is not that of the ReplicaSet whose revision is still there;
    # nor is one that was seen while rollouts are paused.
    is_rolled_out = is_seen(deployment) and not is_paused(deployment)
    return template_hash_of(present) if is_its or is_rolled_out else ""


def record_at(deployment: Json, replica_set: Json) -> DeploymentRecord:
    """Return the deployment as it was when ``replica_set`` was its present one.

    Whether an earlier revision was healthy is not known any more: it counts as not healthy.
    """
    now = record_of(deployment, ByOwner([replica_set]))
    template = deployment_template(replica_set)
    revision = revision_of(replica_set)
    return DeploymentRecord(
        name=now.name,
        uid=now.uid,
        resource_version=now.resource_version,
        revision=revision,
        template_hash=template_hash_of(replica_set),
        template=template,
        images=_images(template),
        replicas=now.replicas,
        is_healthy=now.is_healthy and revision == now.revision,
        is_paused=now.is_paused,
        generation=now.generation,
    )


def view_of(
    deployment: Json, replica_sets: ByOwner, pods: ByOwner, naming: Naming
) -> DeploymentView:
    """Return how the rollout stands; ReplicaSets and pods may be others', too."""
    status = deployment.get("status") or {}
    replicas = deployment["spec"].get("replicas")
    present = present_replica_set(deployment, replica_sets)
    return DeploymentView(
        name=name_of(deployment),
        generation=int(deployment["metadata"].get("generation") or 0),
        observed_generation=int(status.get("observedGeneration") or 0),
        revision=revision_of(deployment),
        template_hash=_hash_of(deployment, replica_sets)
        if is_paused(deployment)
        else template_hash_of(present),
        wanted=1 if replicas is None else int(replicas),
        updated=int(status.get("updatedReplicas") or 0),
        available=int(status.get("availableReplicas") or 0),
        total=int(status.get("replicas") or 0),
        deadline_exceeded=_given_up(status) is not None,
        running=running_pods(replica_sets.of(deployment), pods, naming),
        is_paused=is_paused(deployment),
        images=_images(deployment["spec"]["template"]),
        fingerprint=fingerprint(deployment["spec"]["template"]),
    )


def gave_up_at(deployment: Json) -> datetime | None:
    """Return when the controller gave up: UTC, aware; None where it did not or does not say."""
    condition = _given_up(deployment.get("status") or {}) or {}
    text = condition.get("lastUpdateTime")
    return datetime.fromisoformat(str(text)) if text else None


def _given_up(status: Json) -> Json | None:
    for condition in status.get("conditions") or []:
        found: Json = condition
        if found.get("type") == "Progressing" and found.get("reason") == _GAVE_UP:
            return found
    return None


def revision_record(deployment: Json, replica_set: Json) -> Revision:
    """Return one revision of the deployment: what its ReplicaSet keeps."""
    revision = revision_of(replica_set)
    return Revision(
        deployment=name_of(deployment),
        number=revision,
        template_hash=template_hash_of(replica_set),
        images=_images(deployment_template(replica_set)),
        created_at=datetime.fromisoformat(str(replica_set["metadata"]["creationTimestamp"])),
        is_present=revision == revision_of(deployment),
        change_cause=annotations(replica_set).get(CHANGE_CAUSE, ""),
        marks=marks_of(deployment_template(replica_set)),
    )


def _images(template: Json) -> tuple[str, ...]:
    containers = template.get("spec", {}).get("containers") or []
    return tuple(f"{container['name']}={container.get('image', '')}" for container in containers)
