"""Something else is on the base that nobody has deployed yet."""

import subprocess

from hotfix.simulators.git_origin import git_environ
from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import World

_DEADLINE_SECONDS = 20.0


def _let_a_colleague_merge(world: World) -> None:
    (world.clone / "NEWS.md").write_text("Cushions, from Monday on.\n", encoding="utf-8")
    for words in (
        ("add", "--all"),
        ("commit", "--quiet", "--message=Announce cushions (#12)"),
        ("push", "--quiet", "origin", "main"),
    ):
        subprocess.run(
            ["git", "-C", str(world.clone), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_DEADLINE_SECONDS,
            env=git_environ(),
        )


RIDE_ALONG = Scenario(
    "ride-along",
    "Another change is on main and not live yet: it would ship with the hotfix.",
    prepare=_let_a_colleague_merge,
)
