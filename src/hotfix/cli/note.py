"""``hotfix note``: a line on the timeline."""

import getpass
import os
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli import completing, flags, screens
from hotfix.cli.errors import command
from hotfix.view.printing import print_lines


@command
def note(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to remember.")],
    run: Annotated[
        str | None,
        typer.Option(help="The run; by default the newest.", autocompletion=completing.runs),
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Page those on call, too, by PagerDuty.")
    ] = False,
    as_json: flags.ObjectAsJson = False,
) -> int:
    """Write a line on the timeline, while the run is walked elsewhere or not, or is over."""
    from hotfix.composition.tools import system_clock
    from hotfix.domain.event_data import Noted
    from hotfix.domain.heard import PAGE, Heard
    from hotfix.domain.json_record import utc_text
    from hotfix.domain.redaction import redacted
    from hotfix.processes.environment import known_secrets
    from hotfix.runs import note as noting
    from hotfix.runs.chosen import chosen_run
    from hotfix.runs.state_folder import state_folder

    state = Path(state_folder(os.environ))
    chosen = chosen_run(state, run, command="note", say=screens.say)
    operator = os.environ.get("HOTFIX_OPERATOR") or getpass.getuser()
    # It lies in the mailbox until who walks the run takes it.
    clock = system_clock()
    at = clock.now()
    heard = Heard(f"{PAGE}{at.isoformat()}", at) if page else None
    noted = Noted(redacted(text, known_secrets()), operator, heard=heard)
    said = noting.note(state, chosen, noted, clock, secrets=known_secrets())
    if as_json:
        from hotfix.domain.foreign_text import json_line

        told = {"v": 1, "run": chosen, "at": utc_text(at), "text": noted.text, "said": said}
        print(json_line(told))
    else:
        print_lines(said)
    return 0
