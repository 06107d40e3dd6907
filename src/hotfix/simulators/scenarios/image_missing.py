"""The deploy job sets an image that nobody pushed."""

from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.webrana import image
from hotfix.simulators.world import World


def _tag_it_otherwise(world: World) -> None:
    """Let the deploy job ask for another tag of the backend than the build job pushed."""
    deploy = world.github.deploy

    def deploy_what_is_not_there(sha: str) -> None:
        deploy(sha)
        world.kubernetes.set_image("webrana-backend", image("backend", sha[::-1]), sha)

    world.github.deploy = deploy_what_is_not_there


IMAGE_MISSING = Scenario(
    "image-missing",
    "The image to deploy does not exist: the rollout is doomed at once, and it is rolled back.",
    prepare=_tag_it_otherwise,
    then=("rollback",),
    ends_with=7,
)
