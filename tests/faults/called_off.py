"""Writes of a rollback that calls off what is under way: one deployment seen before, one after."""

from typing import Any

from tests.adapters.github.world_of_github import BRANCH, TARGET, World
from tests.faults.walking import WORKFLOW, Does, Route

from hotfix.domain.fact_names import MERGE_SHA, UNDER_WAY
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.question import Answer
from hotfix.ports.bundle import Ports
from hotfix.ports.deploys_under_way import under_way
from hotfix.simulators.timeline import WorldTimings
from hotfix.steps.call_off_the_deploy import CallOffTheDeploy
from hotfix.steps.see_nothing_under_way import SeeNothingUnderWay

_BY_HAND = "on:\n  push:\n  workflow_dispatch:\n    inputs:\n      commit:\n"
_LONG_SECONDS = 100_000.0


def _prepare(github: World) -> str:
    """Merge a fix whose deployment takes long; returns the commit."""
    github.commit("deploys", ".github/workflows/deploy.yml", _BY_HAND)
    github.git("push", "--quiet", "origin", f"deploys:{TARGET}")
    github.service.notice_pushes()
    for run in github.service.hosted.runs:
        github.service.cancel(run)
    github.commit(BRANCH, text="broken\nworse\n", start=f"origin/{TARGET}")
    opened = github.pulls.open("[HOTFIX] checkout returns 500", "Body", BRANCH, TARGET)
    merged = github.pulls.merge(opened.number, opened.head_sha, "squash", "Title")
    return str(merged.sha)


def _steps(_github: World, sha: str) -> tuple[Any, ...]:
    def look(_facts: Facts, ports: Ports) -> Outcome:
        found = under_way(ports.workflow_runs.unfinished(), sha)
        return Done("A bad fix is merged.", (MERGE_SHA(sha), UNDER_WAY(found)))

    def begin_another(_facts: Facts, ports: Ports) -> None:
        ports.workflow_runs.dispatch(TARGET, {})

    return (
        Does("look", look),
        CallOffTheDeploy(WORKFLOW),
        Does("begin_another", begin_another),
        SeeNothingUnderWay(WORKFLOW, "look"),
    )


def _seen(github: World) -> tuple[object, ...]:
    deploys = [run for run in github.service.hosted.runs if run.path.endswith(WORKFLOW)]
    return tuple((run.event, run.conclusion) for run in deploys)


CALLED_OFF = Route(
    name="what is called off",
    writes=(),
    # To ask for the end of a run twice does nothing.
    name_of=lambda _request: "",
    timings=WorldTimings(build=_LONG_SECONDS, cancel=2.0),
    prepare=_prepare,
    steps=_steps,
    seen=_seen,
    # What is begun by hand in the middle is somebody's.
    answers={"over-others": Answer("roll-back")},
    ends_with=(("push", "cancelled"), ("push", "cancelled"), ("workflow_dispatch", "cancelled")),
)
