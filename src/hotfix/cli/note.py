"""``hotfix note``: a line on the timeline."""

import getpass
import os
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command


@command
def note(
    text: Annotated[str, typer.Argument(help="What to remember.")],
    run: Annotated[str | None, typer.Option(help="The run; by default the newest.")] = None,
) -> int:
    """Write a line on the timeline, while the run is walked elsewhere or not."""
    from hotfix.composition.journals import Runs
    from hotfix.domain.event_data import Noted
    from hotfix.ports.signals import Signal
    from hotfix.runs.chosen import chosen_run
    from hotfix.runs.state_folder import state_folder

    state = Path(state_folder(os.environ))
    chosen = chosen_run(state, run, command="note")
    operator = os.environ.get("HOTFIX_OPERATOR") or getpass.getuser()
    Runs(state).mailbox(chosen).send(Signal(Noted(text, operator)))
    print(f"Noted for {chosen}.")
    return 0
