"""Argo CD writes the deployments, too, and undoes the rollback until it is kept from it."""

from hotfix.simulators.played_argo import APPLICATION, PlayedArgo, stop_syncing
from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Act, Scenario

ARGO_MANAGED = Scenario(
    "argo-managed",
    "Argo CD undoes the rollback of a wrong fix, until it is kept from it.",
    fix=BAD_FIX,
    prepare=lambda world: PlayedArgo(world).start_work(),
    then=(
        "rollback",
        Act(f"argocd app set {APPLICATION} --sync-policy none", stop_syncing),
        "rollback",
    ),
    ends_with=7,
)
