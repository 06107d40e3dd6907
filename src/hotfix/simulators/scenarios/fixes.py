"""Scenarios of the fix itself: right, wrong, crashing, slow to start, or too long in the making."""

from dataclasses import replace

from hotfix.simulators.played_fix import BAD_FIX, GOOD_FIX, Edit
from hotfix.simulators.scenarios.scenario import Cue, Scenario
from hotfix.simulators.world import World

_SERVER = "backend/shop/server.py"

GOOD = Scenario(
    "good-fix",
    "The fix works, and goes to production.",
    part="Mend the checkout, with a test, and take it to production.",
)

BAD = Scenario(
    "bad-fix",
    "The fix is wrong: verification fails, and it is rolled back.",
    part="Write a wrong fix, one that only looks like it: let total_cents return 0 where there is "
    "no voucher. The tests pass; verification shows it, and you decide to roll back.",
    fix=BAD_FIX,
    then=("rollback",),
    cues=(
        Cue("await_the_fix", "Now the wrong fix: return 0 where there is no voucher."),
        Cue("probe_production", "Roll back.", asks=True),
    ),
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
    part="Write a fix whose pods crash: besides the mend, let main() in backend/shop/server.py "
    'read os.environ["VOUCHERS_URL"], which is set nowhere. The rollout shows it: roll back.',
    cues=(
        Cue(
            "await_the_fix",
            'Now the fix that crashes: os.environ["VOUCHERS_URL"] in main() of server.py.',
        ),
        Cue("watch_rollout", "Roll back.", asks=True),
    ),
    fix=replace(
        GOOD_FIX,
        message="Take the vouchers from where the environment says",
        edits=(*GOOD_FIX.edits, _USES_A_VARIABLE),
        called="the fix that crashes",
        patch="crash.patch",
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
    part="Write a fix that is slow to start: besides the mend, let main() in "
    "backend/shop/server.py sleep for 1.5 seconds before it listens. Be patient in the rollout: "
    "nothing is wrong.",
    cues=(
        Cue("await_the_fix", "Now the fix that starts slowly: time.sleep(1.5) in main()."),
        Cue("watch_rollout", "The pods take their time. Wait."),
    ),
    fix=replace(
        GOOD_FIX,
        message="Accept orders without a voucher, and warm up the prices",
        edits=(*GOOD_FIX.edits, *_WARMS_UP),
        called="the fix that starts slowly",
        patch="slow.patch",
    ),
)

_TOO_LONG_SECONDS = 1500.0


def _think_too_long(world: World) -> None:
    world.timings = replace(world.timings, fix=_TOO_LONG_SECONDS)
    world.set_budget_to_pace()


BUDGET_BLOWN = Scenario(
    "budget-blown",
    "The fix takes too long: it is asked before the merge whether there is more time.",
    part="Take too long: the procedure's 30 minutes are 3 here. Leave the fix alone until you are "
    "told that it no longer fits, then decide: extend (with a reason), escalate, or stop. After an "
    "extension, mend the checkout and take it to production.",
    prepare=_think_too_long,
    cues=(
        Cue("await_the_fix", "Hands off the keyboard, until it no longer fits: some two minutes."),
        Cue("budget", "Decide: more time, with a reason, or none.", asks=True),
    ),
    on_budget="extend:10",
)
