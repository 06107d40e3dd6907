"""A colleague pushes a commit at the moment of the approval, which is worth nothing then."""

from hotfix.simulators.people import push_a_commit
from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import World


def _push_once_approved(world: World) -> None:
    pushed: list[str] = []

    def push(_number: int) -> None:
        if not pushed:
            text = "Checked the totals once more.\n"
            pushed.append(push_a_commit(world.clone, "NOTES.md", text, "Add one more note"))

    world.github.on_approved = push


COMMIT_AFTER_APPROVAL = Scenario(
    "commit-after-approval",
    "A commit is pushed after the approval: it goes back to checks and review.",
    prepare=_push_once_approved,
)
