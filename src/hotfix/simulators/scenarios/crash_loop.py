"""The fix is tested and right, and its server does not start in production."""

from dataclasses import replace

from hotfix.simulators.played_fix import GOOD_FIX, Edit
from hotfix.simulators.scenarios.scenario import Scenario

# Set on the engineer's machine, and nowhere else: no test starts the server.
_FIX = replace(
    GOOD_FIX,
    message="Take the vouchers from where the environment says",
    edits=(
        *GOOD_FIX.edits,
        Edit(
            "backend/shop/server.py",
            "def main():\n",
            'def main():\n    print("vouchers from", os.environ["VOUCHERS_URL"], flush=True)\n',
        ),
    ),
)

CRASH_LOOP = Scenario(
    "crash-loop",
    "The new pods crash at start: the rollout is doomed at once, and it is rolled back.",
    fix=_FIX,
    then=("rollback",),
    ends_with=7,
)
