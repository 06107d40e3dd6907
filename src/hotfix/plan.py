"""The procedure as plans: what is done, in which order, against which clock. Start reading here.

A plan is data. ``engine.run`` walks it, ``steps`` holds what each line does, and the words in the
left column of the procedure's Timeline Target table are the names of the phases.
"""

from hotfix.config.model import Config
from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.domain.step import Phase, Plan, Step
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import DeploymentRecord
from hotfix.ports.prober import Probe
from hotfix.ports.suite_runner import Suite
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks
from hotfix.steps.await_the_fix import AwaitTheFix
from hotfix.steps.await_the_merge import AwaitTheMerge
from hotfix.steps.bring_back_to_base import BringBackToBase
from hotfix.steps.check_eligibility import CheckEligibility
from hotfix.steps.check_readiness import CheckReadiness
from hotfix.steps.choose_the_run import ChooseTheRun
from hotfix.steps.claim_the_lock import ClaimTheLock
from hotfix.steps.close_pull_request import ClosePullRequest
from hotfix.steps.commit_the_rest import CommitTheRest
from hotfix.steps.compare_with_the_record import CompareWithTheRecord
from hotfix.steps.confirm_by_a_person import ConfirmByAPerson
from hotfix.steps.confirm_the_rollback import ConfirmTheRollback
from hotfix.steps.cut_branch import CutBranch
from hotfix.steps.deploy_the_good_run_again import DeployTheGoodRunAgain
from hotfix.steps.ensure_target_branch import EnsureTargetBranch
from hotfix.steps.guard_the_change import GuardTheChange
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.label_the_revert import LabelTheRevert
from hotfix.steps.link_the_follow_up import LinkTheFollowUp
from hotfix.steps.list_the_ride_along import ListTheRideAlong
from hotfix.steps.log_the_deployment import LogTheDeployment
from hotfix.steps.look_for_bad_commits import LookForBadCommits, NameWhatCameBack
from hotfix.steps.merge_the_fix import MergeTheFix
from hotfix.steps.name_the_on_call import NameTheOnCall
from hotfix.steps.open_follow_up import OpenFollowUp
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.open_the_revert import OpenTheRevert
from hotfix.steps.or_roll_back import OrRollBack
from hotfix.steps.pick_the_commits import PickTheCommits
from hotfix.steps.probe_after_rollback import ProbeAfterRollback
from hotfix.steps.probe_production import ProbeProduction
from hotfix.steps.prove_the_commit_runs import ProveTheCommitRuns
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.publish_the_revert import PublishTheRevert
from hotfix.steps.read_the_issue import ReadTheIssue
from hotfix.steps.record_the_healthy_state import RecordTheHealthyState
from hotfix.steps.record_the_verified_state import RecordTheVerifiedState
from hotfix.steps.release_the_lock import ReleaseTheLock
from hotfix.steps.remind_of_post_mortem import RemindOfPostMortem
from hotfix.steps.request_review import RequestReview
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview
from hotfix.steps.restore_the_recorded_set import RestoreTheRecordedSet
from hotfix.steps.revert_the_merge import RevertTheMerge
from hotfix.steps.run_local_tests import RunLocalTests
from hotfix.steps.see_it_broken import SeeItBroken
from hotfix.steps.see_what_runs_now import SeeWhatRunsNow
from hotfix.steps.suggest_reviewer import SuggestReviewer
from hotfix.steps.under_the_lock import UnderTheLock
from hotfix.steps.update_base import UpdateBase
from hotfix.steps.update_status_page import UpdateStatusPage
from hotfix.steps.watch_rollout import WatchRollout
from hotfix.steps.watch_the_restoration import WatchTheRestoration
from hotfix.steps.watch_the_run_again import WatchTheRunAgain
from hotfix.steps.watch_workflow_run import WatchWorkflowRun

# Before anything is promised, trouble is told at once; later there is more to lose by giving up.
_IMPATIENT_SECONDS = 20.0
# Procedure, "Automatic Rollback (< 5 min)".
_ROLLBACK_TARGET_SECONDS = 300.0
_TEST_FILES = ("test_*", "*_test.*", "*.test.*", "*.spec.*", "tests/*", "*/tests/*", "*/test/*")


