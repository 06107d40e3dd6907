"""Everything goes well."""

from hotfix.simulators.scenarios.scenario import Scenario

GOOD = Scenario("good-fix", "The fix works, and goes to production.")
