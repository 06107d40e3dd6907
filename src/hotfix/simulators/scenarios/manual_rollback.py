"""The fix is wrong, and the last good deployment is done once more."""

from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import DEPLOY_BRANCH, World

_DAYS_AGO = 3.0


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
