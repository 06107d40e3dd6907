"""Watch the workflow run that the merge started (procedure, step 6)."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import MERGE_SHA, WORKFLOW_RUN_ID, WORKFLOW_RUN_URL
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.workflow_questions import let_through
from hotfix.ports.bundle import Ports
from hotfix.ports.workflow_runs import WorkflowRun, WorkflowState, held_in_words, last_words

_LOOK_AGAIN_SECONDS = 2.0
# How long a run may take to appear: GitHub is late at times, but a missing trigger never comes.
_GRACE_SECONDS = 90.0
_MISSING, _FAILED = "workflow-missing", "workflow-failed"


@frozen
class WatchWorkflowRun:
    """Reports ``workflow_run_id`` and ``workflow_run_url``.

    The run is found by the merge commit, never by "the newest": an older green one is not ours.
    Only a first attempt is run again, and the attempt is read before.

    Effect: runs the failed jobs again, once; GitHub refuses it while the run is going.
    """

    workflow: str
    name: str = "watch_workflow_run"
    reads: ClassVar[Declared] = (MERGE_SHA,)
    reports: ClassVar[Declared] = maybe(WORKFLOW_RUN_ID, WORKFLOW_RUN_URL)
    is_patient: ClassVar[bool] = True
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Find the run, then look how its jobs stand."""
        if not self.workflow:
            return Done("No deploy workflow is configured.", is_needless=True)
        sha = facts[MERGE_SHA]
        run = ports.workflow_runs.find(sha)
        if run is None:
            return self._not_there(facts, sha)
        if not run.state.is_over:
            return _going_on(run)
        if run.state is WorkflowState.SUCCEEDED:
            return Done(
                f"{self.workflow} run {run.number} succeeded: {run.url}",
                (WORKFLOW_RUN_ID(run.id), WORKFLOW_RUN_URL(run.url)),
            )
        answer = facts.answer(_FAILED)
        if answer is not None and answer.choice == "again" and run.attempt == 1:
            ports.workflow_runs.run_failed_again(run.id)
            return Waiting(f"run {run.number}: its failed jobs are run again", _LOOK_AGAIN_SECONDS)
        return Ask(_question(run, ports))

    def _not_there(self, facts: Facts, sha: str) -> Outcome:
        if facts.elapsed_seconds < _GRACE_SECONDS:
            saying = f"waiting for {self.workflow} to start on {sha[:8]}"
            return Waiting(saying, _LOOK_AGAIN_SECONDS)
        return Ask(
            Question(
                key=_MISSING,
                text=f"{self.workflow} has not started on {sha[:8]}. What now?",
                shown=(f"looked for {_GRACE_SECONDS:.0f} s; is it triggered by this branch?",),
                options=(
                    Option("look", "Look again", Then.GO_BACK, "watch_workflow_run"),
                    Option("roll-back", "Roll back to the recorded state", Then.ROLL_BACK),
                    Option("stop", "Stop here; the merge stays", then=Then.STOP),
                ),
                flag="hotfix resume, once the workflow runs, or: hotfix rollback",
            )
        )


def _going_on(run: WorkflowRun) -> Waiting:
    if run.state is not WorkflowState.WAITING_FOR_A_PERSON:
        return Waiting(_in_words(run), look_again_in=_LOOK_AGAIN_SECONDS)
    saying = held_in_words(run)
    question = let_through(saying, "watch_workflow_run", "Stop here; the merge stays")
    return Waiting(saying, _LOOK_AGAIN_SECONDS, question=question)


def _in_words(run: WorkflowRun) -> str:
    jobs = ", ".join(
        f"{job.name} {job.state.value}{f' ({job.step})' if job.step else ''}" for job in run.jobs
    )
    attempt = f", attempt {run.attempt}" if run.attempt > 1 else ""
    # Its jobs are read after the run itself: by then it may have begun.
    has_begun = any(job.state is WorkflowState.RUNNING for job in run.jobs)
    state = WorkflowState.RUNNING if has_begun and not run.state.is_over else run.state
    return f"run {run.number}{attempt} {state.value}" + (f": {jobs}" if jobs else "")


def _question(run: WorkflowRun, ports: Ports) -> Question:
    shown = [run.url]
    if run.superseded_by:
        shown.append(f"a newer run took its place: {run.superseded_by}")
    shown += last_words(run, ports.workflow_runs)
    again = (
        (
            Option(
                "again",
                "Run the failed jobs again, once",
                typed=True,
                does="GitHub runs the failed jobs of that workflow run again, and they are "
                "awaited.",
            ),
        )
        if run.attempt == 1
        else ()
    )
    return Question(
        key=_FAILED,
        text=f"The deploy workflow {_VERDICT.get(run.state, 'failed')}. What now?",
        shown=tuple(shown),
        options=(
            Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK),
            *again,
            Option(
                "look",
                "Look again (run it again on its page first)",
                Then.GO_BACK,
                "watch_workflow_run",
            ),
            Option("stop", "Stop here; the merge stays", then=Then.STOP),
        ),
        flag="hotfix rollback, or hotfix resume once the workflow was run again",
    )


_VERDICT = {
    WorkflowState.FAILED: "failed",
    WorkflowState.SUPERSEDED: "was superseded by a newer run",
}
