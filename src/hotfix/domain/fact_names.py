"""Every fact once: its name in the journal, its type, and what it means.

Names are only ever added; a reader of an old journal must do without the newer ones.
``docs/facts.md`` says which step reports and which code reads each.
"""

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Fact
from hotfix.domain.fact_records import (
    AcceptedChange,
    BroughtTo,
    CameBack,
    CommittedChange,
    DeploymentRevision,
    DeployUnderWay,
    FixWords,
    GoodRun,
    LogRecord,
    OnCallPerson,
    OtherCommit,
    PostMortemIssue,
    Proven,
    ReviewAsked,
    ReviewRequest,
    StillAboard,
    SuiteReport,
    Unproven,
)
from hotfix.domain.incident import StartFrom
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.restoration import Caveat, RestoredState

# Prepare.
ELIGIBILITY = Fact("eligibility", str, "why the process may be used")
WARNINGS = Fact("warnings", tuple[str, ...], "needs that are not met and stop nothing")
LOCK = Fact("lock", str, "id of the run that holds the lock")
LOCK_TOKEN = Fact("lock_token", int, "the lock's fencing token (leaseTransitions)")
ISSUE_NUMBER = Fact("issue_number", int, "number of the issue that the hotfix is about")
ISSUE_URL = Fact("issue_url", str, "link of that issue")
ISSUE_TITLE = Fact("issue_title", str, "title of that issue", is_record=True)
LIVE_SHA = Fact(
    "live_sha", str, "full SHA of the commit that the pods ran at the start; of several, the oldest"
)
START_FROM = Fact("start_from", StartFrom, "where the branch is cut from, as decided")
RIDE_ALONG = Fact("ride_along", tuple[OtherCommit, ...], "on the base, not in what runs")
BASE_LOOKED_AT = Fact(
    "base_looked_at", str, "full SHA of the base, as of which it is known what rides along"
)
LEFT_BEHIND = Fact(
    "left_behind", tuple[OtherCommit, ...], "the same, where the branch is cut from what runs"
)
BAD_COMMITS = Fact(
    "bad_commits", tuple[StillAboard, ...], "rolled back by an earlier run and still aboard"
)
HEALTHY = Fact(
    "healthy", tuple[DeploymentRecord, ...], "what ran before the merge: what a rollback restores"
)
PROBES_BEFORE = Fact("probes_before", tuple[ProbeResult, ...], "the probes before the fix")
ON_CALL = Fact("on_call", tuple[str, ...], "names of those on call")
ON_CALL_PEOPLE = Fact("on_call_people", tuple[OnCallPerson, ...], "those on call")

UNSETTLED = Fact(
    "unsettled", tuple[str, ...], "steps that were begun and of whose effect the world did not tell"
)

# Branch and fix.
BASE_SHA = Fact("base_sha", str, "full SHA of the base; then of what the branch was cut from")
BRANCH = Fact("branch", str, "name of the hotfix branch")
FOLDER = Fact("folder", str, "the work tree that the engineer edits")
PICKED = Fact("picked", tuple[str, ...], "full SHAs of what was picked onto the branch")
CHANGE = Fact("change", CommittedChange, "what the guard has seen of the fix")
ACCEPTED_CHANGE = Fact(
    "accepted_change", AcceptedChange, "what a person had committed, and accepted about it"
)
FIX_WORDS = Fact("fix_words", FixWords, "what a person wrote of the fix, in an editor")
GUARD_WARNINGS = Fact("guard_warnings", tuple[str, ...], "what a person accepted about the change")
REPOSITORY = Fact("repository", str, "root of the clone in which a run goes on that was taken over")
BESIDE = Fact("beside", bool, "likewise, whether in a work tree beside it")

# Test.
SUITES = Fact("suites", tuple[SuiteReport, ...], "how the local suites ended")
TESTS_OVERRIDDEN = Fact("tests_overridden", str, "why a failure of the suites was overridden")
TESTED_SHA = Fact(
    "tested_sha", str, "full SHA that the local suites ran on, or were overridden for"
)

# Review.
HEAD_SHA = Fact("head_sha", str, "full SHA that was pushed; then the one that the checks passed on")
MERGE_INTO = Fact("merge_into", str, "name of the deploy branch")
DEPLOY_BRANCH_MADE_AT = Fact(
    "deploy_branch_made_at", str, "full SHA at which this run created the deploy branch"
)
PULL_REQUEST_NUMBER = Fact("pull_request_number", int, "number of the pull request")
PULL_REQUEST_URL = Fact("pull_request_url", str, "link of the pull request")
AUTHOR = Fact("author", str, "login of the pull request's author")
LABELS = Fact("labels", tuple[str, ...], "labels that were put on the pull request")
SUGGESTED_REVIEWERS = Fact(
    "suggested_reviewers", tuple[str, ...], "logins or names of who could review", is_record=True
)
CHOSEN_REVIEWER = Fact("chosen_reviewer", str, "login that a person chose where none is configured")
REVIEWER = Fact("reviewer", str, "login, or org/team, of the first one asked")
REVIEWERS_ASKED = Fact(
    "reviewers_asked", tuple[ReviewAsked, ...], "everybody who was asked, once for every commit"
)
REVIEW_REQUEST = Fact("review_request", ReviewRequest, "the first request for the present head")
APPROVER = Fact("approver", str, "logins, separated by commas; none where the glass was broken")
BREAK_GLASS = Fact("break_glass", str, "who went on without a review, and why")
APPROVED_SHA = Fact("approved_sha", str, "full SHA of the only commit that is merged")

