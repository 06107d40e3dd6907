"""The required check fails where the laptop's tests passed; the engineer pushes a second fix."""

from hotfix.simulators.people import push_a_commit
from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import World

_NOTE = "backend/RELEASE_NOTE.md"
_TEXT = "Orders without a voucher are accepted again.\n"


def _demand_a_release_note(world: World) -> None:
    """Let the check want what no local suite looks at."""
    tests_pass = world.github.run_checks
    origin = world.origin
    world.github.run_checks = lambda sha: origin.has_file(sha, _NOTE) and tests_pass(sha)


def _push_the_release_note(world: World) -> None:
    push_a_commit(world.clone, _NOTE, _TEXT, "Add the release note that the check wants")


CI_RED = Scenario(
    "ci-red",
    "The required check fails: the run stops with exit code 8, is mended, and goes on.",
    prepare=_demand_a_release_note,
    meanwhile=_push_the_release_note,
    then=("resume",),
)
