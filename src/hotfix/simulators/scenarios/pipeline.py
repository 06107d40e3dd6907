"""Scenarios of the way to production: flaky GitHub, a red check, a queue, a missing image, Argo."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request

from hotfix.simulators.people import push_a_commit
from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Act, Scenario
from hotfix.simulators.server import DROPPED, Fault
from hotfix.simulators.webrana import DEPLOY_BRANCH, PARTS, image
from hotfix.simulators.world import World

APPLICATION = "webrana"
_ARGO_LOOKS_SECONDS = 5.0
_TRACKING = "argocd.argoproj.io/tracking-id"
_ALWAYS = 1_000_000
_WRITES, _READS = 3, 5
_DAYS_AGO = 3.0
_A_LONG_BUILD_SECONDS = 600.0
_NOTE = "backend/RELEASE_NOTE.md"


@dataclass
class EveryNth(Fault):
    """Hits every ``nth`` request of a kind: of the writes, or else of the reads."""

    nth: int = 1
    writes: bool = True
    _seen: int = 0

    def hits(self, request: Request) -> bool:
        """Count ``request`` if it is of the kind, and tell whether it is an ``nth`` one."""
        if (request.method != "GET") is not self.writes:
            return False
        self._seen += 1
        return self._seen % self.nth == 0


def _make_flaky(world: World) -> None:
    world.github.faults += [
        EveryNth(status=DROPPED, acts=True, times=_ALWAYS, nth=_WRITES, writes=True),
        EveryNth(status=502, times=_ALWAYS, nth=_READS, writes=False),
    ]


FLAKY = Scenario(
    "github-flaky",
    "GitHub loses the answers of writes it has done, and some reads fail: nothing is done twice.",
    prepare=_make_flaky,
)


def _demand_a_release_note(world: World) -> None:
    """Let the check want what no local suite looks at."""
    tests_pass = world.github.hosted.run_checks
    origin = world.origin
    world.github.hosted.run_checks = lambda sha: origin.has_file(sha, _NOTE) and tests_pass(sha)


def _push_the_release_note(world: World) -> None:
    text = "Orders without a voucher are accepted again.\n"
    push_a_commit(world.clone, _NOTE, text, "Add the release note that the check wants")


CI_RED = Scenario(
    "ci-red",
    "The required check fails: the run stops with exit code 8, is mended, and goes on.",
    prepare=_demand_a_release_note,
    meanwhile=_push_the_release_note,
    then=("resume",),
)


def _require_the_queue(world: World) -> None:
    world.github.set_protection(DEPLOY_BRANCH, ("tests",), 1, merge_queue=True)
    world.github.on_approved = lambda _number: world.github.queue_another("Use the new logo")


MERGE_QUEUE = Scenario(
    "merge-queue",
    "The branch wants a merge queue: the fix is queued, and merged in its turn.",
    prepare=_require_the_queue,
)


def _let_the_build_take_its_time(world: World) -> None:
    world.github.let_take(build=_A_LONG_BUILD_SECONDS)


DEPLOY_UNDER_WAY = Scenario(
    "deploy-under-way",
    "Rolled back while the workflow still builds: its deployment is called off, and stays off.",
    fix=BAD_FIX,
    prepare=_let_the_build_take_its_time,
    breaks_off_in="watch_workflow_run",
    then=("rollback",),
    ends_with=7,
)


def _tag_it_otherwise(world: World) -> None:
    """Let the deploy job ask for another tag of the backend than the build job pushed."""
    deploy = world.github.hosted.deploy

    def deploy_what_is_not_there(sha: str) -> None:
        deploy(sha)
        world.kubernetes.set_image("webrana-backend", image("backend", sha[::-1]), sha)

    world.github.hosted.deploy = deploy_what_is_not_there


IMAGE_MISSING = Scenario(
    "image-missing",
    "The image to deploy does not exist: the rollout is doomed at once, and it is rolled back.",
    prepare=_tag_it_otherwise,
    then=("rollback",),
    ends_with=7,
)


def _let_it_have_been_deployed(world: World) -> None:
    world.github.seed_deployment(DEPLOY_BRANCH, world.first_commit, _DAYS_AGO)


MANUAL_ROLLBACK = Scenario(
    "manual-rollback",
    "The fix is wrong: the last good workflow run is run again, and a revert proposed.",
    fix=BAD_FIX,
    prepare=_let_it_have_been_deployed,
    then=("rollback --via actions",),
    ends_with=7,
)


@dataclass(frozen=True)
class PlayedArgo:
    """Self-heals the deployments of ``world``."""

    world: World

    def start_work(self) -> None:
        """Track the deployments, and look at them from now on."""
        cluster = self.world.kubernetes
        policy = {"syncPolicy": {"automated": {"selfHeal": True}}}
        cluster.create("applications", {"metadata": {"name": APPLICATION}, "spec": policy})
        for part in PARTS:
            name = f"webrana-{part}"
            mark = {_TRACKING: f"{APPLICATION}:apps/Deployment:{cluster.namespace}/{name}"}
            cluster.change("deployments", name, partial(_annotate, mark))
        self._look()

    def _look(self) -> None:
        deployed = self.world.github.hosted.deployed
        application = self.world.kubernetes.get("applications", APPLICATION)
        if deployed and application["spec"].get("syncPolicy"):
            for part in PARTS:
                self._heal(part, deployed[-1])
        self.world.timeline.after(_ARGO_LOOKS_SECONDS, self._look, "Argo CD looks for drift")

    def _heal(self, part: str, sha: str) -> None:
        name = f"webrana-{part}"
        template = self.world.kubernetes.get("deployments", name)["spec"]["template"]
        if template["spec"]["containers"][0]["image"] != image(part, sha):
            self.world.kubernetes.set_image(name, image(part, sha), sha)


def _annotate(marks: dict[str, str], deployment: dict[str, Any]) -> None:
    deployment["metadata"].setdefault("annotations", {}).update(marks)


def _stop_syncing(world: World) -> None:
    """Do what ``argocd app set webrana --sync-policy none`` does."""
    world.kubernetes.change(
        "applications", APPLICATION, lambda each: each["spec"].pop("syncPolicy", None)
    )


ARGO_MANAGED = Scenario(
    "argo-managed",
    "Argo CD undoes the rollback of a wrong fix, until it is kept from it.",
    fix=BAD_FIX,
    prepare=lambda world: PlayedArgo(world).start_work(),
    then=(
        "rollback",
        Act(f"argocd app set {APPLICATION} --sync-policy none", _stop_syncing),
        "rollback",
    ),
    ends_with=7,
)
