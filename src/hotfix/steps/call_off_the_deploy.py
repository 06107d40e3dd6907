"""Call off what is under way and would deploy over a rollback, before anything is restored."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import UNDER_WAY
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports
from hotfix.ports.deploys_under_way import in_words, question_about


@dataclass(frozen=True)
class CallOffTheDeploy:
    """Reports no facts: whether it came to its end is seen after the restoration.

    The run that this run's merge started is cancelled with the yes to the rollback; one of somebody
    else's is asked about. Production does not wait for GitHub: what cannot be cancelled is waited
    for after the restoration, and restored over.

    Effect: cancels runs of the deploy workflow; twice does nothing.
    """

    workflow: str  #: file name of the deploy workflow; empty for none
    name: str = "call_off_the_deploy"
    reads: ClassVar[Declared] = maybe(UNDER_WAY)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Cancel what was seen before the yes."""
        found = facts.get(UNDER_WAY, ())
        if not found:
            return Done("No deployment is known to be under way.")
        theirs = [run for run in found if not run.is_ours]
        question = question_about(self.workflow, theirs)
        if theirs and facts.answer(question.key) is None:
            return Ask(question)
        names = ", ".join(in_words(self.workflow, run) for run in found)
        try:
            for run in found:
                ports.workflow_runs.cancel(run.run_id)
        except (ProblemError, TemporaryTroubleError) as error:
            return Done(f"Could not be cancelled, and is looked at again: {names}. {error}")
        return Done(f"Asked GitHub to cancel {names}.")
