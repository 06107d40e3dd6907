"""A colleague's hotfix holds the lock: one at a time."""

from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import World

COLLEAGUE, THEIR_RUN = "noor", "hf-20260312-0258-login-fails-m4tt"


def _let_a_colleague_hold_the_lock(world: World) -> None:
    world.kubernetes.hold_lock(THEIR_RUN, COLLEAGUE, phase="review", step="await_approval")


LOCKED = Scenario(
    "locked",
    "A colleague is working on another hotfix: yours has to wait, or theirs is taken over.",
    prepare=_let_a_colleague_hold_the_lock,
    ends_with=6,
)
