"""The branch that deploys is merged into through the merge queue, and somebody else is in it."""

from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import DEPLOY_BRANCH, World


def _require_the_queue(world: World) -> None:
    world.github.set_protection(DEPLOY_BRANCH, ("tests",), 1, merge_queue=True)
    world.github.on_approved = lambda _number: world.github.queue_another("Use the new logo")


MERGE_QUEUE = Scenario(
    "merge-queue",
    "The branch wants a merge queue: the fix is queued, and merged in its turn.",
    prepare=_require_the_queue,
)
