"""Every write of a rollback through GitHub Actions: run again, started by hand, and the revert."""

import contextlib
import json
from datetime import timedelta
from typing import Any

from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET, World
from tests.faults.faulty_proxy import Request
from tests.faults.walking import INCIDENT, WORKFLOW, Does, Route, Walk, is_read, pulls_of

from hotfix.domain import fact_names
from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import GOOD_RUN, MERGE_SHA, PULL_REQUEST_NUMBER, PULL_REQUEST_URL
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.domain.proposal import THE_REVERT
from hotfix.domain.pull_request_text import of_the_revert
from hotfix.ports.bundle import Ports
from hotfix.simulators.timeline import WorldTimings
from hotfix.steps.choose_the_run import ChooseTheRun
from hotfix.steps.deploy_the_good_run_again import DeployTheGoodRunAgain
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview
from hotfix.steps.revert_the_merge import RevertTheMerge
from hotfix.steps.watch_the_run_again import WatchTheRunAgain

_BY_HAND = "on:\n  push:\n  workflow_dispatch:\n    inputs:\n      commit:\n"
# GitHub shows a run some time after it was asked for: longer than the first looks of a retry.
_LISTS_LAG_SECONDS = 20.0
_START_IT = "start_it_by_hand"


def _name_of(request: Request) -> str:
    path = request.target.removeprefix(f"/repos/{REPOSITORY}")
    if path.endswith("/git-receive-pack"):
        return "push the revert"
    if is_read(request):
        return ""
    return {
        "rerun": "run the good run again",
        "dispatches": "start the workflow by hand",
        "pulls": "open the revert",
        "labels": "label the revert",
        "requested_reviewers": "request the revert's review",
    }[path.rpartition("/")[2]]


def _prepare(github: World) -> tuple[Reported, ...]:
    """Merge a bad fix on top of a good deployment, by a workflow that can be started by hand."""
    for label in ("hotfix", "urgent"):
        github.service.hosted.add_label(label)
    github.commit("deploys", ".github/workflows/deploy.yml", _BY_HAND)
    github.git("push", "--quiet", "origin", f"deploys:{TARGET}")
    github.service.notice_pushes()
    github.pass_time(10)
    github.commit(BRANCH, text="broken\nworse\n", start=f"origin/{TARGET}")
    opened = github.pulls.open("[HOTFIX] checkout returns 500", "Body", BRANCH, TARGET)
    merged = github.pulls.merge(opened.number, opened.head_sha, "squash", "Title")
    github.pass_time(10)
    github.service.hosted.lists_lag = _LISTS_LAG_SECONDS
    return (
        fact_names.BRANCH(BRANCH),
        MERGE_SHA(merged.sha),
        PULL_REQUEST_NUMBER(opened.number),
        PULL_REQUEST_URL(opened.url),
    )


def _steps(github: World, prepared: tuple[Reported, ...]) -> tuple[Any, ...]:
    def have_merged(_facts: Facts, _ports: Ports) -> Outcome:
        github.pass_time(_LISTS_LAG_SECONDS)
        return Done("A bad fix is merged.", prepared)

    def let_a_month_pass(_facts: Facts, _ports: Ports) -> None:
        for run in github.service.hosted.runs:
            run.created_at -= timedelta(days=31)

    return (
        Does("have_merged", have_merged),
        ChooseTheRun(WORKFLOW, TARGET, "commit", ()),
        DeployTheGoodRunAgain(WORKFLOW, TARGET, "commit", ()),
        WatchTheRunAgain(TARGET),
        Does("let_a_month_pass", let_a_month_pass),
        ChooseTheRun(WORKFLOW, TARGET, "commit", (), name="choose_to_start_it_by_hand"),
        DeployTheGoodRunAgain(WORKFLOW, TARGET, "commit", (), name=_START_IT),
        WatchTheRunAgain(TARGET, name="watch_what_was_started"),
        RevertTheMerge(TARGET, "hotfix/"),
        PublishBranch("publish_the_revert", proposal=THE_REVERT),
        OpenPullRequest(of_the_revert(INCIDENT, TARGET), TARGET, THE_REVERT, "open_the_revert"),
        LabelPullRequest(("hotfix", "urgent"), THE_REVERT, "label_the_revert"),
        RequestTheRevertsReview("rena"),
    )


def _mend(walk: Walk) -> None:
    """Do what the problem says: look, and start the workflow where no run of it is there."""
    problem = walk.progress.problem
    if problem is None or "cannot be told" not in problem.what:
        return
    hosted = walk.github.service.hosted
    chosen = walk.progress.facts[GOOD_RUN]
    asked = f"gh workflow run {WORKFLOW} --ref {TARGET} --field commit={chosen.sha}"
    assert asked in problem.next_command
    if not any(run.event == "workflow_dispatch" for run in hosted.runs):
        # Late on a busy machine: the person looks again before anything else.
        with contextlib.suppress(TemporaryTroubleError):
            walk.ports.workflow_runs.dispatch(TARGET, {"commit": chosen.sha})
    walk.github.pass_time(_LISTS_LAG_SECONDS)


def _seen(github: World) -> tuple[object, ...]:
    hosted = github.service.hosted
    deploys = [run for run in hosted.runs if run.path.endswith(WORKFLOW)]
    return (
        *pulls_of(github),
        *((run.event, run.attempt, run.conclusion) for run in deploys),
        json.dumps([run.inputs.get("commit") == deploys[0].sha for run in deploys]),
    )


# Nobody can tell whether it happened, so a person looks.
_CANNOT_BE_TOLD = frozenset({_START_IT})
_REVERT = {"open_the_revert", "label_the_revert", "request_the_reverts_review"}

THE_WAY_BACK = Route(
    name="a rollback by GitHub Actions",
    writes=(
        "run the good run again",
        "start the workflow by hand",
        "push the revert",
        "open the revert",
        "label the revert",
        "request the revert's review",
    ),
    name_of=_name_of,
    timings=WorldTimings(ci=20.0, workflow_queue=1.0, build=2.0, deploy_job=2.0),
    prepare=_prepare,
    steps=_steps,
    seen=_seen,
    ends_with=(
        (BRANCH, TARGET, (), (), "merged"),
        ("hotfix/revert-checkout-returns-500", TARGET, ("hotfix", "urgent"), ("rena",), "open"),
        ("push", 2, "success"),
        ("push", 1, "success"),
        ("workflow_dispatch", 1, "success"),
        "[false, false, true]",
    ),
    mend=_mend,
    stops_at={
        **dict.fromkeys(
            ("reset before", "502, not done", "HTML 200, not done", "hang before"), _CANNOT_BE_TOLD
        ),
        "403 primary limit": frozenset({"publish_the_revert"}),
        "403 secondary limit": frozenset({"publish_the_revert"}),
        "401 halfway": frozenset({"deploy_the_good_run_again", _START_IT, *_REVERT}),
    },
)
