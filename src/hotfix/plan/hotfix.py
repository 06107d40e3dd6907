"""From a description to a fix verified in production (procedure: "Hotfix Process").

The words in the left column of the procedure's Timeline Target table are the names of the phases.
"""

from hotfix.config.model import Config
from hotfix.domain import pull_request_text
from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.fact_names import ISSUE_NUMBER, PULL_REQUEST_NUMBER
from hotfix.domain.incident import Audience, Incident
from hotfix.domain.page_texts import shown_with_it
from hotfix.domain.paging import Page
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import RunState
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.domain.step import Phase, Plan, Step
from hotfix.plan import configured
from hotfix.plan.afterwards import post_mortem
from hotfix.plan.fencing import fenced
from hotfix.plan.told_to_customers import page_words
from hotfix.ports.bundle import Ports
from hotfix.ports.minimal_change import MinimalChange
from hotfix.ports.suite_runner import Suite
from hotfix.steps.annotate_the_deployments import AnnotateTheDeployments
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks
from hotfix.steps.await_the_fix import AwaitTheFix
from hotfix.steps.await_the_merge import AwaitTheMerge
from hotfix.steps.bring_back_to_base import BringBackToBase
from hotfix.steps.bring_to_other_branches import BringToOtherBranches
from hotfix.steps.check_eligibility import CheckEligibility
from hotfix.steps.check_readiness import CheckReadiness
from hotfix.steps.claim_the_lock import ClaimTheLock
from hotfix.steps.commit_the_rest import CommitTheRest
from hotfix.steps.confirm_by_a_person import ConfirmByAPerson
from hotfix.steps.cut_branch import CutBranch
from hotfix.steps.ensure_target_branch import EnsureTargetBranch
from hotfix.steps.guard_the_change import GuardTheChange
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.link_the_follow_up import LinkTheFollowUp
from hotfix.steps.list_the_ride_along import ListTheRideAlong
from hotfix.steps.log_the_deployment import LogTheDeployment
from hotfix.steps.look_for_bad_commits import LookForBadCommits
from hotfix.steps.merge_the_fix import MergeTheFix
from hotfix.steps.name_the_on_call import NameTheOnCall
from hotfix.steps.name_what_came_back import NameWhatCameBack
from hotfix.steps.open_follow_up import OpenFollowUp
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.page_the_on_call import PageTheOnCall
from hotfix.steps.pick_the_commits import PickTheCommits
from hotfix.steps.probe_production import NOT_REACHED, ProbeProduction
from hotfix.steps.prove_the_commit_runs import ProveTheCommitRuns
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.read_the_issue import ReadTheIssue
from hotfix.steps.record_the_healthy_state import RecordTheHealthyState
from hotfix.steps.record_the_verified_state import RecordTheVerifiedState
from hotfix.steps.release_the_lock import ReleaseTheLock
from hotfix.steps.request_review import RequestReview
from hotfix.steps.run_local_tests import RunLocalTests
from hotfix.steps.see_it_broken import SeeItBroken
from hotfix.steps.suggest_reviewer import SuggestReviewer
from hotfix.steps.tell_customers import TellCustomers
from hotfix.steps.update_base import UpdateBase
from hotfix.steps.update_status_page import UpdateStatusPage
from hotfix.steps.watch_rollout import WatchRollout
from hotfix.steps.watch_workflow_run import WatchWorkflowRun
from hotfix.wrappers.or_roll_back import OrRollBack
from hotfix.wrappers.under_the_lock import UnderTheLock

