"""A played Argo CD: brings the deployments back to what was deployed, as long as it may sync."""

from functools import partial
from typing import Any

from hotfix.simulators.webrana import PARTS, image
from hotfix.simulators.world import World

APPLICATION = "webrana"
_LOOK_SECONDS = 5.0
_TRACKING = "argocd.argoproj.io/tracking-id"


class PlayedArgo:
    """Self-heals the deployments of ``world``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def start_work(self) -> None:
        """Track the deployments, and look at them from now on."""
        cluster = self._world.kubernetes
        policy = {"syncPolicy": {"automated": {"selfHeal": True}}}
        cluster.create("applications", {"metadata": {"name": APPLICATION}, "spec": policy})
        for part in PARTS:
            name = f"webrana-{part}"
            mark = {_TRACKING: f"{APPLICATION}:apps/Deployment:{cluster.namespace}/{name}"}
            cluster.change("deployments", name, partial(_annotate, mark))
        self._look()

    def _look(self) -> None:
        deployed = self._world.github.hosted.deployments
        application = self._world.kubernetes.get("applications", APPLICATION)
        if deployed and application["spec"].get("syncPolicy"):
            for part in PARTS:
                self._heal(part, deployed[-1].sha)
        self._world.timeline.after(_LOOK_SECONDS, self._look, "Argo CD looks for drift")

    def _heal(self, part: str, sha: str) -> None:
        name = f"webrana-{part}"
        template = self._world.kubernetes.get("deployments", name)["spec"]["template"]
        if template["spec"]["containers"][0]["image"] != image(part, sha):
            self._world.kubernetes.set_image(name, image(part, sha), sha)


def _annotate(marks: dict[str, str], deployment: dict[str, Any]) -> None:
    deployment["metadata"].setdefault("annotations", {}).update(marks)


def stop_syncing(world: World) -> None:
    """Do what ``argocd app set webrana --sync-policy none`` does."""
    world.kubernetes.change(
        "applications", APPLICATION, lambda each: each["spec"].pop("syncPolicy", None)
    )
