"""``hotfix show``: the record of a run, for whoever was not there."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli import exit_codes, flags, screens
from hotfix.cli.errors import command
from hotfix.cli.telling import tell
from hotfix.view.printing import columns


@command
def show(
    run: flags.Run = None,
    as_json: flags.ObjectAsJson = False,
    local: flags.Local = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print it as markdown, as a report begins.")
    ] = False,
) -> int:
    """Show a run's record: timeline, decisions, notes, links, and what is still to do."""
    from hotfix.runs.state_folder import state_folder
    from hotfix.runs.team_records import record_of
    from hotfix.view.account import account
    from hotfix.view.foreign_text import json_line, verbatim

    state = Path(state_folder(os.environ))
    record = record_of(state, run, "show", screens.say, only_here=local)
    damage = record.damage
    told = {
        **account(record.events, damage=damage, is_gone=record.is_gone),
        "record": record.to_json(),
    }
    if as_json:
        print(json_line(told))
    elif as_markdown:
        from hotfix.view.report_markdown import report_markdown

        print(verbatim(report_markdown(told)), end="")
    else:
        from hotfix.view.account_text import account_lines

        # They fit as they are; what is code in them is not to be parted.
        print("\n".join(account_lines(told, columns(sys.stdout))), flush=True)
    return exit_codes.DONE if damage is None else tell(damage, as_json=as_json)
