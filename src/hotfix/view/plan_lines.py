"""A plan in words, for ``--dry-run``."""

from hotfix.domain.step import Plan
from hotfix.ports.bundle import Ports
from hotfix.view.durations import clock


def plan_lines(plan: Plan[Ports]) -> list[str]:
    """Return phases with their targets, and their steps as sentences."""
    lines = []
    for phase in plan.phases:
        target = f" (target {clock(phase.target_seconds)})" if phase.target_seconds else ""
        lines.append(f"{phase.name}{target}")
        lines += [f"  {step.name.replace('_', ' ')}" for step in phase.steps]
    if plan.total_seconds is not None:
        targets = sum(phase.target_seconds or 0.0 for phase in plan.phases)
        lines.append(
            f"The targets add up to {clock(targets)}; "
            f"the total of {clock(plan.total_seconds)} binds."
        )
    return lines
