"""Deploy the last good commit again through GitHub Actions (procedure, "Manual Rollback", 3)."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import AGAIN_RUN_ID, GOOD_RUN, RESTORATION, ROLLED_BACK
from hotfix.domain.fact_records import Way
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, Failed, NotDone, Outcome, Unknown, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports
from hotfix.ports.workflow_runs import dispatched

_LOOK_AGAIN_SECONDS = 2.0
# How long a run that was asked for may stay unseen. Less than a phase's patience, so that what is
# said then is what is the matter.
_GRACE_SECONDS = 90.0


@frozen
class DeployTheGoodRunAgain:
    """Reports ``again_run_id`` (0 where the server did not tell) and ``rolled_back``.

    Effect: deploys: runs a workflow run again, or starts the workflow.
    """

    workflow: str  #: the deploy workflow's file
    merge_into: str  #: the deploy branch
    dispatch_input: str  #: names the commit to the workflow, where it is started by hand
    deployments: tuple[str, ...]  #: names
    name: str = "deploy_the_good_run_again"
    reads: ClassVar[Declared] = (GOOD_RUN,)
    reports: ClassVar[Declared] = (AGAIN_RUN_ID, ROLLED_BACK, *maybe(RESTORATION))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Run the chosen run again, or start the workflow with its commit."""
        chosen = facts[GOOD_RUN]
        if chosen.way is Way.AGAIN:
            ports.workflow_runs.run_again(chosen.run_id)
            return self._done(chosen.run_id)
        inputs = {self.dispatch_input: chosen.sha}
        try:
            started = ports.workflow_runs.dispatch(self.merge_into, inputs)
        except ProblemError as error:
            return Failed(error.problem, nothing_happened=True)
        except TemporaryTroubleError as trouble:
            if not trouble.is_refusal:
                raise
            return Waiting(trouble.saying, trouble.retry_in)
        return self._done(started or 0)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The run has another attempt, or there is a run by hand that was not there before.

        That there is none yet proves nothing: GitHub shows a run some time after it was asked for.
        So a workflow that may have been started is looked for, and never started again: what
        cannot be told by the end of the grace is a person's.
        """
        chosen = facts[GOOD_RUN]
        if chosen.way is Way.AGAIN:
            run = ports.workflow_runs.get(chosen.run_id)
            is_new = run.attempt > chosen.attempt
            return self._done(run.id) if is_new else NotDone()
        found = dispatched(ports.workflow_runs, self.merge_into, chosen)
        if len(found) == 1:
            return self._done(found[0].id)
        if found:
            return Unknown(_several(tuple(run.url for run in found)))
        if facts.elapsed_seconds < _GRACE_SECONDS:
            saying = f"{self.workflow} may have been started, the answer is lost: looking for it"
            raise TemporaryTroubleError(saying, _LOOK_AGAIN_SECONDS)
        return Unknown(self._not_seen(chosen.sha))

    def _done(self, run_id: int) -> Done:
        # What an earlier walk of the rollback patched is gone by then.
        found = (AGAIN_RUN_ID(run_id), ROLLED_BACK(self.deployments), RESTORATION(None))
        return Done("Asked for the deployment.", found)

    def _not_seen(self, sha: str) -> Problem:
        listed = f"gh run list --workflow {self.workflow} --branch {self.merge_into}"
        by_hand = f"gh workflow run {self.workflow} --ref {self.merge_into}"
        return Problem(
            ProblemCode.FAILED,
            what=f"It cannot be told whether {self.workflow} was started.",
            why=f"The answer is lost, and no run of it was to be seen for {_GRACE_SECONDS:.0f} s. "
            "Asking again unseen might deploy twice.",
            next_command=f"{listed} --event workflow_dispatch; if no run is there: {by_hand} "
            f"--field {self.dispatch_input}={sha}; then: hotfix resume",
        )


def _several(urls: tuple[str, ...]) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what="It is not certain which of several runs by hand is ours.",
        why=f"The last try was broken off; there are: {' '.join(urls)}",
        next_command="Look at them; then: hotfix rollback",
    )
