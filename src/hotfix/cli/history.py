"""``hotfix history``: what many runs come to."""

import os
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli import exit_codes, flags, screens
from hotfix.cli.errors import command
from hotfix.cli.since import Since, moment
from hotfix.view.printing import print_lines


@command
def history(
    since: Since = "",
    drills: Annotated[bool, typer.Option("--drills", help="Count drills, too.")] = False,
    as_json: flags.ObjectAsJson = False,
    local: flags.Local = False,
) -> int:
    """Print the figures over all hotfixes: time to restore, failures, time by phase, what is owed.

    Drills are left out, unless they are asked for.
    """
    from hotfix.runs.history import history_of
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.foreign_text import json_line
    from hotfix.view.history_lines import history_lines

    first = moment(since, screens.now(), "history")
    state = Path(state_folder(os.environ))
    found = history_of(state, first, screens.say, with_drills=drills, only_here=local)
    if as_json:
        print(json_line(found))
    else:
        print_lines(*history_lines(found, first))
    return exit_codes.DONE
