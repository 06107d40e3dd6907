"""The new pods take their time, and there is nothing wrong with them."""

from dataclasses import replace

from hotfix.simulators.played_fix import GOOD_FIX, Edit
from hotfix.simulators.scenarios.scenario import Scenario

_START_SECONDS = 1.5
_FIX = replace(
    GOOD_FIX,
    message="Accept orders without a voucher, and warm up the prices",
    edits=(
        *GOOD_FIX.edits,
        Edit("backend/shop/server.py", "import sys\n", "import sys\nimport time\n"),
        Edit(
            "backend/shop/server.py",
            "def main():\n",
            'def main():\n    print("warming up the prices", flush=True)\n'
            f"    time.sleep({_START_SECONDS})\n",
        ),
    ),
)

SLOW_BUT_FINE = Scenario(
    "slow-but-fine",
    "The new pods take minutes to get ready: they are waited for, and not given up.",
    fix=_FIX,
)
