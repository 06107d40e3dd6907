"""The simulated cluster as one service: what the drill starts, changes and looks at."""

import json
import threading
import uuid
from collections.abc import Callable

from hotfix.simulators.kubernetes.api import Api
from hotfix.simulators.kubernetes.deployment_controller import DeploymentController
from hotfix.simulators.kubernetes.kinds import KINDS, LEASES, NAMESPACES, Kind
from hotfix.simulators.kubernetes.kubelet import PodRunner
from hotfix.simulators.kubernetes.store import Json, Store
from hotfix.simulators.kubernetes.streams import Streams
from hotfix.simulators.kubernetes.writes import Writes
from hotfix.simulators.server import Received, Service
from hotfix.simulators.timeline import Timeline, WorldTimings

VERSION_LABEL = "app.kubernetes.io/version"
TOKEN = "drill-cluster-token"
CHANGE_CAUSE = "kubernetes.io/change-cause"


class KubernetesService(Service):
    """API server, deployment controller and kubelet of one namespace.

    Args:
        timings: how long pods take to start and to stop.
        pods: what really runs in them.
        namespace: the only one that there is.
        token: the bearer token that clients must send.
    """

    def __init__(
        self,
        timeline: Timeline,
        received: Received,
        timings: WorldTimings,
        pods: PodRunner,
        *,
        namespace: str = "webrana",
        token: str = TOKEN,
    ) -> None:
        super().__init__("kubernetes", timeline, received)
        self.namespace = namespace
        self.token = token
        self._stopped = threading.Event()
        self._store = Store(timeline.now)
        self._controller = DeploymentController(self._store, timeline, timings, pods, namespace)
        self._writes = Writes(self._store, self._controller)
        streams = Streams(self._store, timeline, self._stopped)
        self._api = Api(
            self._store, self._writes, self._controller.kubelet, streams, timeline, token
        )
        self._api.add_to(self.route)
        # By the UID of this one, no two clusters are the same.
        for name, uid in ((namespace, ""), ("kube-system", str(uuid.uuid4()))):
            made = {"metadata": {"name": name}, "status": {"phase": "Active"}}
            self._store.create(NAMESPACES, "", made, uid)

    @property
    def denied(self) -> set[str]:
        """What nobody may do, such as ``patch deployments`` or ``get pods/log``; to be changed."""
        return self._api.denied

    @property
    def policies(self) -> list[Callable[[Json], None]]:
        """What alters or refuses a deployment on its way in, as admission does; to be changed."""
        return self._writes.policies

    def limit_pods(self, quota: int | None) -> None:
        """Set a quota on the pods of the namespace, as a ResourceQuota does; None for none."""
        with self.timeline.lock:
            self._controller.replica_sets.quota = quota

    def begin_to_stop(self) -> None:
        """End open watches and followed logs, and let it stop listening."""
        self._stopped.set()
        super().begin_to_stop()

    def get(self, plural: str, name: str) -> Json:
        """Return an object of a kind such as ``configmaps``, as it is now."""
        with self.timeline.lock:
            return self._store.get(_kind(plural), self.namespace, name)

    def create(self, plural: str, manifest: Json) -> None:
        """Create an object; a deployment's pods start with the next tick or two."""
        with self.timeline.lock:
            self._writes.create(_kind(plural), self.namespace, manifest)

    def change(self, plural: str, name: str, change: Callable[[Json], None]) -> None:
        """Let ``change(object)`` alter an object, as some other tool would do it."""
        with self.timeline.lock:
            thing = self._store.get(_kind(plural), self.namespace, name)
            change(thing)
            self._writes.replace(_kind(plural), self.namespace, name, thing)

    def delete(self, plural: str, name: str) -> None:
        """Delete an object, a deployment with everything that belongs to it."""
        with self.timeline.lock:
            self._writes.delete(_kind(plural), self.namespace, name)

    def delete_namespace(self) -> None:
        """Delete the namespace, with everything that is in it."""
        with self.timeline.lock:
            for kind in (each for each in KINDS if each.is_namespaced):
                for thing in self._store.all(kind, self.namespace):
                    self._writes.delete(kind, self.namespace, thing["metadata"]["name"])
            self._store.delete(NAMESPACES, "", self.namespace)

    def set_image(self, name: str, image: str, version: str) -> None:
        """Do what the deploy job does: a new image, the commit it was built from, the reason."""

        def change(deployment: Json) -> None:
            template = deployment["spec"]["template"]
            template["spec"]["containers"][0]["image"] = image
            template["metadata"]["labels"][VERSION_LABEL] = version
            annotations = deployment["metadata"].setdefault("annotations", {})
            annotations[CHANGE_CAUSE] = f"deploy {version[:8]}"

        self.change("deployments", name, change)

    def replica_sets(self, name: str) -> list[Json]:
        """Return the deployment's ReplicaSets, the oldest revision first."""
        with self.timeline.lock:
            return self._controller.replica_sets.of(self.get("deployments", name))

    def pods(self, name: str) -> list[Json]:
        """Return the deployment's pods that are not on their way out."""
        with self.timeline.lock:
            return [
                pod
                for replica_set in self.replica_sets(name)
                for pod in self._controller.replica_sets.pods(replica_set)
            ]

    def lock_holder(self, lease: str = "hotfix-lock") -> str:
        """Return who holds a lease; empty for nobody."""
        with self.timeline.lock:
            found = self._store.find(LEASES, self.namespace, lease) or {"spec": {}}
            return str(found["spec"].get("holderIdentity") or "")

    def hold_lock(self, run: str, operator: str, *, phase: str = "", step: str = "") -> None:
        """Let ``operator`` hold the hotfix lock with ``run`` from now on, whoever held it."""
        words = {"operator": operator, "host": f"{operator}-laptop", "phase": phase, "step": step}
        noted = {f"hotfix-cli/{key}": text for key, text in words.items()}
        with self.timeline.lock:
            found = self._store.find(LEASES, self.namespace, "hotfix-lock")
            now = self.timeline.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            lease = found or {"metadata": {"name": "hotfix-lock"}, "spec": {"leaseTransitions": 2}}
            lease["metadata"]["annotations"] = noted
            lease["spec"]["leaseTransitions"] += 1
            lease["spec"].update(holderIdentity=run, acquireTime=now, renewTime=now)
            if found is None:
                self._writes.create(LEASES, self.namespace, lease)
            else:
                self._writes.replace(LEASES, self.namespace, "hotfix-lock", lease)


def _kind(plural: str) -> Kind:
    return next(kind for kind in KINDS if kind.plural == plural)


def kubeconfig_text(url: str, token: str, namespace: str) -> str:
    """Return a kubeconfig whose one context is ``drill``, and ``namespace`` its default."""
    # A JSON text is a YAML scalar, whatever is in it.
    server, secret, space = (json.dumps(each) for each in (url, token, namespace))
    return f"""apiVersion: v1
kind: Config
current-context: drill
clusters:
  - name: drill
    cluster:
      server: {server}
contexts:
  - name: drill
    context:
      cluster: drill
      user: drill
      namespace: {space}
users:
  - name: drill
    user:
      token: {secret}
"""
