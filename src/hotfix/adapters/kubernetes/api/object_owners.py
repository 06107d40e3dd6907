"""Deployments, ReplicaSets and pods as dictionaries: who belongs to whom, matched in memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]

REVISION = "deployment.kubernetes.io/revision"
TEMPLATE_HASH = "pod-template-hash"
CHANGE_CAUSE = "kubernetes.io/change-cause"
# What is left on a deployment that was patched; docs/architecture.md lists it.
ROLLED_BACK = "hotfix-cli/rolled-back-"
DEPLOYED = "hotfix-cli/deployed-"
ROLLED_BACK_IN, ROLLED_BACK_AT = f"{ROLLED_BACK}run", f"{ROLLED_BACK}at"


def name_of(thing: Json) -> str:
    """Return the object's name."""
    return str(thing["metadata"]["name"])


def annotations(thing: Json) -> dict[str, str]:
    """Return the object's annotations, which the server leaves out where there are none."""
    return thing["metadata"].get("annotations") or {}


def labels(thing: Json) -> dict[str, str]:
    """Return the object's labels."""
    return thing["metadata"].get("labels") or {}


def revision_of(thing: Json) -> int:
    """Return the rollout revision of a deployment or ReplicaSet; 0 where there is none yet."""
    text = annotations(thing).get(REVISION, "")
    return int(text) if text.isdecimal() else 0


class ByOwner:
    """Objects of one kind, grouped once by their controller: by UID, because names come back."""

    def __init__(self, things: Iterable[Json] = ()) -> None:
        self.things = tuple(things)
        self._owned: defaultdict[str, list[Json]] = defaultdict(list)
        for thing in self.things:
            for reference in thing["metadata"].get("ownerReferences") or []:
                if reference.get("controller"):
                    self._owned[str(reference.get("uid"))].append(thing)

    def of(self, owner: Json) -> list[Json]:
        """Return those whose controller is ``owner``."""
        return list(self._owned.get(str(owner["metadata"]["uid"]), ()))


def present_replica_set(deployment: Json, replica_sets: ByOwner) -> Json | None:
    """Return the deployment's ReplicaSet that carries its own revision, or None."""
    revision = revision_of(deployment)
    for replica_set in replica_sets.of(deployment):
        if revision and revision_of(replica_set) == revision:
            return replica_set
    return None


def is_seen(deployment: Json) -> bool:
    """Tell whether the controller has seen the deployment's spec as it is now."""
    status = deployment.get("status") or {}
    seen = int(status.get("observedGeneration") or 0)
    return seen >= int(deployment["metadata"].get("generation") or 0)


def is_paused(deployment: Json) -> bool:
    """Tell whether rollouts of the deployment are paused."""
    return bool(deployment["spec"].get("paused"))


def is_ready(pod: Json) -> bool:
    """Tell whether the pod is ready and is not on its way out."""
    if pod["metadata"].get("deletionTimestamp"):
        return False
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)


def template_hash_of(replica_set: Json | None) -> str:
    """Return the ReplicaSet's ``pod-template-hash``; empty for None."""
    return labels(replica_set).get(TEMPLATE_HASH, "") if replica_set else ""


def deployment_template(replica_set: Json) -> Json:
    """Return the pod template as the deployment had it: without the hash the controller adds."""
    template: Json = plain(replica_set["spec"]["template"])
    (template.get("metadata", {}).get("labels") or {}).pop(TEMPLATE_HASH, None)
    return template


def plain(value: Any) -> Any:
    """Return a copy in plain dictionaries and lists: what is recorded may come frozen."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
