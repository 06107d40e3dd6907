"""A deployment's status and conditions, as the controller words them."""

from dataclasses import dataclass

from hotfix.simulators.kubernetes.manifests import limits
from hotfix.simulators.kubernetes.store import Json


@dataclass(frozen=True)
class Counts:
    """How far a rollout is."""

    generation: int  # of the spec that it is about
    total: int  # pods of all ReplicaSets
    updated: int  # pods of the new one
    available: int
    asked: int  # pods that all ReplicaSets together are to have
    new_replica_set: str  # its name

    def is_further_than(self, before: "Counts") -> bool:
        """Tell whether the rollout made progress, or is another one."""
        return (
            self.new_replica_set != before.new_replica_set
            or self.updated > before.updated
            or self.available > before.available
            or self.total - self.updated < before.total - before.updated
        )


def is_complete(deployment: Json, counts: Counts) -> bool:
    """Tell whether all pods are new and available, and no old one is left."""
    wanted = int(deployment["spec"]["replicas"])
    return counts.updated == counts.total == counts.available == wanted


def status(deployment: Json, counts: Counts, now: str, seconds_without_progress: float) -> Json:
    """Return the status; zero counts are left out, as the API server does it."""
    numbers = {
        "observedGeneration": counts.generation,
        "replicas": counts.total,
        "updatedReplicas": counts.updated,
        "readyReplicas": counts.available,
        "availableReplicas": counts.available,
        "unavailableReplicas": max(0, counts.asked - counts.available),
    }
    conditions = [
        _noted(deployment, _available(deployment, counts), now),
        _noted(deployment, _progressing(deployment, counts, seconds_without_progress), now),
    ]
    result: Json = {key: number for key, number in numbers.items() if number}
    return {**result, "conditions": conditions}


def _available(deployment: Json, counts: Counts) -> Json:
    _, may_miss = limits(deployment)
    is_enough = counts.available >= int(deployment["spec"]["replicas"]) - may_miss
    return {
        "type": "Available",
        "status": "True" if is_enough else "False",
        "reason": "MinimumReplicasAvailable" if is_enough else "MinimumReplicasUnavailable",
        "message": "Deployment has minimum availability."
        if is_enough
        else "Deployment does not have minimum availability.",
    }


def _progressing(deployment: Json, counts: Counts, seconds_without_progress: float) -> Json:
    new = f'ReplicaSet "{counts.new_replica_set}"'
    told, reason, message = "True", "ReplicaSetUpdated", f"{new} is progressing."
    if deployment["spec"].get("paused"):
        told, reason, message = "Unknown", "DeploymentPaused", "Deployment is paused"
    elif is_complete(deployment, counts) or _was_complete(deployment, counts):
        reason, message = "NewReplicaSetAvailable", f"{new} has successfully progressed."
    elif seconds_without_progress > float(deployment["spec"]["progressDeadlineSeconds"]):
        told, reason = "False", "ProgressDeadlineExceeded"
        message = f"{new} has timed out progressing."
    return {"type": "Progressing", "status": told, "reason": reason, "message": message}


def _was_complete(deployment: Json, counts: Counts) -> bool:
    """Tell whether this ReplicaSet was rolled out already: a pod lost later is no new rollout."""
    return any(
        each["reason"] == "NewReplicaSetAvailable"
        and f'"{counts.new_replica_set}"' in each["message"]
        for each in (deployment.get("status") or {}).get("conditions") or []
    )


def _noted(deployment: Json, condition: Json, now: str) -> Json:
    """Return the condition with its times: of its last change, and of its last change of status."""
    for before in (deployment.get("status") or {}).get("conditions") or []:
        if before["type"] != condition["type"]:
            continue
        if all(before[key] == condition[key] for key in condition):
            return dict(before)
        if before["status"] == condition["status"]:
            since = before["lastTransitionTime"]
            return {**condition, "lastUpdateTime": now, "lastTransitionTime": since}
    return {**condition, "lastUpdateTime": now, "lastTransitionTime": now}
