"""``hotfix init``: what a team sets up once. So far: the rights in the cluster."""

from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError


@command
def init(
    rbac: Annotated[
        bool, typer.Option("--rbac", help="The smallest Role that works, with its RoleBinding.")
    ] = False,
    group: Annotated[str, typer.Option(help="With --rbac: who gets the role.")] = (
        "hotfix-operators"
    ),
    output: Annotated[
        Path | None, typer.Option(help="Write it to this new file instead of printing it.")
    ] = None,
    config: flags.Config = None,
) -> int:
    """Print the rights that hotfix needs in the cluster, for a cluster admin to apply."""
    from hotfix.runs.taken_up import any_session

    if not rbac:
        raise ProblemError(_NOTHING_ASKED)
    text = any_session("init", screens.say, config).tools.rbac(group)
    if output is None:
        print(text, end="")
        return 0
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"{output} cannot be written.",
                why=error.strerror or str(error),
                next_command="hotfix init --rbac --output ANOTHER-FILE",
            )
        ) from error
    print(f"Wrote {output}. A cluster admin applies it: kubectl apply -f {output}")
    return 0


_NOTHING_ASKED = Problem(
    ProblemCode.USAGE,
    what="What is to be set up?",
    why="hotfix.toml starts as a copy of hotfix.toml.example; rights in the cluster are --rbac.",
    next_command="hotfix init --rbac",
)
