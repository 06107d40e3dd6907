"""Watch the deployment that was asked for once more, and no earlier attempt of it."""

from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import AGAIN_RUN_ID, AGAIN_RUN_URL, GOOD_RUN
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.usual_options import STOP_HERE
from hotfix.domain.workflow_questions import let_through
from hotfix.ports.bundle import Ports
from hotfix.ports.workflow_runs import (
    WorkflowRun,
    WorkflowState,
    dispatched,
    held_in_words,
    last_words,
)

_LOOK_AGAIN_SECONDS = 2.0
# As long as the watch of a merge waits for its run to appear.
_GRACE_SECONDS = 90.0


@frozen
class WatchTheRunAgain:
    """Reports ``again_run_url``.

    Effect: none.
    """

    merge_into: str
    name: str = "watch_the_run_again"
    reads: ClassVar[Declared] = (AGAIN_RUN_ID, GOOD_RUN)
    reports: ClassVar[Declared] = (AGAIN_RUN_URL,)
    is_patient: ClassVar[bool] = True
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look how the run stands."""
        run = self._find(facts, ports)
        if run is None:
            if facts.elapsed_seconds >= _GRACE_SECONDS:
                return Ask(_NEVER_CAME)
            return Waiting("waiting for the run to start", look_again_in=_LOOK_AGAIN_SECONDS)
        if run.state is WorkflowState.WAITING_FOR_A_PERSON:
            saying = held_in_words(run)
            question = let_through(saying, "watch_the_run_again", STOP_HERE.label)
            return Waiting(saying, _LOOK_AGAIN_SECONDS, question=question)
        if not run.state.is_over:
            jobs = ", ".join(f"{job.name} {job.state.value}" for job in run.jobs)
            saying = f"run {run.number} {run.state.value}: {jobs}"
            return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
        if run.state is WorkflowState.SUCCEEDED:
            return Done(f"Run {run.number} succeeded: {run.url}", (AGAIN_RUN_URL(run.url),))
        return Ask(_question(run, ports))

    def _find(self, facts: Facts, ports: Ports) -> WorkflowRun | None:
        """Return the run, or None while only its earlier attempt is to be seen."""
        chosen = facts[GOOD_RUN]
        run_id = facts[AGAIN_RUN_ID]
        if not run_id:
            # An older GitHub does not tell which run a dispatch started.
            ours = dispatched(ports.workflow_runs, self.merge_into, chosen)
            if not ours:
                return None
            run_id = min(run.id for run in ours)
        found = ports.workflow_runs.get(run_id)
        return found if found.attempt > chosen.attempt else None


def _question(run: WorkflowRun, ports: Ports) -> Question:
    return Question(
        key="again-failed",
        text=f"The deployment {run.state.value}. What now?",
        shown=(
            run.url,
            *last_words(run, ports.workflow_runs),
            "`hotfix rollback` restores the recorded state without the workflow.",
        ),
        options=(
            Option(
                "look",
                "Look again (run it again on its page first)",
                Then.GO_BACK,
                "watch_the_run_again",
            ),
            STOP_HERE,
        ),
        flag="hotfix rollback",
    )


_NEVER_CAME = Question(
    key="again-missing",
    text="The deployment that was asked for has not started. What now?",
    shown=(
        f"looked for {_GRACE_SECONDS:.0f} s",
        "`hotfix rollback` restores the recorded state without the workflow.",
    ),
    options=(
        Option("look", "Look again", Then.GO_BACK, "watch_the_run_again"),
        STOP_HERE,
    ),
    flag="hotfix resume, once the workflow runs, or: hotfix rollback",
)
