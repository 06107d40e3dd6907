"""``hotfix status``: where a run stands."""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.view.printing import must_be_read, print_lines

if TYPE_CHECKING:
    from hotfix.view.watch_screen import WatchScreen

_REFRESH_SECONDS = 1.0


@command
def status(
    run: flags.Run = None,
    as_json: flags.ObjectAsJson = False,
    short: Annotated[bool, typer.Option("--short", help="One line for a shell prompt.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew until it is over.")] = False,
    plain: flags.Plain = False,
    team: Annotated[bool, typer.Option("--team", help="All runs in the cluster.")] = False,
    config: Annotated[Path | None, typer.Option(help="With --team: the hotfix.toml.")] = None,
) -> int:
    """Show phase and time, until when to merge, when it will be done, and the next action."""
    if team:
        from hotfix.cli.team import show_team

        return show_team(config, as_json=as_json)
    from hotfix.domain.snapshot import in_tenths, stand_at
    from hotfix.domain.status import status as status_of
    from hotfix.runs.chosen import chosen_run, progress_of, settling
    from hotfix.runs.held import held_besides
    from hotfix.runs.life import as_it_stands, with_process
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.foreign_text import json_line
    from hotfix.view.status_lines import next_lines, short_line, status_lines, watch_head

    state = Path(state_folder(os.environ))
    chosen = chosen_run(state, run, say=screens.say)
    if watch:
        must_be_read(is_endless=True)
    screen = _watch_screen(plain=plain) if watch and not (as_json or short) else None
    while True:
        progress = progress_of(state, chosen)
        held = held_besides(str(state), chosen, settling(state))
        seen = stand_at(dict(status_of(progress)), datetime.now(UTC), held)
        seen = with_process(str(state), seen)
        lines = [short_line(seen)] if short else status_lines(seen)
        if as_json:
            print(json_line(in_tenths(seen)), flush=True)
        elif screen is not None:
            screen.draw(as_it_stands(progress, seen["process"]), watch_head(seen), lines)
        else:
            print_lines(*lines)
        if not watch or progress.state.is_over:
            if screen is not None:
                screen.end(next_lines(seen))
            return 0
        time.sleep(_REFRESH_SECONDS)


def _watch_screen(*, plain: bool) -> "WatchScreen | None":
    """Return the screen of whoever looks on; None where what is printed goes to a file or pipe."""
    from hotfix.view.watch_screen import WatchScreen

    is_plain = plain or screens.is_plain_wanted()
    found = WatchScreen(lambda: datetime.now(UTC), is_plain=is_plain)
    return found if sys.stdout.isatty() else None
