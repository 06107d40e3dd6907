"""The reviewer is asleep, and the second one is not."""

from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import SECOND_REVIEWER, World

_SECOND_AFTER, _ON_CALL_AFTER = 120.0, 600.0


def _let_the_reviewer_sleep(world: World) -> None:
    world.awake = (SECOND_REVIEWER,)
    # The run's clock is the world's divided by its speed.
    second, on_call = (each / world.timeline.speed for each in (_SECOND_AFTER, _ON_CALL_AFTER))
    world.configure(
        f'\n[review]\nsecond = "{SECOND_REVIEWER}"\n'
        f'second_after = "{second:g}s"\non_call_after = "{on_call:g}s"\n'
    )


REVIEWER_ASLEEP = Scenario(
    "reviewer-asleep",
    "The reviewer does not answer: the second one is asked, and approves.",
    prepare=_let_the_reviewer_sleep,
)
