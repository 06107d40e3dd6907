"""ReplicaSets: one a pod template, and the pods that each of them keeps."""

import copy
from dataclasses import dataclass

from hotfix.simulators.kubernetes import pod_status
from hotfix.simulators.kubernetes.event_recorder import EventRecorder
from hotfix.simulators.kubernetes.kinds import PODS, REPLICA_SETS
from hotfix.simulators.kubernetes.kubelet import Kubelet
from hotfix.simulators.kubernetes.manifests import HASH_LABEL, encoded, template_hash, without_hash
from hotfix.simulators.kubernetes.store import Json, Store

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
_NOT_COPIED = frozenset({REVISION, HISTORY, "kubectl.kubernetes.io/last-applied-configuration"})


@dataclass
class ReplicaSets:
    """The ReplicaSets of one namespace, as their controller sees them."""

    store: Store
    kubelet: Kubelet
    namespace: str
    events: EventRecorder
    # A ResourceQuota of the namespace on pods; None for none.
    quota: int | None = None
    _pods_made: int = 0

    def of(self, deployment: Json) -> list[Json]:
        """Return the deployment's ReplicaSets, the oldest revision first."""
        owned = [
            each
            for each in self.store.all(REPLICA_SETS, self.namespace)
            if owner_uid(each) == deployment["metadata"]["uid"]
        ]
        return sorted(owned, key=revision)

    def present(self, deployment: Json) -> Json | None:
        """Return the ReplicaSet that has the deployment's template, or None."""
        template = deployment["spec"]["template"]
        for each in self.of(deployment):
            if without_hash(each["spec"]["template"]) == template:
                return each
        return None

    def ensure(self, deployment: Json) -> Json:
        """Return the ReplicaSet of the deployment's template: made, or brought back, as newest."""
        present = self.present(deployment)
        if present is None:
            made = _replica_set(deployment)
            present = self.store.create(REPLICA_SETS, self.namespace, made)
        uid = present["metadata"]["uid"]
        others = [revision(each) for each in self.of(deployment) if each["metadata"]["uid"] != uid]
        newest = max(others, default=0) + 1
        copied = {
            key: value
            for key, value in (deployment["metadata"].get("annotations") or {}).items()
            if key not in _NOT_COPIED
        }
        before, number = revision(present), max(newest, revision(present))
        had = present["metadata"].get("annotations") or {}
        history = had.get(HISTORY, "")
        if before and number != before:
            history = f"{history},{before}".strip(",")
        present["metadata"]["annotations"] = {
            **copied,
            REVISION: str(number),
            **({HISTORY: history} if history else {}),
        }
        return self.store.update(REPLICA_SETS, self.namespace, present)

    def scale(self, replica_set: Json, replicas: int) -> None:
        """Set how many pods it keeps."""
        present = self.store.get(REPLICA_SETS, self.namespace, replica_set["metadata"]["name"])
        present["spec"]["replicas"] = replicas
        self.store.update(REPLICA_SETS, self.namespace, present)

    def remove(self, replica_set: Json) -> None:
        """Delete it, with its pods."""
        for pod in self.pods(replica_set):
            self.kubelet.terminate(pod["metadata"]["name"])
        self.store.delete(REPLICA_SETS, self.namespace, replica_set["metadata"]["name"])

    def pods(self, replica_set: Json) -> list[Json]:
        """Return its pods that are not on their way out."""
        return [
            pod
            for pod in self.store.all(PODS, self.namespace)
            if owner_uid(pod) == replica_set["metadata"]["uid"]
            and not pod_status.is_terminating(pod)
        ]

    def keep(self, replica_set: Json) -> None:
        """Make or end pods until there are as many as wanted, and report."""
        pods, wanted = self.pods(replica_set), int(replica_set["spec"]["replicas"])
        # The least useful go first, as with the real controller: not ready, then the newest.
        pods.sort(key=lambda pod: (pod_status.is_ready(pod), -_version(pod)))
        for pod in pods[: max(0, len(pods) - wanted)]:
            self.kubelet.terminate(pod["metadata"]["name"])
        refusal = ""
        for _ in range(wanted - len(pods)):
            refusal = self._refusal(replica_set)
            if refusal:
                break
            self._make_pod(replica_set)
        self._report(replica_set["metadata"]["name"], refusal)

    def _refusal(self, replica_set: Json) -> str:
        """Return why the API server would not take another pod; says so in an event, too."""
        used = len(self.store.all(PODS, self.namespace))
        if self.quota is None or used < self.quota:
            return ""
        message = (
            f'pods "{replica_set["metadata"]["name"]}-" is forbidden: exceeded quota: pods, '
            f"requested: pods=1, used: pods={used}, limited: pods={self.quota}"
        )
        failed = f"Error creating: {message}"
        self.events.warn(replica_set, "replicaset-controller", "FailedCreate", failed)
        return message

    def _make_pod(self, replica_set: Json) -> None:
        self._pods_made += 1
        parent = replica_set["metadata"]["name"]
        template = copy.deepcopy(replica_set["spec"]["template"])
        name = f"{parent}-{encoded(f'{parent}/{self._pods_made}')[-5:]}"
        pod = {
            "metadata": {
                **template["metadata"],
                "name": name,
                "generateName": f"{parent}-",
                "ownerReferences": [_owner(replica_set)],
            },
            "spec": {**template["spec"], "nodeName": "drill-node"},
            "status": {"phase": "Pending"},
        }
        self.kubelet.start(self.store.create(PODS, self.namespace, pod))

    def _report(self, name: str, refusal: str) -> None:
        present = self.store.get(REPLICA_SETS, self.namespace, name)
        pods = self.pods(present)
        ready = sum(pod_status.is_ready(pod) for pod in pods)
        counts = {
            "fullyLabeledReplicas": len(pods),
            "readyReplicas": ready,
            "availableReplicas": ready,
        }
        before = (present.get("status") or {}).get("conditions")
        present["status"] = {
            "replicas": len(pods),
            "observedGeneration": present["metadata"]["generation"],
            **{key: count for key, count in counts.items() if count},
        }
        if refusal:
            # As the real controller does it: the first refusal stays, with its time.
            present["status"]["conditions"] = before or [
                {
                    "type": "ReplicaFailure",
                    "status": "True",
                    "reason": "FailedCreate",
                    "message": refusal,
                    "lastTransitionTime": self.store.moment(),
                }
            ]
        self.store.update(REPLICA_SETS, self.namespace, present)


