"""The way back (procedure: "Rollback Procedure")."""

from hotfix.config.model import Config
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.step import Phase, Plan, Step
from hotfix.plan import configured
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import DeploymentRecord
from hotfix.steps.choose_the_run import ChooseTheRun
from hotfix.steps.compare_with_the_record import CompareWithTheRecord
from hotfix.steps.confirm_the_rollback import ConfirmTheRollback
from hotfix.steps.deploy_the_good_run_again import DeployTheGoodRunAgain
from hotfix.steps.label_the_revert import LabelTheRevert
from hotfix.steps.log_the_deployment import LogTheDeployment
from hotfix.steps.open_the_revert import OpenTheRevert
from hotfix.steps.probe_after_rollback import ProbeAfterRollback
from hotfix.steps.publish_the_revert import PublishTheRevert
from hotfix.steps.release_the_lock import ReleaseTheLock
from hotfix.steps.remind_of_post_mortem import RemindOfPostMortem
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview
from hotfix.steps.restore_the_recorded_set import RestoreTheRecordedSet
from hotfix.steps.revert_the_merge import RevertTheMerge
from hotfix.steps.see_what_runs_now import SeeWhatRunsNow
from hotfix.steps.under_the_lock import UnderTheLock
from hotfix.steps.watch_the_restoration import WatchTheRestoration
from hotfix.steps.watch_the_run_again import WatchTheRunAgain

# Procedure, "Automatic Rollback (< 5 min)".
_ROLLBACK_TARGET_SECONDS = 300.0


def plan_rollback(
    incident: Incident,
    config: Config,
    targets: tuple[DeploymentRecord, ...] = (),
    only: tuple[str, ...] = (),
    via: str = "kubernetes",
) -> Plan[Ports]:
    """Return the way back (procedure: "Rollback Procedure").

    Args:
        incident: what the hotfix was about.
        config: the team's ``hotfix.toml``.
        targets: what to go back to; empty for what the run recorded before its merge.
        only: names of the deployments to go back with; empty for all of them.
        via: ``kubernetes`` restores what was recorded; ``actions`` deploys the last good commit
            again (procedure: "Manual Rollback").
    """
    return Plan(
        name="rollback",
        ends_as=RunState.ROLLED_BACK,
        phases=(
            Phase(
                "rollback",
                _ROLLBACK_TARGET_SECONDS,
                (
                    *(
                        _way_back_by_actions(config)
                        if via == "actions"
                        else (
                            SeeWhatRunsNow(targets, only, config.github.workflow),
                            ConfirmTheRollback(),
                            UnderTheLock(RestoreTheRecordedSet(incident)),
                            WatchTheRestoration(),
                        )
                    ),
                    ProbeAfterRollback(configured.probes(config)),
                ),
            ),
            Phase(
                "record",
                None,
                (
                    LogTheDeployment(incident, "rolled-back", "log_the_rollback"),
                    *(() if targets else _revert(incident, config)),
                    RemindOfPostMortem(incident),
                    ReleaseTheLock(),
                ),
            ),
        ),
    )


def _way_back_by_actions(config: Config) -> tuple[Step[Ports], ...]:
    """Return the procedure's "Manual Rollback"."""
    github, deployments = config.github, configured.deployments(config)
    return (
        ChooseTheRun(github.workflow, github.merge_into, github.dispatch_input, deployments),
        DeployTheGoodRunAgain(github.merge_into, github.dispatch_input, deployments),
        WatchTheRunAgain(github.merge_into),
        CompareWithTheRecord(deployments),
    )


def _revert(incident: Incident, config: Config) -> tuple[Step[Ports], ...]:
    """Return how the bad commit is proposed to be undone in the code."""
    github = config.github
    is_rebased = github.merge_method == "rebase"
    return (
        RevertTheMerge(github.merge_into, config.git.branch_prefix, is_rebased),
        PublishTheRevert(),
        OpenTheRevert(incident, github.merge_into),
        LabelTheRevert(tuple(github.labels)),
        RequestTheRevertsReview(incident.reviewer or github.reviewer),
    )
