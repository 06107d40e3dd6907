"""The way back without the cluster (procedure: "Manual Rollback")."""

from hotfix.config.model import Config
from hotfix.domain.step import Step
from hotfix.plan import configured
from hotfix.ports.bundle import Ports
from hotfix.steps.call_off_the_deploy import CallOffTheDeploy
from hotfix.steps.choose_the_run import ChooseTheRun
from hotfix.steps.compare_with_the_record import CompareWithTheRecord
from hotfix.steps.deploy_the_good_run_again import DeployTheGoodRunAgain
from hotfix.steps.see_nothing_under_way import SeeNothingUnderWay
from hotfix.steps.watch_the_run_again import WatchTheRunAgain
from hotfix.wrappers.under_the_lock import UnderTheLock


def way_back_by_actions(config: Config) -> tuple[Step[Ports], ...]:
    """Return how the last good commit is deployed again."""
    github, deployments = config.github, configured.deployments(config)
    return (
        ChooseTheRun(github.workflow, github.merge_into, github.dispatch_input, deployments),
        UnderTheLock(CallOffTheDeploy(github.workflow)),
        UnderTheLock(
            DeployTheGoodRunAgain(
                github.workflow, github.merge_into, github.dispatch_input, deployments
            )
        ),
        WatchTheRunAgain(github.merge_into),
        CompareWithTheRecord(deployments, configured.doomed_share(config)),
        UnderTheLock(SeeNothingUnderWay(github.workflow, "choose_the_run")),
    )
