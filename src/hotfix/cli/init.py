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
    from hotfix.domain.json_value import JsonObject
    from hotfix.runs.set_up import SetUp

VERSION = 1


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
    as_json: flags.ObjectAsJson = False,
) -> int:
    """Write hotfix.toml from what the clone, GitHub and the cluster say, and check it."""
    if sum((example, schema, rbac, as_json)) > 1:
        raise ProblemError(_ONE_AT_A_TIME)
    if example or schema or rbac:
        return _print(
            _text(example=example, schema=schema, group=group, config=config), output, rbac=rbac
        )
    return _set_up(output or config, yes=yes, commit=commit, as_json=as_json)


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
    from hotfix.cli.new_file import PRINTED

    if output is None or output == PRINTED:
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


def _set_up(named: Path | None, *, yes: bool, commit: bool, as_json: bool) -> int:
    import os

    from hotfix.composition.detecting import Detecting
    from hotfix.runs.set_up import set_up, write
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.setup_lines import setup_lines

    is_asked = screens.can_ask() and not (yes or as_json)
    screen = screens.screen_for(screens.now, as_json=False) if is_asked else None
    detecting = Detecting(Path.cwd(), os.environ, Path(state_folder(os.environ)))
    made = set_up(detecting, named, screen)
    if as_json:
        return _as_json(detecting, made, commit=commit)
    print_lines(*setup_lines(made.found, made.differences))
    if made.is_there:
        raise ProblemError(_kept(made.path))
    write(made)
    print_lines("", f"Wrote {made.path}.")
    if screen is not None and not commit and _path_in_clone(detecting, made):
        path = _path_in_clone(detecting, made)
        options = (("yes", f"Commit {path}, and nothing else"), ("no", "Leave it as it is"))
        commit = screen.choose("Commit it?", options) == "yes"
    print_lines(*_committed(detecting, made, commit=commit)[1])
    if made.problem is not None:
        raise ProblemError(made.problem)
    return _check(made)


def _as_json(detecting: "Detecting", made: "SetUp", *, commit: bool) -> int:
    """Print one object: what was found and where, what was not, and what became of the file."""
    from hotfix.runs.set_up import write
    from hotfix.view.foreign_text import json_line
    from hotfix.view.setup_lines import setup_json

    sha, needs, problem = "", None, made.problem
    if made.is_there:
        problem = _kept(made.path)
    else:
        write(made)
        sha, _ = _committed(detecting, made, commit=commit)
        if problem is None:
            needs, problem = _needs_as_json(made)
    told = {
        "v": VERSION,
        "path": str(made.path),
        "written": not made.is_there,
        "commit": sha or None,
        **setup_json(made.found, made.differences),
        "needs": needs,
    }
    print(json_line(told))
    if problem is not None:
        raise ProblemError(problem)
    return exit_codes.DONE


def _needs_as_json(made: "SetUp") -> "tuple[list[JsonObject] | None, Problem | None]":
    """Return what ``hotfix doctor`` finds; None where the file is not where it is looked for."""
    from hotfix.cli.doctor import needs_of
    from hotfix.runs.taken_up import any_session

    if not made.is_usual:
        return None, None
    try:
        return [need.to_json() for need in needs_of(any_session("doctor", screens.say))], None
    except ProblemError as error:
        return None, error.problem


def _path_in_clone(detecting: "Detecting", made: "SetUp") -> str:
    """Return the path of the file in the clone; empty where it is not in there."""
    path, root = made.path.resolve(), detecting.clone.root.resolve()
    return str(path.relative_to(root)) if path.is_relative_to(root) else ""


def _committed(
    detecting: "Detecting", made: "SetUp", *, commit: bool
) -> tuple[str, tuple[str, ...]]:
    """Commit the file where that is wanted; returns the commit, and what is said, or how."""
    import shlex

    from hotfix.runs.set_up import MESSAGE

    path = _path_in_clone(detecting, made)
    if not path:
        return "", ()
    if commit and detecting.clone.is_detached:
        return "", ("Not committed: no branch is checked out here, and the commit would be lost.",)
    if commit:
        sha = detecting.clone.commit(path, MESSAGE)
        kept = "A hotfix branch is cut from the remote's, and lacks the file until it is there."
        return sha, (f"Committed {path} as {sha}. Nothing was pushed. {kept}",)
    if detecting.clone.is_detached:
        return "", ("To commit it, check out a branch first: here the commit would be lost.",)
    name = shlex.quote(path)
    return "", (f"To commit it: git add -- {name} && git commit -m '{MESSAGE}' -- {name}",)


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
    what="--example, --schema, --rbac and --json each print something else.",
    why="One command prints one of them.",
    next_command="hotfix init --help",
)