def revision(thing: Json) -> int:
    """Return the revision annotation as a number; 0 where there is none."""
    return int((thing["metadata"].get("annotations") or {}).get(REVISION, 0))


def owner_uid(thing: Json) -> str:
    """Return the UID of the object's controller; empty where it has none."""
    owners = thing["metadata"].get("ownerReferences") or [{}]
    return str(owners[0].get("uid", ""))


def _replica_set(deployment: Json) -> Json:
    digest = template_hash(deployment["spec"]["template"])
    template = copy.deepcopy(deployment["spec"]["template"])
    template["metadata"]["labels"][HASH_LABEL] = digest
    selected = {**deployment["spec"]["selector"]["matchLabels"], HASH_LABEL: digest}
    return {
        "metadata": {
            "name": f"{deployment['metadata']['name']}-{digest}",
            "labels": dict(template["metadata"]["labels"]),
            "ownerReferences": [_owner(deployment)],
        },
        "spec": {"replicas": 0, "selector": {"matchLabels": selected}, "template": template},
        "status": {"replicas": 0},
    }


def _owner(thing: Json) -> Json:
    return {
        "apiVersion": thing["apiVersion"],
        "kind": thing["kind"],
        "name": thing["metadata"]["name"],
        "uid": thing["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _version(thing: Json) -> int:
    return int(thing["metadata"]["resourceVersion"])
