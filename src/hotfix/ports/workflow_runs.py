"""The deploy workflow: the run that a merge starts."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from hotfix.domain.fact_records import GoodRun
from hotfix.domain.frozen import frozen

BY_HAND = "workflow_dispatch"
# As much of a commit as a title names, at least.
_SHORT_SHA = 7
# A matrix may have many, which mostly fail of the same.
_MOST_LOGS = 3


class WorkflowState(StrEnum):
    """How a workflow run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING_FOR_A_PERSON = "waiting for a person"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SUPERSEDED = "superseded"

    @property
    def is_over(self) -> bool:
        """Tell whether it will not change by itself."""
        return self in {self.SUCCEEDED, self.FAILED, self.SUPERSEDED}


@frozen
class Job:
    """One job: name, how it stands, and the step it is at (empty before and after)."""

    id: int
    name: str
    state: WorkflowState
    step: str = ""


@frozen
class WorkflowRun:
    """A run of the deploy workflow."""

    id: int
    number: int  #: as people see it
    url: str
    sha: str
    state: WorkflowState
    jobs: tuple[Job, ...] = ()
    attempt: int = 1  #: counts from 1; running jobs again makes the next one
    branch: str = ""
    event: str = ""  #: what started it
    actor: str = ""  #: with whose rights it runs
    age_seconds: float = 0.0  #: since it was created, however often it was run again
    superseded_by: str = ""  #: link of the newer run that took its place; empty where none did
    #: those that wait for a person to let the deployment through
    environments: tuple[str, ...] = ()
    title: str = ""  #: as people see it: the workflow's ``run-name``, or the commit's first line


class WorkflowRuns(Protocol):
    """Runs of the configured deploy workflow."""

    def find(self, sha: str) -> WorkflowRun | None:
        """Return the newest run of the deploy workflow for commit ``sha``, or None yet."""
        ...

    def get(self, run_id: int) -> WorkflowRun:
        """Return the run as it is now, with its jobs."""
        ...

    def unfinished(self) -> tuple[WorkflowRun, ...]:
        """Return the runs that are not over, newest first, without their jobs; one try only.

        Raises:
            ProblemError: GitHub says no.
            TemporaryTroubleError: no answer.
        """
        ...

    def on_branch(self, branch: str) -> tuple[WorkflowRun, ...]:
        """Return the newest runs of the deploy workflow on ``branch``, newest first, jobless."""
        ...

    def run_again(self, run_id: int) -> None:
        """Run all jobs of a run again: the same commit and branch, the rights of its actor.

        Does nothing while it runs already.

        Raises:
            ProblemError: refused (too old, too often).
            TemporaryTroubleError: the answer was lost; ``get`` tells by the attempt.
        """
        ...

    def cancel(self, run_id: int) -> None:
        """Ask for the end of a run; does nothing where it is over. It may go on for a while.

        Raises:
            ProblemError: refused (no rights).
            TemporaryTroubleError: the answer was lost; asking again does no harm.
        """
        ...

    def login(self) -> str:
        """Return who we are to the server; empty where it does not tell (an app's token)."""
        ...

    def dispatch(self, branch: str, inputs: Mapping[str, str]) -> int | None:
        """Start the workflow on ``branch``; returns the run's id where the server tells it.

        Raises:
            ProblemError: refused (no ``workflow_dispatch``, no such input).
            TemporaryTroubleError: a refusal for now (``is_refusal``), or the answer was lost:
                ``on_branch`` shows the run, but not at once.
        """
        ...

    def last_log_lines(self, job_id: int, lines: int) -> tuple[str, ...]:
        """Return the end of a failed job's log up to its error, or a line why it cannot be had.

        It raises nothing, and is bounded in time.
        """
        ...

    def run_failed_again(self, run_id: int) -> None:
        """Run the failed jobs of a run that is over again; does nothing while it runs.

        Raises:
            ProblemError: refused (too old, no rights).
            TemporaryTroubleError: the answer was lost; the run's attempt tells whether it happened.
        """
        ...


def dispatched(runs: WorkflowRuns, branch: str, chosen: GoodRun) -> tuple[WorkflowRun, ...]:
    """Return the runs on ``branch`` that our dispatch of ``chosen`` may have started.

    GitHub does not tell the inputs of a run. A title that names the commit settles it; where none
    does, whoever started it has to be one of us; where our logins are not known, anybody may be.
    """
    by_hand = [run for run in runs.on_branch(branch) if run.event == BY_HAND]
    # A colleague may have taken over since.
    us = {chosen.by, runs.login()} - {""}
    # Ids only grow, so ours comes after the newest by hand before we asked.
    new = [run for run in by_hand if run.id > chosen.newest_by_hand]
    named = [run for run in new if chosen.sha[:_SHORT_SHA] in run.title]
    return tuple(named or [run for run in new if not us or run.actor in {"", *us}])


def held_in_words(run: WorkflowRun) -> str:
    """Return who is waited for where an environment holds a run."""
    where = ", ".join(run.environments) or "the deployment"
    return f"waiting for a person to let {where} through: {run.url}"


def last_words(run: WorkflowRun, runs: WorkflowRuns, lines: int = 12) -> list[str]:
    """Return what each failed job of a run said last, up to ``lines``: foreign text, for people.

    Of many, the first few are asked for it.
    """
    said = []
    failed = [job for job in run.jobs if job.state is WorkflowState.FAILED]
    for at, job in enumerate(failed):
        is_asked = at < _MOST_LOGS
        said.append(f"{job.name} failed{f' at {job.step}' if job.step else ''}{':' * is_asked}")
        if is_asked:
            said += [f"  {line}" for line in runs.last_log_lines(job.id, lines)]
    if run.state is WorkflowState.FAILED and not failed:
        said.append("no job of it says why: its page may")
    return said
