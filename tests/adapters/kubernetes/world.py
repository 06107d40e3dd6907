"""A small world for these tests: a simulated cluster on a memory clock, and pods in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.memory_clock import MemoryClock

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.problem import Problem
from hotfix.domain.restoration import Reason, Restored, RestoreState
from hotfix.simulators.kubernetes import KubernetesService, kubeconfig_text
from hotfix.simulators.server import Handler, Received, Request
from hotfix.simulators.timeline import Timeline, WorldTimings

NAMESPACE, TOKEN = "webrana", "cluster-token-of-the-tests"
BACKEND, FRONTEND = "webrana-backend", "webrana-frontend"
GOOD, BAD = "a1" * 20, "b2" * 20
REASON = Reason("dana", "hf-1", "checkout returns 500")


class InstantClock(MemoryClock):
    """A memory clock without a breath: no child process has to get the processor here."""

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._passed += seconds


@dataclass
class MemoryPods:
    """Runs pods in memory; ``failing`` names a part of the images that crash, and how."""

    images: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    never_ready: set[str] = field(default_factory=set)

    def start(self, pod: str, image: str) -> None:
        self.images[pod] = image
        self.lines.setdefault(pod, []).append(f"serving {image[-4:]}")

    def is_ready(self, pod: str) -> bool:
        return not any(part in self.images[pod] for part in self.never_ready)

    def failure(self, pod: str) -> str | None:
        image = self.images.get(pod, "")
        return next((how for part, how in self.failing.items() if part in image), None)

    def log_lines(self, pod: str) -> Sequence[str]:
        return self.lines.get(pod, [])

    def stop(self, pod: str) -> None:
        self.images.pop(pod, None)


class MeddledService(KubernetesService):
    """A cluster in which somebody else is faster: ``before_patch`` happens before each patch."""

    before_patch: Callable[[], None] | None = None

    def route(self, methods: str, path: str, handler: Handler) -> None:
        def meddled(request, body):
            if request.method == "PATCH" and self.before_patch is not None:
                self.before_patch()
            return handler(request, body)

        super().route(methods, path, meddled)


class World:
    """The cluster, its time, and the adapter that is tested."""

    def __init__(self, folder: Path) -> None:
        self.clock = InstantClock()
        self.timeline = Timeline(self.clock)
        self.received = Received()
        self.pods = MemoryPods()
        self.service = MeddledService(
            self.timeline,
            self.received,
            WorldTimings(),
            self.pods,
            namespace=NAMESPACE,
            token=TOKEN,
        )
        self.service.start()
        self.folder = folder
        self.service.create("deployments", manifest(BACKEND, 2))
        self.service.create("deployments", manifest(FRONTEND, 1))
        self.let_pass(20)
        self.cluster = self.adapter()

    def adapter(
        self, *, token: str = TOKEN, namespace: str = NAMESPACE, watches: bool = False
    ) -> KubernetesDeployments:
        path = self.folder / f"kubeconfig-{token}-{namespace}"
        path.write_text(kubeconfig_text(self.service.url, token, namespace))
        return KubernetesDeployments(namespace=namespace, kubeconfig=path, watches=watches)

    def let_pass(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.wait(1)
            self.timeline.tick()

    def deploy(self, sha: str, name: str = BACKEND) -> None:
        self.service.set_image(name, image(name, sha), sha)

    def patches(self) -> list[Request]:
        return [each for each in self.received.all() if each.method == "PATCH"]


def restored(cluster: KubernetesDeployments, target: DeploymentRecord) -> Restored:
    """Go back as a rollback does, where what runs now is what was seen and agreed to replace."""
    seen = cluster.survey([target]).present
    (result,) = cluster.restore_all([target], seen, REASON)
    return result


def refusal(cluster: KubernetesDeployments, target: DeploymentRecord) -> Problem:
    """Return why the cluster does not go back to ``target``."""
    result = restored(cluster, target)
    assert result.state is RestoreState.REFUSED
    assert result.problem is not None
    return result.problem


def image(name: str, sha: str) -> str:
    return f"registry.example/webrana/{name.removeprefix('webrana-')}:{sha}"


def manifest(name: str, replicas: int, sha: str = GOOD) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name, "app.kubernetes.io/version": sha}},
                "spec": {"containers": [{"name": "web", "image": image(name, sha)}]},
            },
        },
    }
