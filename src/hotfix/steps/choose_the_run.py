"""Choose the deployment that is done again (procedure, "Manual Rollback", 1 and 2)."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain import rerun_limits
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    AGAIN_RUN_ID,
    GOOD_RUN,
    LIVE_SHA,
    MERGE_SHA,
    REPLACED,
    UNDER_WAY,
)
from hotfix.domain.fact_records import GoodRun, Way
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.deploys_under_way import under_way
from hotfix.ports.workflow_runs import BY_HAND, WorkflowRun, WorkflowState


@frozen
class ChooseTheRun:
    """Reports ``good_run``, ``replaced`` and ``under_way``.

    That is which deployment is done again, what ran before, and what would deploy over it.

    Effect: none.
    """

    workflow: str  #: the deploy workflow; empty for none
    merge_into: str  #: the deploy branch
    dispatch_input: str  #: names the commit to the workflow, where it can be started by hand
    deployments: tuple[str, ...]  #: names
    name: str = "choose_the_run"
    reads: ClassVar[Declared] = maybe(AGAIN_RUN_ID, LIVE_SHA, MERGE_SHA)
    reports: ClassVar[Declared] = (GOOD_RUN, REPLACED, *maybe(UNDER_WAY))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Find it, check GitHub's limits, show both, and ask."""
        if not self.workflow or MERGE_SHA not in facts:
            raise ProblemError(_NOTHING_DEPLOYED)
        runs = ports.workflow_runs.on_branch(self.merge_into)
        chosen = self._chosen(facts, ports, runs)
        going_on = under_way(
            [run for run in runs if not run.state.is_over],
            facts[MERGE_SHA],
            facts.get(AGAIN_RUN_ID, 0),
        )
        if facts.answer("run-again") is None:
            return Ask(_question(chosen))
        present = ports.cluster.record(self.deployments) if ports.cluster else ()
        found = (GOOD_RUN(chosen), REPLACED(present), UNDER_WAY(going_on))
        return Done(f"{chosen.how}. {chosen.because}", found)

    def _chosen(self, facts: Facts, ports: Ports, runs: Sequence[WorkflowRun]) -> GoodRun:
        """Return what is done again and how; raises ProblemError where nothing can be."""
        live = facts.get(LIVE_SHA, "")
        good = _last_good(runs, facts[MERGE_SHA], live)
        newest = max((run.id for run in runs if run.event == BY_HAND), default=0)
        why = "no successful run of the commit that ran before is there"
        if good is not None:
            why = rerun_limits.broken_limit(good.age_seconds, good.attempt)
            if not why:
                return _again(good)
        sha = live or (good.sha if good else "")
        if not self.dispatch_input or not sha:
            raise ProblemError(_no_way(self.workflow, why))
        return GoodRun(
            way=Way.DISPATCH,
            run_id=0,
            attempt=0,
            newest_by_hand=newest,
            by=ports.workflow_runs.login(),
            sha=sha,
            how=f"{self.workflow} is started by hand with {self.dispatch_input} {sha[:8]}",
            because=f"Nothing is run again: {why}.",
        )


def _last_good(runs: Sequence[WorkflowRun], merged: str, live: str) -> WorkflowRun | None:
    """Return the newest success before the hotfix; where it is known what ran, only of that."""
    ours = [run.number for run in runs if run.sha == merged]
    before = min(ours, default=None)
    for run in runs:
        is_earlier = before is None or run.number < before
        # A run by hand deployed what its input named, which nobody can read any more.
        is_good = run.state is WorkflowState.SUCCEEDED and run.event != BY_HAND
        if is_earlier and is_good and live in {"", run.sha}:
            return run
    return None


def _again(run: WorkflowRun) -> GoodRun:
    limits = rerun_limits.in_words(run.age_seconds, run.attempt)
    return GoodRun(
        way=Way.AGAIN,
        run_id=run.id,
        attempt=run.attempt,
        newest_by_hand=0,
        by="",
        sha=run.sha,
        how=f"Run {run.number} ({run.sha[:8]}) is run again: {run.url}",
        because=f"{limits}; the same commit and branch, with the rights of "
        f"{run.actor or 'who started it'}.",
    )


def _question(chosen: GoodRun) -> Question:
    return Question(
        key="run-again",
        text="Deploy the commit of the last successful deployment again?",
        shown=(
            f"{chosen.how}.",
            chosen.because,
            "It takes as long as a deployment; `hotfix rollback` without --via is quicker.",
            "Changed ConfigMaps, Secrets and migrations stay changed.",
        ),
        options=(
            Option(
                "run-again",
                "Deploy it again",
                typed=True,
                does="GitHub is asked for that deployment again, and it is watched.",
            ),
            Option("stop", "Leave everything as it is", then=Then.STOP),
        ),
        by_yes="run-again",
    )


def _no_way(workflow: str, why: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what="GitHub Actions cannot bring the last good deployment back.",
        why=f"{why[0].upper()}{why[1:]}; and there is no [github] dispatch_input with which "
        f"{workflow} could be given a commit.",
        next_command="hotfix rollback, which restores the recorded state without the workflow",
    )


_NOTHING_DEPLOYED = Problem(
    ProblemCode.FAILED,
    what="This run has deployed nothing through GitHub Actions.",
    why="Nothing was merged, or no deploy workflow is configured.",
    next_command="hotfix rollback, which restores the recorded state without the workflow",
)
