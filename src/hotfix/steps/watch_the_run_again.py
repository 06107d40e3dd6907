"""Watch the deployment that was asked for once more, and no earlier attempt of it."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.workflow_runs import WorkflowRun, WorkflowState

_LOOK_AGAIN_SECONDS = 2.0
_BY_HAND = "workflow_dispatch"


@dataclass(frozen=True)
class WatchTheRunAgain:
    """Reports ``again_run_url``."""

    merge_into: str
    name: str = "watch_the_run_again"
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look how the run stands."""
        run = self._find(facts, ports)
        if run is None:
            return Waiting("waiting for the run to start", look_again_in=_LOOK_AGAIN_SECONDS)
        if run.state is WorkflowState.WAITING_FOR_A_PERSON:
            saying = f"waiting for a person to let the deployment through: {run.url}"
            return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
        if not run.state.is_over:
            jobs = ", ".join(f"{job.name} {job.state.value}" for job in run.jobs)
            saying = f"run {run.number} {run.state.value}: {jobs}"
            return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
        if run.state is WorkflowState.SUCCEEDED:
            return Done(f"Run {run.number} succeeded: {run.url}", {"again_run_url": run.url})
        return Ask(_question(run))

    def _find(self, facts: Facts, ports: Ports) -> WorkflowRun | None:
        """Return the run, or None while only its earlier attempt is to be seen."""
        chosen = facts.known.get("good_run")
        known: JsonObject = chosen if isinstance(chosen, dict) else {}
        run_id = facts.number("again_run_id")
        if not run_id:
            # An older GitHub does not tell which run a dispatch started.
            for run in reversed(ports.workflow_runs.on_branch(self.merge_into)):
                if run.event == _BY_HAND and run.id > int(str(known["newest_by_hand"])):
                    run_id = run.id
                    break
            else:
                return None
        found = ports.workflow_runs.get(run_id)
        return found if found.attempt > int(str(known["attempt"])) else None


def _question(run: WorkflowRun) -> Question:
    return Question(
        key="again-failed",
        text=f"The deployment {run.state.value}. What now?",
        shown=(run.url, "`hotfix rollback` restores the recorded state without the workflow."),
        options=(
            Option("look", "It was run again: look once more", Then.GO_BACK, "watch_the_run_again"),
            Option("stop", "Stop here", then=Then.STOP),
        ),
        flag="hotfix rollback",
    )
