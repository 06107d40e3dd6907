"""``hotfix init``: what a team sets up once: ``hotfix.toml``, and the rights in the cluster."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotfix.cli import exit_codes, flags, screens
from hotfix.cli.errors import command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.view.printing import print_lines

if TYPE_CHECKING:
    from hotfix.composition.detecting import Detecting
    from hotfix.runs.screen import Screen
    from hotfix.runs.set_up import SetUp


@command
def init(
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; what is not known stays open.")
    ] = (False),
    commit: Annotated[bool, typer.Option("--commit", help="Commit the new file, and it alone.")] = (
        False
    ),
    example: Annotated[
        bool, typer.Option("--example", help="Print an example with every section instead.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of hotfix.toml instead.")
    ] = False,
    rbac: Annotated[
        bool,
        typer.Option("--rbac", help="Print the smallest Role that works, with its RoleBinding."),
    ] = False,
    group: Annotated[str, typer.Option(help="With --rbac: who gets the role.")] = (
        "hotfix-operators"
    ),
    output: Annotated[
        Path | None, typer.Option(help="The new file to write, instead of the usual place.")
    ] = None,
    config: flags.Config = None,
) -> int:
    """Write hotfix.toml from what the clone, GitHub and the cluster say, and check it."""
    if sum((example, schema, rbac)) > 1:
        raise ProblemError(_ONE_AT_A_TIME)
    if example or schema or rbac:
        return _print(
            _text(example=example, schema=schema, group=group, config=config), output, rbac=rbac
        )
    return _set_up(output or config, yes=yes, commit=commit)


def _text(*, example: bool, schema: bool, group: str, config: Path | None) -> str:
    if example:
        from hotfix.config.example import example as text_of_example

        return text_of_example()
    if schema:
        from hotfix.config.schema import schema as text_of_schema

        return text_of_schema()
    from hotfix.runs.taken_up import any_session

    return any_session("init", screens.say, config).tools.rbac(group)


def _print(text: str, output: Path | None, *, rbac: bool) -> int:
    if output is None:
        print(text, end="")
        return exit_codes.DONE
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"{output} cannot be written.",
                why=error.strerror or str(error),
                next_command="the same command with --output ANOTHER-FILE",
            )
        ) from error
    applied = f" A cluster admin applies it: kubectl apply -f {output}" if rbac else ""
    print_lines(f"Wrote {output}.{applied}")
    return exit_codes.DONE


def _set_up(named: Path | None, *, yes: bool, commit: bool) -> int:
    import os

    from hotfix.composition.detecting import Detecting
    from hotfix.runs.set_up import set_up, write
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.setup_lines import setup_lines

    screen = (
        screens.screen_for(screens.now, as_json=False) if screens.can_ask() and not yes else None
    )
    detecting = Detecting(Path.cwd(), os.environ, Path(state_folder(os.environ)))
    made = set_up(detecting, named, screen)
    print_lines(*setup_lines(made.found, made.differences))
    if made.is_there:
        raise ProblemError(_kept(made.path))
    write(made)
    print_lines("", f"Wrote {made.path}.")
    _commit(detecting, made, screen, commit=commit)
    if made.problem is not None:
        raise ProblemError(made.problem)
    return _check(made)


def _commit(
    detecting: "Detecting", made: "SetUp", screen: "Screen | None", *, commit: bool
) -> None:
    """Commit the file where that is wanted; else say how."""
    import shlex

    from hotfix.runs.set_up import MESSAGE

    root = detecting.clone.root
    if not made.path.resolve().is_relative_to(root.resolve()):
        return
    path = str(made.path.resolve().relative_to(root.resolve()))
    if screen is not None and not commit:
        options = (("yes", f"Commit {path}, and nothing else"), ("no", "Leave it as it is"))
        commit = screen.choose("Commit it?", options) == "yes"
    if commit and detecting.clone.is_detached:
        print_lines("Not committed: no branch is checked out here, and the commit would be lost.")
    elif commit:
        sha = detecting.clone.commit(path, MESSAGE)
        print_lines(f"Committed {path} as {sha}. Nothing was pushed.")
    else:
        name = shlex.quote(path)
        print_lines(f"To commit it: git add -- {name} && git commit -m '{MESSAGE}' -- {name}")


def _check(made: "SetUp") -> int:
    """Say what ``hotfix doctor`` says of the new file; what is to be mended does not unmake it."""
    from hotfix.cli.doctor import needs_of
    from hotfix.runs.taken_up import any_session
    from hotfix.view import doctor_text
    from hotfix.view.problem_lines import problem_lines

    if not made.is_usual:
        # To name it would be a word of trust in every host that it names.
        print_lines("", f"To check it: hotfix doctor --config {made.path}")
        return exit_codes.DONE
    print_lines("", "hotfix doctor:")
    try:
        doctor_text.show(needs_of(any_session("doctor", screens.say)))
    except ProblemError as error:
        print_lines(*problem_lines(error.problem))
    return exit_codes.DONE


def _kept(path: Path) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"{path} is there already, and is kept as it is.",
        why="Above is what would have been found.",
        next_command="hotfix doctor, which checks yours; or: hotfix init --output ANOTHER-FILE",
    )


_ONE_AT_A_TIME = Problem(
    ProblemCode.USAGE,
    what="--example, --schema and --rbac each print something else.",
    why="One command prints one of them.",
    next_command="hotfix init --help",
)