# Before anything is promised, trouble is told at once; later there is more to lose by giving up.
_IMPATIENT_SECONDS = 20.0
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
    says_page: bool = False,
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
        says_page: whether a flag says if those on call are paged.
    """
    git, github, timeline = config.git, config.github, config.timeline
    ladder = _ladder(incident, config)
    text = pull_request_text.of_the_fix(incident)
    deployments = configured.deployments(config)
    guard = config.guard
    minimal = MinimalChange(
        guard.max_files, guard.max_lines, tuple(guard.sensitive), tests=_TEST_FILES
    )
    edited = incident if can_ask else None
    return Plan(
        name=PlanName.HOTFIX,
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
                    CheckReadiness(incident.reviewer, branch),
                    ClaimTheLock(),
                    ReadTheIssue(incident.issue),
                    RecordTheHealthyState(deployments),
                    SeeItBroken(configured.probes(config)),
                    NameTheOnCall(config.contacts.on_call),
                    *_page(incident, config, is_said=says_page),
                    *_telling_customers(incident, config, can_ask=can_ask),
                    ListTheRideAlong(git.base, github.merge_into, deployments, incident),
                    *((LookForBadCommits(bad, git.base, github.merge_into),) if bad else ()),
                ),
                patience_seconds=_IMPATIENT_SECONDS,
            ),
            Phase(
                "branch",
                timeline.branch,
                (
                    UpdateBase(git.base),
                    CutBranch(branch, beside, incident.start_sha),
                    *((PickTheCommits(incident.picks),) if incident.picks else ()),
                    fenced(PublishBranch(workflow=github.workflow)),
                ),
                patience_seconds=_IMPATIENT_SECONDS,
            ),
            Phase(
                "fix",
                timeline.fix,
                (
                    AwaitTheFix(edited),
                    CommitTheRest(incident.fix_summary or incident.description, minimal, edited),
                    GuardTheChange(minimal, edited),
                ),
            ),
            Phase("test", timeline.test, (RunLocalTests(_suites(config)),)),
            Phase(
                "review",
                timeline.review,
                (
                    fenced(
                        PublishBranch("push_the_fix", only_tested=True, workflow=github.workflow)
                    ),
                    fenced(EnsureTargetBranch(github.merge_into)),
                    fenced(OpenPullRequest(text, github.merge_into)),
                    fenced(LabelPullRequest(tuple(github.labels))),
                    *(() if ladder.first else (SuggestReviewer(can_ask, config.review.logins),)),
                    fenced(RequestReview(ladder)),
                    AwaitChecks(github.merge_into, ladder, git.remote),
                    AwaitApproval(github.required_approvals, ladder, git.remote, break_glass_after),
                ),
            ),
            Phase(
                "deploy",
                timeline.deploy,
                (
                    UnderTheLock(
                        MergeTheFix(
                            github.merge_into, github.merge_method, git.remote, github.merge_how
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
                    _or_roll_back(ProbeProduction(configured.probes(config)), config),
                    ConfirmByAPerson(),
                ),
            ),
            Phase(
                "close",
                None,
                (
                    RecordTheVerifiedState(deployments),
                    fenced(_update_of_the_page(incident, config, can_ask=can_ask)),
                    LogTheDeployment(incident, "deployed"),
                    *_notes_on_deployments(config),
                    fenced(OpenFollowUp(incident, config.close.follow_up)),
                    *_links_to_the_follow_up(config),
                    fenced(BringBackToBase(incident, git.base, github.merge_into)),
                    *_to_other_branches(incident, config),
                    *post_mortem(incident, config),
                    ReleaseTheLock(),
                ),
                is_courtesy=True,
            ),
        ),
    )


def _notes_on_deployments(config: Config) -> tuple[Step[Ports], ...]:
    if config.kubernetes is None or not config.kubernetes.annotate:
        return ()
    return (fenced(AnnotateTheDeployments(configured.deployments(config))),)


def _telling_customers(
    incident: Incident, config: Config, *, can_ask: bool
) -> tuple[Step[Ports], ...]:
    if incident.audience not in {Audience.PERHAPS, Audience.CUSTOMERS}:
        return ()
    title, words, impact = page_words(incident, config)
    is_known = incident.audience is Audience.CUSTOMERS
    about = config.statuspage.components if config.statuspage is not None else ()
    return (TellCustomers(title, words, can_ask, is_known, shown_with_it(impact, about)),)


def _update_of_the_page(incident: Incident, config: Config, *, can_ask: bool) -> UpdateStatusPage:
    title, words, impact = page_words(incident, config)
    return UpdateStatusPage(incident, can_ask, title, words.resolved, impact)


def _page(incident: Incident, config: Config, *, is_said: bool) -> tuple[Step[Ports], ...]:
    page = config.pagerduty.page if config.pagerduty is not None else Page.NEVER.value
    # Where the team has said so beforehand there is nothing to decide; a person may all the same.
    is_open = page == Page.ASK.value or (is_said and page == Page.NEVER.value)
    return (PageTheOnCall(incident, is_said),) if is_open else ()


def _links_to_the_follow_up(config: Config) -> tuple[Step[Ports], ...]:
    if not config.close.follow_up:
        return ()
    return (
        fenced(LinkTheFollowUp(ISSUE_NUMBER, "link_it_from_the_issue")),
        fenced(LinkTheFollowUp(PULL_REQUEST_NUMBER, "link_it_from_the_pull_request")),
    )


def _to_other_branches(incident: Incident, config: Config) -> tuple[Step[Ports], ...]:
    git, github = config.git, config.github
    if not git.also_into:
        return ()
    step = BringToOtherBranches(
        incident, git.also_into, git.base, github.merge_into, github.workflow
    )
    return (fenced(step),)


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
    return OrRollBack(step, settings.countdown, (NOT_REACHED,)) if settings.automatic else step


def _watch_rollout(config: Config) -> WatchRollout:
    settings = config.kubernetes
    if settings is None:
        return WatchRollout(())
    return WatchRollout(tuple(settings.deployments), settings.stability, settings.doomed_share)


def _suites(config: Config) -> tuple[Suite, ...]:
    return tuple(
        Suite(suite.name, tuple(suite.run), suite.directory, suite.timeout, suite.grace, suite.ci)
        for suite in config.tests
    )
