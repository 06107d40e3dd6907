"""Deploy the last good commit again through GitHub Actions (procedure, "Manual Rollback", 3)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports

_BY_HAND = "workflow_dispatch"


@dataclass(frozen=True)
class DeployTheGoodRunAgain:
    """Reports ``again_run_id`` (0 where the server did not tell) and ``rolled_back``."""

    merge_into: str
    dispatch_input: str
    deployments: tuple[str, ...]
    name: str = "deploy_the_good_run_again"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Run the chosen run again, or start the workflow with its commit."""
        chosen = good_run(facts)
        if chosen["way"] == "again":
            run_id = number_of(chosen, "run_id")
            ports.workflow_runs.run_again(run_id)
            return self._done(run_id)
        inputs = {self.dispatch_input: str(chosen["sha"])}
        return self._done(ports.workflow_runs.dispatch(self.merge_into, inputs) or 0)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The run has another attempt, or there is a run by hand that was not there before."""
        chosen = good_run(facts)
        if chosen["way"] == "again":
            run = ports.workflow_runs.get(number_of(chosen, "run_id"))
            is_new = run.attempt > number_of(chosen, "attempt")
            return self._done(run.id) if is_new else NotDone()
        known = number_of(chosen, "newest_by_hand")
        runs = ports.workflow_runs.on_branch(self.merge_into)
        new = [run for run in runs if run.event == _BY_HAND and run.id > known]
        if len(new) > 1:
            return Unknown(_several(tuple(run.url for run in new)))
        return self._done(new[0].id) if new else NotDone()

    def _done(self, run_id: int) -> Done:
        found: JsonObject = {"again_run_id": run_id, "rolled_back": list(self.deployments)}
        return Done("Asked for the deployment.", found)


def good_run(facts: Facts) -> JsonObject:
    """Return what ``choose_the_run`` chose."""
    chosen = facts.known.get("good_run")
    return chosen if isinstance(chosen, dict) else {}


def number_of(chosen: JsonObject, name: str) -> int:
    """Return a number of the chosen run."""
    return int(str(chosen[name]))


def _several(urls: tuple[str, ...]) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what="It is not certain which of several runs by hand is ours.",
        why=f"The last try was broken off; there are {', '.join(urls)}.",
        next_command="Look at them; then: hotfix rollback",
    )
