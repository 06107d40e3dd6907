"""Every write of a hotfix, from the first push to the follow-up."""

import json
from typing import Any

from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET, World
from tests.faults.faulty_proxy import Request
from tests.faults.walking import INCIDENT, WORKFLOW, Does, Route, is_read, pulls_of

from hotfix.domain import fact_names
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import (
    BRING_BACK_URL,
    ISSUE_NUMBER,
    POST_MORTEM,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.post_mortem import DUE
from hotfix.domain.pull_request_text import of_the_fix
from hotfix.domain.question import Answer
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.ports.bundle import Ports
from hotfix.simulators.github import DeployFailedError
from hotfix.simulators.timeline import WorldTimings
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks
from hotfix.steps.bring_back_to_base import BringBackToBase
from hotfix.steps.bring_to_other_branches import BringToOtherBranches
from hotfix.steps.close_pull_request import ClosePullRequest
from hotfix.steps.cut_branch import CutBranch
from hotfix.steps.ensure_target_branch import EnsureTargetBranch
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.link_the_follow_up import LinkTheFollowUp
from hotfix.steps.merge_the_fix import MergeTheFix
from hotfix.steps.open_follow_up import OpenFollowUp
from hotfix.steps.open_post_mortem import OpenPostMortem
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.request_review import RequestReview
from hotfix.steps.update_base import UpdateBase
from hotfix.steps.watch_workflow_run import WatchWorkflowRun

_ISSUE, _PULL = 1, 2
_PULLS_INTO = {TARGET: "pull request", "main": "bring-back", "develop": "one for another branch"}


def _name_of(request: Request) -> str:
    path = request.target.removeprefix(f"/repos/{REPOSITORY}")
    if path.endswith("/git-receive-pack"):
        # The first line of a push: the old commit of the branch, which is zeros for a new one.
        is_new = request.body[4:44] == b"0" * 40
        if b"-into-" in request.body[:400]:
            return "push it for another branch"
        return "push the branch" if is_new else "push the fix"
    if is_read(request):
        return ""
    body: Any = json.loads(request.body or b"{}")
    if path == "/pulls":
        return f"open the {_PULLS_INTO[body['base']]}"
    return {
        "/labels": f"create {'a' if body.get('name') == 'hotfix' else 'another'} label",
        f"/issues/{_ISSUE}/comments": "comment on the issue",
        f"/issues/{_PULL}/comments": "comment on the pull request",
    }.get(path) or {
        "refs": "create the target branch",
        "labels": "label it",
        "requested_reviewers": "request the review",
        "merge": "merge",
        "rerun-failed-jobs": "run the failed jobs again",
        "issues": f"open the {str(body.get('title')).partition(':')[0].lower()}",
        "PATCH": "close it",
    }[request.method if request.method == "PATCH" else path.rpartition("/")[2]]


def _prepare(github: World) -> None:
    github.origin.delete_branch(TARGET)
    github.origin.create_branch("develop", str(github.origin.commit_of("main")))
    github.service.notice_pushes()
    github.service.hosted.open_issue("checkout returns 500", "", "dana")
    outcomes = [DeployFailedError("error: no space left on device")]

    def fail_once(sha: str) -> None:
        pull = github.service.hosted.pulls.get(_PULL)
        if outcomes and pull is not None and sha == pull.merge_sha:
            raise outcomes.pop()

    github.service.hosted.deploy = fail_once


def _steps(github: World, _prepared: None) -> tuple[Any, ...]:
    def know_the_issue(_facts: Facts, _ports: Ports) -> Outcome:
        return Done("There is an issue.", (ISSUE_NUMBER(_ISSUE),))

    def write_the_fix(facts: Facts, ports: Ports) -> None:
        (github.folder / "app.py").write_text("fixed\n")
        branch = facts[fact_names.BRANCH]
        ports.repository.commit(branch, "Fix", ports.repository.uncommitted(branch).tree)

    def approve(facts: Facts, _ports: Ports) -> None:
        github.service.review(facts[PULL_REQUEST_NUMBER], "rena")

    def close(facts: Facts, ports: Ports) -> Outcome:
        number = int(facts[BRING_BACK_URL].rpartition("/")[2])
        known = by_key((PULL_REQUEST_NUMBER(number), PULL_REQUEST_URL("the bring-back")))
        return ClosePullRequest(wanted=True).run(Facts(known), ports)

    ladder = ReviewLadder("rena")
    return (
        Does("know_the_issue", know_the_issue),
        UpdateBase("main"),
        CutBranch(BRANCH, beside=False),
        PublishBranch(),
        Does("write_the_fix", write_the_fix),
        PublishBranch("push_the_fix"),
        EnsureTargetBranch(TARGET),
        OpenPullRequest(of_the_fix(INCIDENT), TARGET),
        LabelPullRequest(("hotfix", "urgent")),
        RequestReview(ladder),
        Does("approve", approve),
        AwaitChecks(TARGET, ladder, "origin"),
        AwaitApproval(1, ladder, "origin"),
        MergeTheFix(TARGET, "squash", "origin"),
        WatchWorkflowRun(WORKFLOW),
        OpenFollowUp(INCIDENT, is_asked_for=True),
        LinkTheFollowUp(ISSUE_NUMBER, "link_it_from_the_issue"),
        LinkTheFollowUp(PULL_REQUEST_NUMBER, "link_it_from_the_pull_request"),
        BringBackToBase(INCIDENT, "main", TARGET),
        BringToOtherBranches(INCIDENT, ("develop", "release/*"), "main", TARGET),
        Does("it_is_due", lambda _facts, _ports: Done("It is due.", (POST_MORTEM(DUE),))),
        OpenPostMortem(INCIDENT, within_days=3),
        Does("close_it", close),
    )


def _seen(github: World) -> tuple[object, ...]:
    hosted = github.service.hosted
    merged = hosted.pulls[_PULL].merge_sha
    return (
        *pulls_of(github),
        *(issue.title for issue in hosted.issues.values() if issue.number not in hosted.pulls),
        *(run.attempt for run in hosted.runs if run.sha == merged and run.event == "push"),
    )


# Where the run stops and a person resumes it; after all other faults it goes on by itself.
_PUSHES = frozenset({"publish_branch", "push_the_fix", "bring_to_other_branches"})

THE_WALK = Route(
    name="a hotfix",
    writes=(
        "push the branch",
        "push the fix",
        "create the target branch",
        "open the pull request",
        "create a label",
        "create another label",
        "label it",
        "request the review",
        "merge",
        "run the failed jobs again",
        "open the follow-up",
        "open the post-mortem",
        "comment on the issue",
        "comment on the pull request",
        "open the bring-back",
        "push it for another branch",
        "open the one for another branch",
        "close it",
    ),
    name_of=_name_of,
    timings=WorldTimings(ci=20.0, workflow_queue=1.0, build=2.0, deploy_job=2.0),
    prepare=_prepare,
    steps=_steps,
    seen=_seen,
    ends_with=(
        (BRANCH, TARGET, ("hotfix", "urgent"), (), "merged"),
        (BRANCH, "main", (), (), "closed"),
        (f"{BRANCH}-2-into-develop", "develop", (), (), "open"),
        "checkout returns 500",
        "Follow-up: checkout returns 500",
        "Post-mortem: checkout returns 500",
        2,
    ),
    answers={"workflow-failed": Answer("again")},
    stops_at={
        # To git, 403 and 401 are missing rights; what a limit looks like there is not known.
        "403 primary limit": _PUSHES,
        "403 secondary limit": _PUSHES,
        # Git asks once more by itself where it was refused like this.
        "401 halfway": frozenset(
            {
                "label_pull_request",
                "ensure_target_branch",
                "open_pull_request",
                "request_review",
                "merge_the_fix",
                "watch_workflow_run",
                "open_follow_up",
                "open_post_mortem",
                "link_it_from_the_issue",
                "link_it_from_the_pull_request",
                "bring_back_to_base",
                "bring_to_other_branches",
            }
        ),
    },
)
