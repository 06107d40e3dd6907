"""``hotfix log``: the deployment log."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.cli.since import Since, moment
from hotfix.view.printing import print_lines


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
    from hotfix.composition.journals import Runs
    from hotfix.domain.deployment_log import LogEntry, of_run
    from hotfix.domain.problem import Problem
    from hotfix.runs.learned import LOG, learned
    from hotfix.runs.readable import passed_over
    from hotfix.runs.state_folder import state_folder
    from hotfix.runs.team_records import team_records
    from hotfix.view import deployment_log_text
    from hotfix.view.problem_lines import problem_lines

    first = moment(since, screens.now(), "log")
    state = Path(state_folder(os.environ))
    kept, team = Runs(state), team_records(state, screens.say, only_here=local)
    found: list[LogEntry] = []
    for run, said in learned(state, LOG).said.items():
        if isinstance(said, Problem):
            # One damaged journal must not hide the others.
            print_lines(*problem_lines(said), file=sys.stderr)
        elif run not in team.journals():
            found += [LogEntry.from_json(entry) for entry in said]
        else:
            record = team.of(run, kept.events(run))
            for each in record.remarks:
                screens.say(each)
            found += of_run(record.events, record.shared_by)
    for record in team.others():
        if record.damage is not None:
            screens.say(passed_over(record.damage))
            continue
        found += of_run(record.events, record.shared_by)
    found = [entry for entry in found if first is None or entry.timestamp >= first]
    found.sort(key=lambda entry: entry.timestamp, reverse=True)
    if as_json:
        print(deployment_log_text.as_json(found))
    elif as_csv:
        print(deployment_log_text.as_csv(found))
    else:
        print_lines(*deployment_log_text.as_lines(found))
    return 0
