"""The two worlds that a contract is held in: the simulator, and a real API server."""

import itertools
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3
import yaml
from tests.adapters.kubernetes.world import InstantClock, MemoryPods
from tests.real_cluster.control_plane import ADMIN, OPERATOR, OPERATORS, RealCluster
from tests.real_cluster.pod_reports import Conduct

from hotfix.adapters.kubernetes import KubernetesDeployments, Naming
from hotfix.adapters.kubernetes.rbac import role_yaml
from hotfix.simulators.kubernetes import KubernetesService, kubeconfig_text
from hotfix.simulators.server import Received
from hotfix.simulators.timeline import Timeline, WorldTimings

Json = dict[str, Any]

BACKEND, FRONTEND = "webrana-backend", "webrana-frontend"
BOTH = (BACKEND, FRONTEND)
GOOD, BAD, OTHER = "a1" * 20, "b2" * 20, "c3" * 20
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
_PATIENCE_SECONDS = 30.0
_NUMBERS = itertools.count(1)


class ClusterWorld(ABC):
    """A namespace with two healthy deployments, and the adapter with an operator's rights.

    Attributes:
        namespace: its name.
        folder: for kubeconfigs.
        is_real: whether a real API server answers.
    """

    namespace: str
    folder: Path
    is_real: bool

    @abstractmethod
    def ask(
        self, method: str, path: str, body: Any = None, media: str = "application/json"
    ) -> tuple[int, Json]:
        """Send a request as an administrator; returns the status and the decoded answer."""

    @abstractmethod
    def adapter(
        self,
        *,
        namespace: str = "",
        token: str = "",
        is_admin: bool = False,
        watches: bool = False,
        naming: Naming | None = None,
    ) -> KubernetesDeployments:
        """Return a new adapter: with the operator's rights, where nothing else is said."""

    @abstractmethod
    def take_away(self, right: str) -> None:
        """Take a right such as ``patch deployments`` from the operator."""

    @abstractmethod
    def say(self, pod: str, line: str) -> None:
        """Let the container of a pod print a line."""

    @abstractmethod
    def limit_pods(self, number: int) -> None:
        """Set a quota on the pods of the namespace, all of which counts as used at first."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the moment by this world's clock: UTC, aware."""

    @abstractmethod
    def let_pass(self) -> None:
        """Let a little time go by."""

    def set_up(self) -> None:
        """Create both deployments and wait until they are healthy."""
        self.create(BACKEND, 2)
        self.create(FRONTEND, 1)
        self.until_complete()

    @property
    def deployments(self) -> str:
        """The path of the namespace's deployments."""
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments"

    def create(self, name: str, replicas: int, sha: str = GOOD) -> None:
        """Create a deployment."""
        status, body = self.ask("POST", self.deployments, manifest(name, replicas, sha))
        assert status == 201, body

    def deployment(self, name: str) -> Json:
        """Return a deployment as it is now."""
        status, body = self.ask("GET", f"{self.deployments}/{name}")
        assert status == 200, body
        return body

    def pods_of(self, name: str) -> list[Json]:
        """Return the pods of a deployment, in the order of their names."""
        path = f"/api/v1/namespaces/{self.namespace}/pods?labelSelector=app%3D{name}"
        found = self.ask("GET", path)[1]["items"]
        return sorted(found, key=lambda pod: str(pod["metadata"]["name"]))

    def change(self, name: str, patch: Json) -> Json:
        """Change a deployment as another tool would do it: by a merge patch."""
        status, body = self.ask("PATCH", f"{self.deployments}/{name}", patch, MERGE)
        assert status == 200, body
        return body

    def deploy(self, sha: str, name: str = BACKEND, conduct: Conduct | None = None) -> None:
        """Do what the deploy job does: another image, and the commit it was built from."""
        labels = {"app.kubernetes.io/version": sha}
        containers = [{"name": "web", "image": image(name, sha, conduct)}]
        template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
        patch = {"spec": {"template": template}}
        status, body = self.ask("PATCH", f"{self.deployments}/{name}", patch, STRATEGIC)
        assert status == 200, body

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, f"not within {_PATIENCE_SECONDS:g} s: {what}"
            self.let_pass()

    def until_complete(self, names: Iterable[str] = BOTH) -> None:
        """Wait until the rollouts of the deployments are over, all pods ready."""
        self.until(lambda: all(map(self._is_complete, names)), "all rollouts complete")

    def _is_complete(self, name: str) -> bool:
        found = self.deployment(name)
        status, wanted = found.get("status") or {}, found["spec"]["replicas"]
        reasons = {each["reason"] for each in status.get("conditions") or []}
        return (
            status.get("observedGeneration") == found["metadata"]["generation"]
            # The controller's last word: nothing changes by itself from here on.
            and "NewReplicaSetAvailable" in reasons
            and not status.get("terminatingReplicas")
            and [status.get(key) for key in ("replicas", "updatedReplicas", "availableReplicas")]
            == [wanted] * 3
        )


