"""Runs of the deploy workflow that are not over: a rollback would be deployed over by them."""

from collections.abc import Iterator, Sequence

from hotfix.domain.fact_records import DeployUnderWay
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.restoration import Caveat
from hotfix.ports.workflow_runs import BY_HAND, WorkflowRun, WorkflowState


def under_way(
    unfinished: Sequence[WorkflowRun], merge_sha: str, again: int = 0
) -> tuple[DeployUnderWay, ...]:
    """Return those that deploy by themselves, and those of ``merge_sha`` in any case.

    Args:
        unfinished: runs of the deploy workflow that are not over.
        merge_sha: what this run merged, full SHA; empty where that is nothing, or not known.
        again: id of the run that this run started itself to go back; 0 for none. Any other that was
            started by hand is somebody's, whatever commit it is of.
    """
    return tuple(
        DeployUnderWay(
            run.id,
            run.number,
            run.sha,
            run.actor,
            run.id == again or (run.sha == merge_sha and run.event != BY_HAND),
        )
        for run in unfinished
        if run.sha == merge_sha or run.state is not WorkflowState.WAITING_FOR_A_PERSON
    )


def caveats_of(
    workflow: str, unfinished: Sequence[WorkflowRun] | None, known: Sequence[DeployUnderWay]
) -> Iterator[Caveat]:
    """Yield what is said of each: ours is cancelled, one of others is asked about.

    ``unfinished`` is None where GitHub did not tell; ``known`` is what ``under_way`` made of it.
    """
    if unfinished is None:
        yield Caveat(
            f"whether {workflow} is running, and would deploy over it, could not be asked",
            f"gh run list --workflow {workflow}",
        )
        return
    asked = {run.run_id: run.is_ours for run in known}
    for run in unfinished:
        what = f"{workflow} run {run.number} is {run.state.value} and would deploy"
        then = "it is cancelled first" if asked.get(run.id) else "it is asked about"
        end = f": {then}" if run.id in asked else ""
        yield Caveat(f"{what} {run.sha[:8]} over it{end}", f"gh run cancel {run.id}")


def in_words(workflow: str, run: DeployUnderWay) -> str:
    """Return which run it is, for people."""
    whose = f"by {run.actor}, " if run.actor and not run.is_ours else ""
    return f"{workflow} run {run.number} ({whose}{run.sha[:8]})"


def question_about(workflow: str, theirs: Sequence[DeployUnderWay]) -> Question:
    """Return what is asked about runs that our merge has not started: a yes is not enough."""
    names = ", ".join(in_words(workflow, run) for run in theirs)
    return Question(
        key="over-others",
        text="Another deployment is under way, and would go over the rollback. What now?",
        shown=(f"Under way: {names}.",),
        options=(
            Option("stop", "Leave everything as it is", then=Then.STOP),
            Option(
                "roll-back",
                "Cancel that, and roll back",
                typed=True,
                does="That deployment is called off first; then what was recorded is restored.",
            ),
        ),
        flag="hotfix rollback --over-others --yes",
    )
