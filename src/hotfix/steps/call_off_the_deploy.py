"""Call off what is under way and would deploy over a rollback, before anything is restored."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import MERGE_HOW, MERGE_SHA, PULL_REQUEST_NUMBER, UNDER_WAY, UNSETTLED
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.open_merge import is_merge_open
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports
from hotfix.ports.deploys_under_way import in_words, question_about


@frozen
class CallOffTheDeploy:
    """Reports no facts: whether it came to its end is seen after the restoration.

    The run that this run's merge started is cancelled with the yes to the rollback; one of somebody
    else's is asked about. Production does not wait for GitHub: what cannot be cancelled is waited
    for after the restoration, and restored over. A merge that was left to GitHub is taken back with
    the same yes.

    Effect: cancels runs of the deploy workflow, and merges that are still to come; twice does
    nothing.
    """

    workflow: str  #: file name of the deploy workflow; empty for none
    name: str = "call_off_the_deploy"
    reads: ClassVar[Declared] = maybe(
        MERGE_HOW, MERGE_SHA, PULL_REQUEST_NUMBER, UNDER_WAY, UNSETTLED
    )
    reports: ClassVar[Declared] = ()

    def is_idle(self, facts: Facts) -> bool:
        """Tell whether nothing was under way, and no merge is still to come."""
        return not facts.get(UNDER_WAY, ()) and not _may_be_merged(facts)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Take back what is still to be merged, and cancel what was seen before the yes."""
        found = facts.get(UNDER_WAY, ())
        if not found:
            return Done(_taken_back(facts, ports) or "No deployment is known to be under way.")
        theirs = [run for run in found if not run.is_ours]
        question = question_about(self.workflow, theirs)
        if theirs and facts.answer(question.key) is None:
            return Ask(question)
        back = _taken_back(facts, ports)
        more = f" {back}" if back else ""
        names = ", ".join(in_words(self.workflow, run) for run in found)
        try:
            for run in found:
                ports.workflow_runs.cancel(run.run_id)
        except (ProblemError, TemporaryTroubleError) as error:
            return Done(f"Could not be cancelled, and is looked at again: {names}. {error}{more}")
        return Done(f"Asked GitHub to cancel {names}.{more}")


def _may_be_merged(facts: Facts) -> bool:
    return PULL_REQUEST_NUMBER in facts and is_merge_open(facts)


def _taken_back(facts: Facts, ports: Ports) -> str:
    """Take a merge back that GitHub may still make; returns what is to be said, empty for none."""
    if not _may_be_merged(facts):
        return ""
    number = facts[PULL_REQUEST_NUMBER]
    try:
        ports.pull_requests.take_back(number)
    except (ProblemError, TemporaryTroubleError) as error:
        return (
            f"Whether GitHub still merges pull request {number} is not known, and is looked at "
            f"again: {error}"
        )
    return f"GitHub is not to merge pull request {number} any more."
