"""How a run is ended."""

from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import RunState
from hotfix.domain.step import Phase, Plan
from hotfix.plan.fencing import fenced
from hotfix.ports.bundle import Ports
from hotfix.steps.close_pull_request import ClosePullRequest
from hotfix.steps.release_the_lock import ReleaseTheLock


def plan_abort(close_pull_request: bool | None) -> Plan[Ports]:
    """Return how a run is ended: nothing that was done is undone without a yes.

    Args:
        close_pull_request: the operator's flag; None to ask.
    """
    steps = (fenced(ClosePullRequest(close_pull_request)), ReleaseTheLock(needs_a_yes=True))
    return Plan(
        name=PlanName.ABORT, ends_as=RunState.ABORTED, phases=(Phase("abort", None, steps),)
    )
