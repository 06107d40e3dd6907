"""What can happen in a drill, in the order of ``--list``."""

from hotfix.simulators.scenarios import colleagues, fixes, pipeline
from hotfix.simulators.scenarios.scenario import Act, Scenario

SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        fixes.GOOD,
        fixes.BAD,
        pipeline.ARGO_MANAGED,
        pipeline.CI_RED,
        colleagues.COMMIT_AFTER_APPROVAL,
        fixes.CRASH_LOOP,
        pipeline.DEPLOY_UNDER_WAY,
        pipeline.FLAKY,
        pipeline.IMAGE_MISSING,
        colleagues.LOCKED,
        pipeline.MANUAL_ROLLBACK,
        pipeline.MERGE_QUEUE,
        colleagues.REVIEWER_ASLEEP,
        colleagues.RIDE_ALONG,
        fixes.SLOW_BUT_FINE,
        colleagues.SOMEBODY_ELSE_DEPLOYED,
    )
}

__all__ = ["SCENARIOS", "Act", "Scenario"]
