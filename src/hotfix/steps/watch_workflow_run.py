"""Watch the workflow run that the merge started (procedure, step 6)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.workflow_runs import WorkflowRun, WorkflowState

_LOOK_AGAIN_SECONDS = 2.0
_LOG_LINES = 12


@dataclass(frozen=True)
class WatchWorkflowRun:
    """Reports ``workflow_run_id`` and ``workflow_run_url``.

    The run is found by the merge commit, never by "the newest": an older green one is not ours.
    """

    workflow: str
    name: str = "watch_workflow_run"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Find the run, then look how its jobs stand."""
        if not self.workflow:
            return Done("No deploy workflow is configured.")
        sha = facts.text("merge_sha")
        run = ports.workflow_runs.find(sha)
        if run is None:
            return Waiting(
                f"waiting for {self.workflow} to start on {sha[:8]}", _LOOK_AGAIN_SECONDS
            )
        if not run.state.is_over:
            return Waiting(_in_words(run), look_again_in=_LOOK_AGAIN_SECONDS)
        if run.state is WorkflowState.SUCCEEDED:
            return Done(
                f"{self.workflow} run {run.number} succeeded: {run.url}",
                {"workflow_run_id": run.id, "workflow_run_url": run.url},
            )
        return Ask(_question(run, ports))


def _in_words(run: WorkflowRun) -> str:
    if run.state is WorkflowState.WAITING_FOR_A_PERSON:
        return f"waiting for a person to let the deployment through: {run.url}"
    jobs = ", ".join(
        f"{job.name} {job.state.value}{f' ({job.step})' if job.step else ''}" for job in run.jobs
    )
    return f"run {run.number} {run.state.value}" + (f": {jobs}" if jobs else "")


def _question(run: WorkflowRun, ports: Ports) -> Question:
    shown = [run.url]
    for job in run.jobs:
        if job.state is WorkflowState.FAILED:
            shown.append(f"{job.name} failed{f' at {job.step}' if job.step else ''}:")
            lines = ports.workflow_runs.last_log_lines(job.id, _LOG_LINES)
            shown += [f"  {line}" for line in lines]
    return Question(
        key="workflow-failed",
        text=f"The deploy workflow {run.state.value}. What now?",
        shown=tuple(shown),
        options=(
            Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK),
            Option("look", "It was run again: look once more", Then.GO_BACK, "watch_workflow_run"),
            Option("stop", "Stop here; the merge stays", then=Then.STOP),
        ),
        flag="hotfix rollback, or hotfix resume once the workflow was run again",
    )
