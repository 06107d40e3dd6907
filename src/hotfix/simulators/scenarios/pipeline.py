"""Scenarios of the way to production, and of what is needed on it: GitHub, Argo, a laptop."""

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request

from hotfix.simulators.github import ChecksFailedError
from hotfix.simulators.people import push_a_commit
from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Act, Cue, Scenario
from hotfix.simulators.server import DROPPED, SILENT, Fault
from hotfix.simulators.webrana import DEPLOY_BRANCH, PARTS, image
from hotfix.simulators.world import ENGINEER, GITHUB_TOKEN, World

APPLICATION = "webrana"
_ARGO_LOOKS_SECONDS = 5.0
_TRACKING = "argocd.argoproj.io/tracking-id"
_ALWAYS = 1_000_000
_WRITES, _READS = 3, 5
_DAYS_AGO = 3.0
# For a person there is a minute of it left.
_A_LONG_BUILD_SECONDS = 600.0
_NOTE = "backend/RELEASE_NOTE.md"
_NO_NOTE = f"""\
##[group]Run ./release/check.sh
Looking for what goes with a release ...
{_NOTE}: No such file or directory
Every change of production says there what it changes: one line is enough.
##[endgroup]"""


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
    part="Mend the checkout, and watch: GitHub does what it is told and loses the answer. Do "
    "nothing about it; see that each thing is looked for before it is tried again.",
    prepare=_make_flaky,
)


def _demand_a_release_note(world: World) -> None:
    """Let the check want what no local suite looks at."""
    tests_pass = world.github.hosted.run_checks

    def checked(sha: str) -> bool:
        if not world.origin.has_file(sha, _NOTE):
            raise ChecksFailedError(_NO_NOTE)
        return tests_pass(sha)

    world.github.hosted.run_checks = checked


def _push_the_release_note(world: World) -> None:
    text = "Orders without a voucher are accepted again.\n"
    push_a_commit(world.clone, _NOTE, text, "Add the release note that the check wants")


CI_RED = Scenario(
    "ci-red",
    "The required check fails: the run asks, is mended, and goes on; alone it stops (exit 8).",
    part="Mend the checkout. A required check fails, by what no local test looks at: read on the "
    "screen what it wants. Choose to fix again, write that file, and go on with it.",
    cues=(
        Cue(
            "await_checks",
            "The check has failed: its last lines, shown with the question, say why. Choose fix "
            "again; then write in CLONE what it wants, and press Enter at the run.",
            asks=True,
        ),
    ),
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
    part="Mend the checkout. Another change is in the merge queue before yours: your yes queues "
    "the fix, and the queue merges it.",
    prepare=_require_the_queue,
)


def _let_the_build_take_its_time(world: World) -> None:
    world.github.let_take(build=_A_LONG_BUILD_SECONDS * world.timeline.speed / world.pace)


DEPLOY_UNDER_WAY = Scenario(
    "deploy-under-way",
    "Rolled back while the workflow still builds: its deployment is called off, and stays off.",
    part="Write a wrong fix: let total_cents return 0 where there is no voucher. While the "
    "workflow still builds it you notice: press Ctrl-C, then type: hotfix rollback",
    fix=BAD_FIX,
    cues=(
        Cue("await_the_fix", "Now the wrong fix: return 0 where there is no voucher."),
        Cue("watch_workflow_run", "It is building. You notice that it is wrong: press Ctrl-C."),
    ),
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
    part="Mend the checkout. The deploy job asks for an image that was never pushed: read what is "
    "said of the new pods, and roll back.",
    cues=(Cue("watch_rollout", "Roll back.", asks=True),),
    prepare=_tag_it_otherwise,
    then=("rollback",),
    ends_with=7,
)


def _let_it_have_been_deployed(world: World) -> None:
    world.github.seed_deployment(DEPLOY_BRANCH, world.first_commit, _DAYS_AGO)


MANUAL_ROLLBACK = Scenario(
    "manual-rollback",
    "The fix is wrong: the last good workflow run is run again, and a revert proposed.",
    part="Write a wrong fix: let total_cents return 0 where there is no voucher. Once verification "
    "fails, press Ctrl-C, and go back by the workflow: hotfix rollback --via actions",
    fix=BAD_FIX,
    leaves_in="probe_production",
    cues=(
        Cue("await_the_fix", "Now the wrong fix: return 0 where there is no voucher."),
        Cue("probe_production", "Press Ctrl-C, then: hotfix rollback --via actions", asks=True),
    ),
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
    part="Write a wrong fix: let total_cents return 0 where there is no voucher, and roll back. "
    "Argo CD undoes that: read what is said, press Ctrl-C, and type: argocd app set "
    f"{APPLICATION} --sync-policy none, then: hotfix rollback",
    fix=BAD_FIX,
    cues=(
        Cue("await_the_fix", "Now the wrong fix: return 0 where there is no voucher."),
        Cue("probe_production", "Roll back, and see what Argo CD does.", asks=True),
        Cue(
            "watch_the_restoration",
            f"Argo CD has undone it. Press Ctrl-C, then: argocd app set {APPLICATION} "
            "--sync-policy none, and: hotfix rollback",
            asks=True,
        ),
    ),
    leaves_in="watch_the_restoration",
    prepare=lambda world: PlayedArgo(world).start_work(),
    then=(
        "rollback",
        Act(f"argocd app set {APPLICATION} --sync-policy none", _stop_syncing, by_player=True),
        "rollback",
    ),
    ends_with=7,
)

_NEW_TOKEN = "drill-token-of-tonight"


def _let_the_token_expire(world: World) -> None:
    """Let GitHub refuse the token from the approval on; another one is there."""
    world.github.accept_token(_NEW_TOKEN, ENGINEER)
    world.github.on_approved = lambda _number: world.github.refuse_token(GITHUB_TOKEN)


def _take_the_new_token(world: World) -> None:
    world.export("GH_TOKEN", _NEW_TOKEN)


TOKEN_EXPIRED = Scenario(
    "token-expired",
    "GitHub refuses the token in the middle: the mend is said, and resume goes on.",
    part="Mend the checkout. Once it is approved, GitHub refuses your token, and the run stops: "
    f"read what is said. The new one is {_NEW_TOKEN}: export GH_TOKEN={_NEW_TOKEN}, then "
    "hotfix resume.",
    prepare=_let_the_token_expire,
    then=(Act(f"export GH_TOKEN={_NEW_TOKEN}", _take_the_new_token, by_player=True), "resume"),
)


@dataclass
class DiesAtTheMerge(Fault):
    """Merges, never answers, and lets the laptop that asked for it die."""

    died: threading.Event = field(default_factory=threading.Event)

    def hits(self, request: Request) -> bool:
        """Tell whether ``request`` is the merge; the laptop dies of the first one."""
        is_merge = request.method == "PUT" and request.url.path.endswith("/merge")
        if not is_merge or self.times <= 0:
            return False
        self.died.set()
        return True


def _let_the_laptop_die(world: World) -> None:
    fault = DiesAtTheMerge(status=SILENT, acts=True, died=world.laptop_dies)
    world.github.faults.append(fault)


LAPTOP_DIES = Scenario(
    "laptop-dies",
    "The laptop dies as GitHub merges, and the answer is lost: resumed, nothing is done twice.",
    part="Mend the checkout, and merge. At that moment your laptop dies (kill -9), and the answer "
    "is lost. Back on: hotfix status, then hotfix resume; see that it looks before it merges.",
    prepare=_let_the_laptop_die,
    dies=True,
    then=("resume",),
)