class SimulatedWorld(ClusterWorld):
    """The simulator, on a clock that does not wait."""

    is_real = False

    def __init__(self, folder: Path) -> None:
        self.folder, self.namespace, self.token = folder, "webrana", "token-of-the-contract"
        self.clock = InstantClock()
        self.timeline = Timeline(self.clock)
        self.pods = MemoryPods(
            failing={
                f"/{Conduct.CRASH_LOOP}/": "panicked",
                f"/{Conduct.IMAGE_MISSING}/": "ErrImagePull: failed to pull image: not found",
            }
        )
        self.service = KubernetesService(
            self.timeline,
            Received(),
            WorldTimings(),
            self.pods,
            namespace=self.namespace,
            token=self.token,
        )
        self.service.start()
        self.pool = urllib3.PoolManager(retries=False, timeout=10, maxsize=16)

    def ask(
        self, method: str, path: str, body: Any = None, media: str = "application/json"
    ) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media}
        data = None if body is None else json.dumps(body)
        answer = self.pool.request(method, self.service.url + path, body=data, headers=headers)
        return answer.status, json.loads(answer.data)

    def adapter(
        self,
        *,
        namespace: str = "",
        token: str = "",
        is_admin: bool = False,
        watches: bool = False,
        naming: Naming | None = None,
    ) -> KubernetesDeployments:
        del is_admin  # there is one user here, who may do what was not taken away
        namespace = namespace or self.namespace
        path = self.folder / f"kubeconfig-{next(_NUMBERS)}"
        path.write_text(kubeconfig_text(self.service.url, token or self.token, namespace))
        return KubernetesDeployments(
            namespace=namespace, kubeconfig=path, watches=watches, naming=naming
        )

    def take_away(self, right: str) -> None:
        self.service.denied.add(right)

    def say(self, pod: str, line: str) -> None:
        self.pods.lines[pod].append(line)

    def limit_pods(self, number: int) -> None:
        self.service.limit_pods(number)

    def now(self) -> datetime:
        return self.clock.now()

    def let_pass(self) -> None:
        self.clock.wait(1)
        self.timeline.tick()

    def close(self) -> None:
        """Stop the service."""
        self.pool.clear()
        self.service.stop()


