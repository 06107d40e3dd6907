"""Scenarios of the fix itself: right, wrong, crashing, or slow to start."""

from dataclasses import replace

from hotfix.simulators.played_fix import BAD_FIX, GOOD_FIX, Edit
from hotfix.simulators.scenarios.scenario import Scenario

_SERVER = "backend/shop/server.py"

GOOD = Scenario("good-fix", "The fix works, and goes to production.")

BAD = Scenario(
    "bad-fix",
    "The fix is wrong: verification fails, and it is rolled back.",
    fix=BAD_FIX,
    then=("rollback",),
    ends_with=7,
)

# Set on the engineer's machine, and nowhere else: no test starts the server.
_USES_A_VARIABLE = Edit(
    _SERVER,
    "def main():\n",
    'def main():\n    print("vouchers from", os.environ["VOUCHERS_URL"], flush=True)\n',
)

CRASH_LOOP = Scenario(
    "crash-loop",
    "The new pods crash at start: the rollout is doomed at once, and it is rolled back.",
    fix=replace(
        GOOD_FIX,
        message="Take the vouchers from where the environment says",
        edits=(*GOOD_FIX.edits, _USES_A_VARIABLE),
    ),
    then=("rollback",),
    ends_with=7,
)

_WARMS_UP = (
    Edit(_SERVER, "import sys\n", "import sys\nimport time\n"),
    Edit(
        _SERVER,
        "def main():\n",
        'def main():\n    print("warming up the prices", flush=True)\n    time.sleep(1.5)\n',
    ),
)

SLOW_BUT_FINE = Scenario(
    "slow-but-fine",
    "The new pods take minutes to get ready: they are waited for, and not given up.",
    fix=replace(
        GOOD_FIX,
        message="Accept orders without a voucher, and warm up the prices",
        edits=(*GOOD_FIX.edits, *_WARMS_UP),
    ),
)
