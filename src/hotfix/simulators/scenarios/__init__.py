"""What can happen in a drill: one file a scenario, listed here in the order of ``--list``."""

from hotfix.simulators.scenarios.argo_managed import ARGO_MANAGED
from hotfix.simulators.scenarios.bad_fix import BAD
from hotfix.simulators.scenarios.ci_red import CI_RED
from hotfix.simulators.scenarios.commit_after_approval import COMMIT_AFTER_APPROVAL
from hotfix.simulators.scenarios.crash_loop import CRASH_LOOP
from hotfix.simulators.scenarios.github_flaky import FLAKY
from hotfix.simulators.scenarios.good_fix import GOOD
from hotfix.simulators.scenarios.image_missing import IMAGE_MISSING
from hotfix.simulators.scenarios.locked import LOCKED
from hotfix.simulators.scenarios.manual_rollback import MANUAL_ROLLBACK
from hotfix.simulators.scenarios.merge_queue import MERGE_QUEUE
from hotfix.simulators.scenarios.reviewer_asleep import REVIEWER_ASLEEP
from hotfix.simulators.scenarios.ride_along import RIDE_ALONG
from hotfix.simulators.scenarios.scenario import Act, Scenario
from hotfix.simulators.scenarios.slow_but_fine import SLOW_BUT_FINE
from hotfix.simulators.scenarios.somebody_else_deployed import SOMEBODY_ELSE_DEPLOYED

SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        GOOD,
        BAD,
        ARGO_MANAGED,
        CI_RED,
        COMMIT_AFTER_APPROVAL,
        CRASH_LOOP,
        FLAKY,
        IMAGE_MISSING,
        LOCKED,
        MANUAL_ROLLBACK,
        MERGE_QUEUE,
        REVIEWER_ASLEEP,
        RIDE_ALONG,
        SLOW_BUT_FINE,
        SOMEBODY_ELSE_DEPLOYED,
    )
}

__all__ = ["SCENARIOS", "Act", "Scenario"]
