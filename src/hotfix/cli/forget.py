"""``hotfix forget``: removes the record of a run, here and in the cluster."""

import os
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli import completing, exit_codes, flags, screens
from hotfix.cli.errors import command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError


@command
def forget(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="The run, or a part of its id.", autocompletion=completing.runs
        ),
    ],
    settled: Annotated[
        bool, typer.Option("--settled", help="What it owes by its record was done.")
    ] = False,
    local: Annotated[
        bool, typer.Option("--local", help="Leave what the team has in the cluster there.")
    ] = False,
    yes: flags.Yes = False,
    as_json: flags.ObjectAsJson = False,
) -> int:
    """Remove all that is on record of a run, here and in the cluster, its log lines included.

    Not of one that is open, holds the lock or owes something.
    """
    from hotfix.runs.forget import Forgetting
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.foreign_text import json_line, one_line
    from hotfix.view.printing import print_lines

    forgetting = Forgetting(Path(state_folder(os.environ)), only_here=local)
    leaving = forgetting.leaving(run, is_settled=settled)
    if not as_json:
        told = [f"  {one_line(line)}" for line in leaving.lines()]
        print_lines(f"Of run {one_line(leaving.run)} goes for good:", *told)
    if not yes:
        if not screens.can_ask(as_json=as_json):
            again = forgetting.again(leaving.run) + (" --settled" if settled else "")
            raise ProblemError(_nobody_to_ask(leaving.run, again))
        screen = screens.screen_for(screens.now, as_json=False)
        options = [("yes", "Remove it"), ("no", "Leave it")]
        if screen.choose("Remove it for good?", options) == "no":
            print_lines("Nothing was removed.")
            return exit_codes.DONE
    forgetting.remove(leaving)
    if as_json:
        as_object = {
            "v": 1,
            "run": leaving.run,
            "removed_here": leaving.is_here,
            "removed_from_cluster": leaving.shared is not None,
            "log": [each.to_json() for each in leaving.log],
        }
        print(json_line(as_object))
    else:
        gone = f"Run {one_line(leaving.run)} is forgotten; other machines keep their own journals."
        print_lines(gone)
    return exit_codes.DONE


def _nobody_to_ask(run: str, again: str) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"Removing run {run} needs a yes, and nobody can be asked here.",
        why="It cannot be undone. Nothing was removed.",
        next_command=f"{again} --yes",
    )
