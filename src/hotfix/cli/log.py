"""``hotfix log``: the deployment log."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.cli.since import Since, moment
from hotfix.view.printing import print_lines

if TYPE_CHECKING:
    from hotfix.domain.problem import Problem


@command
def log(
    since: Since = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print an array of objects.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet.")] = False,
    local: flags.Local = False,
) -> int:
    """Print the deployment log: when (UTC), commit, deployer, reason and issue, outcome.

    A run that has deployed nothing stands there as what it came to, or as how it stands.
    """
    from hotfix.domain.deployment_log import LogEntry
    from hotfix.runs.deployments import deployments
    from hotfix.runs.drill_records import newest_drill
    from hotfix.runs.state_folder import state_folder
    from hotfix.view import deployment_log_text
    from hotfix.view.problem_lines import problem_lines

    def damaged(problem: "Problem") -> None:
        print_lines(*problem_lines(problem), file=sys.stderr)

    first = moment(since, screens.now(), "log")
    state = Path(state_folder(os.environ))
    found = deployments(state, first, screens.say, damaged, only_here=local)
    if not (as_json or as_csv):
        shown = [LogEntry.from_json(each) for each in found[: deployment_log_text.MOST_SHOWN]]
        print_lines(*deployment_log_text.as_lines(shown, len(found), first))
        if not found and since == "" and newest_drill(state):
            screens.say("Drills are kept apart: hotfix history --drills")
        return 0
    as_text = deployment_log_text.as_json if as_json else deployment_log_text.as_csv
    print(as_text([LogEntry.from_json(each) for each in found]))
    return 0
