"""Has a rollback gone back, and does what it brought run still? Then it is not begun anew."""

from collections.abc import Sequence

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact_names import HEALTHY, RESTORED, ROLLBACK_TARGETS
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Via
from hotfix.ports.cluster import Cluster

_WENT_BACK = {Via.KUBERNETES: "restore_the_recorded_set", Via.ACTIONS: "compare_with_the_record"}
_WATCHED = {**_WENT_BACK, Via.KUBERNETES: "watch_the_restoration"}


def has_gone_back(
    cluster: Cluster | None, progress: Progress, only: Sequence[str], via: Via
) -> bool:
    """Tell whether there is nothing to go back with any more for a rollback that is asked for.

    One that went another way counts once it was watched to its end. A restoration whose answer is
    lost counts, too: its evidence is looked for when the run goes on.

    Args:
        cluster: where what runs is looked at; None where none is configured, and the record tells.
        progress: of the run.
        only: names of the deployments that are asked for; empty for all.
        via: how it is asked for.

    Raises:
        ProblemError, TemporaryTroubleError: the cluster does not say what runs.
    """
    if progress.plan != PlanName.ROLLBACK:
        return False
    went = progress.settings.via
    step = (progress.plan, (_WENT_BACK if via is went else _WATCHED)[went])
    is_restoring = via is went is Via.KUBERNETES and step in progress.begun
    if step not in progress.done and not is_restoring:
        return False
    return cluster is None or _runs_as_brought(cluster, progress, only)


def _runs_as_brought(cluster: Cluster, progress: Progress, only: Sequence[str]) -> bool:
    facts = progress.facts
    # As of the last look: put onto what was made anew, and as a policy let it in.
    looked = {each.name: each for each in facts.get(ROLLBACK_TARGETS, ())}
    every = [
        looked.get(each.name, each) for each in progress.settings.targets or facts.get(HEALTHY, ())
    ]
    wanted = [each for each in every if not only or each.name in only]
    if not {each.name for each in wanted} >= set(only):
        return False
    brought = {each.name: each.revision for each in facts.get(RESTORED, ())}
    present = cluster.record([each.name for each in wanted])
    return all(
        now.runs(target) or _is_as_compared(now, target, brought.get(now.name))
        for now, target in zip(present, wanted, strict=True)
    )


def _is_as_compared(now: DeploymentRecord, target: DeploymentRecord, brought: int | None) -> bool:
    """Tell whether it is what a deployment brought: the images of the record, in a new template."""
    return (now.uid, now.images, now.revision) == (target.uid, target.images, brought)
