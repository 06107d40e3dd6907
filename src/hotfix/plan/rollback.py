"""The way back (procedure: "Rollback Procedure")."""

from typing import TYPE_CHECKING

from hotfix.domain.deployment_log import BACK
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.incident import Incident
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import Via
from hotfix.domain.step import Phase, Plan, Step
from hotfix.plan import configured
from hotfix.plan.afterwards import post_mortem
from hotfix.ports.bundle import Ports
from hotfix.steps.call_off_the_deploy import CallOffTheDeploy
from hotfix.steps.confirm_the_rollback import ConfirmTheRollback
from hotfix.steps.log_the_deployment import LogTheDeployment
from hotfix.steps.name_what_is_not_recorded import NameWhatIsNotRecorded
from hotfix.steps.probe_after_rollback import ProbeAfterRollback
from hotfix.steps.release_the_lock import ReleaseTheLock
from hotfix.steps.restore_the_recorded_set import RestoreTheRecordedSet
from hotfix.steps.see_nothing_under_way import SeeNothingUnderWay
from hotfix.steps.see_what_runs_now import SeeWhatRunsNow
from hotfix.steps.watch_the_restoration import WatchTheRestoration
from hotfix.wrappers.under_the_lock import UnderTheLock

if TYPE_CHECKING:
    from hotfix.config.model import Config

# Procedure, "Automatic Rollback (< 5 min)".
_ROLLBACK_TARGET_SECONDS = 300.0


def plan_rollback(
    incident: Incident,
    config: "Config",
    targets: tuple[DeploymentRecord, ...] = (),
    only: tuple[str, ...] = (),
    via: Via = Via.KUBERNETES,
) -> Plan[Ports]:
    """Return the way back (procedure: "Rollback Procedure").

    Args:
        incident: what the hotfix was about.
        config: the team's ``hotfix.toml``.
        targets: what to go back to; empty for what the run recorded before its merge.
        only: names of the deployments to go back with; empty for all of them.
        via: in the cluster, or by deploying again (procedure: "Manual Rollback").
    """
    # Whoever names what to go back to, or with, has not asked for all of it.
    every = () if targets or only else configured.deployments(config)
    return Plan(
        name=PlanName.ROLLBACK,
        ends_as=RunState.ROLLED_BACK,
        phases=(
            Phase(
                "rollback",
                _ROLLBACK_TARGET_SECONDS,
                (
                    *(
                        _by_actions(config)
                        if via is Via.ACTIONS
                        else (
                            SeeWhatRunsNow(targets, only, config.github.workflow, every),
                            ConfirmTheRollback(),
                            UnderTheLock(CallOffTheDeploy(config.github.workflow)),
                            UnderTheLock(RestoreTheRecordedSet(incident)),
                            WatchTheRestoration(configured.doomed_share(config)),
                            UnderTheLock(
                                SeeNothingUnderWay(config.github.workflow, "see_what_runs_now")
                            ),
                        )
                    ),
                    ProbeAfterRollback(configured.probes(config)),
                ),
            ),
            Phase(
                "record",
                None,
                (
                    LogTheDeployment(incident, BACK, "log_the_rollback"),
                    *((NameWhatIsNotRecorded(every),) if every else ()),
                    *(() if targets else _in_the_code(incident, config)),
                    *post_mortem(incident, config),
                    ReleaseTheLock(),
                ),
                is_courtesy=True,
            ),
        ),
    )


def _by_actions(config: "Config") -> tuple[Step[Ports], ...]:
    from hotfix.plan.rollback_by_actions import way_back_by_actions

    return way_back_by_actions(config)


def _in_the_code(incident: Incident, config: "Config") -> tuple[Step[Ports], ...]:
    # Without a run of a hotfix no commit is known to be the bad one.
    from hotfix.plan.revert import revert

    return revert(incident, config)