# Deploy and verify.
MERGE_HOW = Fact("merge_how", MergeHow, "who merges")
MERGE_SHA = Fact("merge_sha", str, "full SHA of the commit that the merge made")
WORKFLOW_RUN_ID = Fact("workflow_run_id", int, "id of the deploy run that the merge started")
WORKFLOW_RUN_URL = Fact("workflow_run_url", str, "link of that run")
ROLLOUT = Fact("rollout", tuple[DeploymentRevision, ...], "what each deployment came to")
CAME_BACK = Fact(
    "came_back",
    tuple[CameBack, ...],
    "rolled back by an earlier run and rolled out again",
    is_record=True,
)
PROOF = Fact("proof", tuple[Proven, ...], "deployments that are proven to run the merged commit")
UNPROVEN = Fact("unproven", tuple[Unproven, ...], "what was gone on without a proof of")
PROBES_AFTER = Fact("probes_after", tuple[ProbeResult, ...], "the probes after the deployment")
VERIFIED_BY = Fact("verified_by", str, "who confirmed that the fix works")

# Close.
VERIFIED = Fact(
    "verified", tuple[DeploymentRecord, ...], "what was verified: a state known to be healthy"
)
STATUS_PAGE = Fact("status_page", str, "link of the page's incident, or that none is configured")
STATUS_PAGE_CHOICE = Fact(
    "status_page_choice", str, "``publish``, ``update-`` and the incident's id, or ``leave``"
)
PAGE_CLOSED = Fact(
    "page_closed", str, "how it is known that customers read on the page that it is over"
)
ALERT_CLOSED = Fact("alert_closed", str, "how it is known that PagerDuty's alert is resolved")
LOG_ENTRY = Fact("log_entry", LogRecord, "the entry of the deployment log")
FOLLOW_UP = Fact("follow_up", str, "link of the follow-up issue, or that none was asked for")
FOLLOW_UP_NUMBER = Fact("follow_up_number", int, "its number")
BRING_BACK_URL = Fact("bring_back_url", str, "link of the pull request into the base")
BRING_BACK_CONFLICTS = Fact(
    "bring_back_conflicts", tuple[str, ...], "paths in which that one conflicts", is_record=True
)
BRING_BACK_SETTLED = Fact(
    "bring_back_settled", str, "how it is known that nothing is to be done about it any more"
)
BROUGHT_TO = Fact("brought_to", tuple[BroughtTo, ...], "what became of the fix on further branches")
FOLLOW_UP_CLOSED = Fact("follow_up_closed", bool, "whether that issue was seen to be closed")
POST_MORTEM = Fact("post_mortem", str, "whether a post-mortem is due")
POST_MORTEM_ISSUE = Fact("post_mortem_issue", PostMortemIssue, "the issue of the post-mortem")

# Rollback.
ROLLBACK_TARGETS = Fact("rollback_targets", tuple[DeploymentRecord, ...], "what is gone back to")
REPLACED = Fact("replaced", tuple[DeploymentRecord, ...], "what ran before the rollback")
CHANGED_BY_OTHERS = Fact(
    "changed_by_others",
    tuple[str, ...],
    "deployments that somebody else changed after the record, be it under our own deploy",
)
ROLLBACK_SHOWN = Fact("rollback_shown", tuple[str, ...], "what the question about it shows")
CAVEATS = Fact(
    "caveats", tuple[Caveat, ...], "what a rollback leaves, takes with it, and who would undo it"
)
UNDER_WAY = Fact(
    "under_way", tuple[DeployUnderWay, ...], "deployments that were under way, and are called off"
)
CALLED_OFF = Fact(
    "called_off", tuple[str, ...], "what became of what was under way", is_record=True
)
DECIDED_BY = Fact("decided_by", str, "who decided on the rollback; ``itself`` where nobody did")
ROLLED_BACK = Fact("rolled_back", tuple[str, ...], "names of the deployments that went back")
RESTORATION = Fact("restoration", tuple[RestoredState, ...], "what became of each of them")
RESTORED = Fact("restored", tuple[DeploymentRevision, ...], "what each of them came to")
PROBES_RESTORED = Fact("probes_restored", tuple[ProbeResult, ...], "the probes after the rollback")
GOOD_RUN = Fact("good_run", GoodRun, "the deployment that GitHub Actions does once more")
AGAIN_RUN_ID = Fact("again_run_id", int, "id of its run; 0 where the server did not tell")
AGAIN_RUN_URL = Fact("again_run_url", str, "link of its run")
COMPARED = Fact("compared", tuple[str, ...], "how each deployment compares with the record")
REVERT = Fact("revert", str, "why no revert is proposed: not needed, or conflicts")
REVERT_BY_HAND = Fact(
    "revert_by_hand", str, "the command by which git takes back all that was merged"
)
REVERT_CONFLICTS = Fact(
    "revert_conflicts", tuple[str, ...], "paths in which the revert conflicts", is_record=True
)
REVERT_BRANCH = Fact("revert_branch", str, "name of the branch with the revert")
REVERT_SHA = Fact("revert_sha", str, "full SHA of its commit")
REVERT_NUMBER = Fact("revert_number", int, "number of the revert pull request")
REVERT_URL = Fact("revert_url", str, "link of the revert pull request")
BAD_COMMIT_SETTLED = Fact(
    "bad_commit_settled", str, "how the bad commit was undone in the code, found out later"
)