class RealWorld(ClusterWorld):
    """A fresh namespace of the session's real cluster."""

    is_real = True

    def __init__(self, cluster: RealCluster, folder: Path) -> None:
        self.cluster, self.folder = cluster, folder
        self.namespace = f"contract-{next(_NUMBERS)}"
        self.ask("POST", "/api/v1/namespaces", {"metadata": {"name": self.namespace}})
        self._roles = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{self.namespace}"
        # The very text that `hotfix init --rbac` prints, as `kubectl apply` would take it.
        printed = role_yaml(self.namespace, BOTH, OPERATORS)
        self._role, binding = yaml.safe_load_all(printed)
        made = [
            self.ask("POST", f"{self._roles}/roles", self._role),
            self.ask("POST", f"{self._roles}/rolebindings", binding),
        ]
        assert [status for status, _ in made] == [201, 201], made
        self._granted = self._role["rules"]
        self._taken: set[str] = set()
        self.until(lambda: self._may("list deployments"), "the role is in force")

    def ask(
        self, method: str, path: str, body: Any = None, media: str = "application/json"
    ) -> tuple[int, Json]:
        return self.cluster.ask(method, path, body, media)

    def adapter(
        self,
        *,
        namespace: str = "",
        token: str = "",
        is_admin: bool = False,
        watches: bool = False,
        naming: Naming | None = None,
        url: str = "",
    ) -> KubernetesDeployments:
        namespace = namespace or self.namespace
        path = self.folder / f"kubeconfig-{next(_NUMBERS)}"
        user = token or (ADMIN if is_admin else OPERATOR)
        self.cluster.kubeconfig(path, namespace, user, url)
        return KubernetesDeployments(
            namespace=namespace, kubeconfig=path, watches=watches, naming=naming
        )

    def take_away(self, right: str) -> None:
        self._taken.add(right)
        less = {**self._role, "rules": list(self._left())}
        name = self._role["metadata"]["name"]
        status, body = self.ask("PUT", f"{self._roles}/roles/{name}", less)
        assert status == 200, body
        self.until(lambda: not self._may(right), f"{right} is taken away")

    def say(self, pod: str, line: str) -> None:
        self.cluster.say(self.namespace, pod, line)

    def limit_pods(self, number: int) -> None:
        path = f"/api/v1/namespaces/{self.namespace}/resourcequotas"
        hard = {"hard": {"pods": str(number)}}
        self.ask("POST", path, {"metadata": {"name": "small"}, "spec": hard})
        asked, body = self.ask("PATCH", f"{path}/small", {"spec": hard}, MERGE)
        assert asked == 200, body
        self.until(lambda: self._quota(path) == number, "the controller has counted")

    def _quota(self, path: str) -> int:
        status = self.ask("GET", f"{path}/small")[1].get("status") or {}
        return int((status.get("hard") or {}).get("pods", 0)) if status.get("used") else 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def let_pass(self) -> None:
        time.sleep(0.03)

    def close(self) -> None:
        """Leave the namespace to the end of the cluster."""

    def _left(self) -> Iterator[Json]:
        """Yield what was granted, less what was taken away."""
        for rule in self._granted:
            (resource,) = rule["resources"]
            verbs = [verb for verb in rule["verbs"] if f"{verb} {resource}" not in self._taken]
            if verbs:
                yield {**rule, "verbs": verbs}

    def _may(self, right: str) -> bool:
        """Ask the server, whose authorizer hears of a new role a moment later."""
        verb, resource = right.split()
        plain, _, subresource = resource.partition("/")
        rule = next(
            each
            for each in self._granted
            if each["resources"] == [resource] and verb in each["verbs"]
        )
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {
                "resourceAttributes": {
                    "namespace": self.namespace,
                    "verb": verb,
                    "group": rule["apiGroups"][0],
                    "resource": plain,
                    "subresource": subresource,
                    # A right on named things alone is none on all of them.
                    "name": rule.get("resourceNames", [""])[0],
                }
            },
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        _, answer = self.cluster.ask("POST", path, review, user=OPERATOR)
        return bool(answer["status"]["allowed"])


def image(name: str, sha: str, conduct: Conduct | None = None) -> str:
    """Return an image whose pods behave as ``conduct`` says."""
    return f"registry.example/{conduct or 'webrana'}/{name.removeprefix('webrana-')}:{sha}"


def manifest(name: str, replicas: int, sha: str = GOOD) -> Json:
    """Return a deployment of one container."""
    labels = {"app": name, "app.kubernetes.io/version": sha}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "web", "image": image(name, sha)}]},
            },
        },
    }
