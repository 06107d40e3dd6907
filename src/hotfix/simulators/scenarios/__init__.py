"""What can happen in a drill, in the order of ``--list``."""

from hotfix.simulators.scenarios import colleagues, fixes, pipeline, telling
from hotfix.simulators.scenarios.scenario import Act, Cue, Scenario

SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        fixes.GOOD,
        fixes.BAD,
        pipeline.ARGO_MANAGED,
        fixes.BUDGET_BLOWN,
        pipeline.CI_RED,
        colleagues.COMMIT_AFTER_APPROVAL,
        fixes.CRASH_LOOP,
        telling.CUSTOMER_FACING,
        pipeline.DEPLOY_UNDER_WAY,
        pipeline.FLAKY,
        colleagues.HAND_OVER,
        pipeline.IMAGE_MISSING,
        pipeline.LAPTOP_DIES,
        colleagues.LOCKED,
        pipeline.MANUAL_ROLLBACK,
        pipeline.MERGE_QUEUE,
        colleagues.REVIEWER_ASLEEP,
        colleagues.RIDE_ALONG,
        telling.SLACK_DOWN,
        fixes.SLOW_BUT_FINE,
        colleagues.SOMEBODY_ELSE_DEPLOYED,
        telling.STATUSPAGE_FLAKY,
        pipeline.TOKEN_EXPIRED,
    )
}

__all__ = ["SCENARIOS", "Act", "Cue", "Scenario"]
