"""What a plan would see first: for those who want to know before anything is begun."""

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed
from hotfix.domain.problem import ProblemError
from hotfix.domain.step import LeavesEvidence, Plan
from hotfix.ports.bundle import Ports


def look_ahead(plan: Plan[Ports], facts: Facts, ports: Ports) -> Done | Ask:
    """Run the first step of ``plan``, which only looks; nothing is written down.

    Args:
        plan: one that begins with a look.
        facts: what is known.
        ports: the outside world.

    Raises:
        ProblemError: the plan would stop there.
        TypeError: the step may have an effect, or does not say at once what it sees.
    """
    step = plan.phases[0].steps[0]
    if isinstance(step, LeavesEvidence):
        raise TypeError(f"{step.name} may have an effect")
    outcome = step.run(facts, ports)
    if isinstance(outcome, Failed):
        raise ProblemError(outcome.problem)
    if not isinstance(outcome, Done | Ask):
        raise TypeError(f"{step.name} only looks: {outcome}")
    return outcome
