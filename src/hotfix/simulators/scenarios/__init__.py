"""What can happen in a drill: one file a scenario, listed here in the order of ``--list``."""

from hotfix.simulators.scenarios.bad_fix import BAD
from hotfix.simulators.scenarios.github_flaky import FLAKY
from hotfix.simulators.scenarios.good_fix import GOOD
from hotfix.simulators.scenarios.locked import LOCKED
from hotfix.simulators.scenarios.reviewer_asleep import REVIEWER_ASLEEP
from hotfix.simulators.scenarios.scenario import Scenario

SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        GOOD,
        BAD,
        FLAKY,
        LOCKED,
        REVIEWER_ASLEEP,
    )
}

__all__ = ["SCENARIOS", "Scenario"]