def plan_hotfix(
    incident: Incident,
    config: Config,
    *,
    branch: str,
    beside: bool,
    can_ask: bool,
    bad: tuple[BadCommit, ...] = (),
    break_glass_after: float | None = None,
) -> Plan[Ports]:
    """Return the way from a description to a fix verified in production.

    Args:
        incident: what is broken.
        config: the team's ``hotfix.toml``.
        branch: the name of the hotfix branch.
        beside: whether to work in a fresh work tree beside the repository.
        can_ask: whether somebody is there to read a draft.
        bad: what earlier runs rolled back and nothing has undone in the code.
        break_glass_after: seconds of waiting for a review after which a person wants to go on
            without one; None where nobody said so.
    """
    git, github, timeline = config.git, config.github, config.timeline
    ladder = _ladder(incident, config)
    deployments = _deployments(config)
    return Plan(
        name="hotfix",
        ends_as=RunState.DONE,
        total_seconds=timeline.total,
        counts_until="verify",
        point_of_no_return="merge_the_fix",
        needed_after=("deploy", "verify"),
        phases=(
            Phase(
                "prepare",
                None,
                (
                    CheckEligibility(incident),
                    CheckReadiness(),
                    ClaimTheLock(),
                    ReadTheIssue(incident.issue),
                    RecordTheHealthyState(deployments),
                    SeeItBroken(_probes(config)),
                    NameTheOnCall(),
                    ListTheRideAlong(git.base, github.merge_into, deployments, incident.start_from),
                    *((LookForBadCommits(bad, git.base, github.merge_into),) if bad else ()),
                ),
                patience_seconds=_IMPATIENT_SECONDS,
            ),
            Phase(
                "branch",
                timeline.branch,
                (
                    UpdateBase(git.base),
                    CutBranch(branch, beside),
                    *((PickTheCommits(incident.picks),) if incident.picks else ()),
                    PublishBranch(),
                ),
                patience_seconds=_IMPATIENT_SECONDS,
            ),
            Phase(
                "fix",
                timeline.fix,
                (
                    AwaitTheFix(),
                    CommitTheRest(incident.fix_summary or incident.description),
                    GuardTheChange(
                        max_files=config.guard.max_files,
                        max_lines=config.guard.max_lines,
                        sensitive=tuple(config.guard.sensitive),
                        tests=_TEST_FILES,
                    ),
                ),
            ),
            Phase("test", timeline.test, (RunLocalTests(_suites(config)),)),
            Phase(
                "review",
                timeline.review,
                (
                    PublishBranch("push_the_fix", only_tested=True),
                    EnsureTargetBranch(github.merge_into),
                    OpenPullRequest(incident, github.merge_into),
                    LabelPullRequest(tuple(github.labels)),
                    *(() if ladder.first else (SuggestReviewer(can_ask, config.review.logins),)),
                    RequestReview(ladder),
                    AwaitChecks(github.merge_into, ladder),
                    AwaitApproval(github.required_approvals, ladder, break_glass_after),
                ),
            ),
            Phase(
                "deploy",
                timeline.deploy,
                (
                    UnderTheLock(
                        MergeTheFix(
                            incident, github.merge_into, github.merge_method, github.merge_how
                        )
                    ),
                    AwaitTheMerge(github.merge_into),
                    WatchWorkflowRun(github.workflow),
                    _or_roll_back(_watch_rollout(config), config),
                    *((NameWhatCameBack(bad, github.merge_into),) if bad else ()),
                ),
            ),
            Phase(
                "verify",
                timeline.verify,
                (
                    ProveTheCommitRuns(deployments),
                    _or_roll_back(ProbeProduction(_probes(config)), config),
                    ConfirmByAPerson(),
                ),
            ),
            Phase(
                "close",
                None,
                (
                    RecordTheVerifiedState(deployments),
                    UpdateStatusPage(incident, can_ask),
                    LogTheDeployment(incident, "deployed"),
                    OpenFollowUp(incident, config.close.follow_up),
                    *_links_to_the_follow_up(config),
                    BringBackToBase(incident, git.base, github.merge_into),
                    RemindOfPostMortem(incident),
                    ReleaseTheLock(),
                ),
            ),
        ),
    )


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
                    ProbeAfterRollback(_probes(config)),
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
    github, deployments = config.github, _deployments(config)
    return (
        ChooseTheRun(github.workflow, github.merge_into, github.dispatch_input, deployments),
        UnderTheLock(
            DeployTheGoodRunAgain(
                github.workflow, github.merge_into, github.dispatch_input, deployments
            )
        ),
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


def plan_abort(close_pull_request: bool | None) -> Plan[Ports]:
    """Return how a run is ended: nothing that was done is undone without a yes.

    Args:
        close_pull_request: the operator's flag; None to ask.
    """
    steps = (ClosePullRequest(close_pull_request), ReleaseTheLock())
    return Plan(name="abort", ends_as=RunState.ABORTED, phases=(Phase("abort", None, steps),))


def _links_to_the_follow_up(config: Config) -> tuple[Step[Ports], ...]:
    if not config.close.follow_up:
        return ()
    return (
        LinkTheFollowUp("issue_number", "link_it_from_the_issue"),
        LinkTheFollowUp("pull_request_number", "link_it_from_the_pull_request"),
    )


def _ladder(incident: Incident, config: Config) -> ReviewLadder:
    review = config.review
    return ReviewLadder(
        first=incident.reviewer or config.github.reviewer,
        second=review.second,
        second_after=review.second_after,
        on_call_after=review.on_call_after,
        logins=review.logins,
    )


def _or_roll_back(step: Step[Ports], config: Config) -> Step[Ports]:
    """Let ``step`` end in a rollback by itself, where that is configured."""
    settings = config.rollback
    return OrRollBack(step, settings.countdown) if settings.automatic else step


def _deployments(config: Config) -> tuple[str, ...]:
    return tuple(config.kubernetes.deployments) if config.kubernetes else ()


def _watch_rollout(config: Config) -> WatchRollout:
    settings = config.kubernetes
    if settings is None:
        return WatchRollout(())
    return WatchRollout(tuple(settings.deployments), settings.stability, settings.doomed_share)


def _suites(config: Config) -> tuple[Suite, ...]:
    return tuple(
        Suite(suite.name, tuple(suite.run), suite.directory, suite.timeout)
        for suite in config.tests
    )


def _probes(config: Config) -> tuple[Probe, ...]:
    return tuple(
        Probe(
            name=probe.name,
            url=probe.url,
            method=probe.method,
            body=probe.body,
            headers=tuple(probe.headers.items()),
            expect_status=probe.expect_status,
            json_path=probe.json_path,
            json_equals=probe.json_equals,
            expect_text=probe.expect_text,
            max_latency_seconds=probe.max_latency,
            timeout_seconds=probe.timeout,
            command=tuple(probe.command),
        )
        for probe in config.probes
    )
