"""The fix is reviewed, tested and wrong."""

from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Scenario

BAD = Scenario(
    "bad-fix",
    "The fix is wrong: verification fails, and it is rolled back.",
    fix=BAD_FIX,
    then=("rollback",),
    ends_with=7,
)
