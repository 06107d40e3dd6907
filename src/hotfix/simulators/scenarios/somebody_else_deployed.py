"""Between the fix and its rollback a colleague changes one of the deployments."""

from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Act, Scenario
from hotfix.simulators.world import World


def _set_env(world: World) -> None:
    """Do what ``kubectl set env`` does."""
    world.kubernetes.change_deployment(
        "webrana-frontend",
        lambda each: each["spec"]["template"]["spec"]["containers"][0].update(
            env=[{"name": "BANNER", "value": "We are on it."}]
        ),
    )


SOMEBODY_ELSE_DEPLOYED = Scenario(
    "somebody-else-deployed",
    "A colleague changes the frontend before the rollback: it needs an explicit yes.",
    fix=BAD_FIX,
    then=(
        Act("a colleague: kubectl set env deployment/webrana-frontend BANNER=...", _set_env),
        "rollback",
        "rollback --over-others",
    ),
    ends_with=7,
)
