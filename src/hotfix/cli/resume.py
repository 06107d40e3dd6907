"""``hotfix resume``: goes on where the run stands."""

from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command


@command
def resume(
    run: Annotated[str | None, typer.Argument(help="The run, or a part of its id.")] = None,
    on_budget: Annotated[
        str, typer.Option(help="When it no longer fits: extend:MIN, escalate or stop.")
    ] = "",
    break_glass: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Go on without a review, which is then owed."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """Go on where the run stands."""
    from hotfix.cli import break_glass_flag, budget_flag
    from hotfix.runs import resume as resuming
    from hotfix.runs.asker import Flags
    from hotfix.runs.session import open_session
    from hotfix.runs.walk_to_its_stop import Manner, terminal_for

    flags = Flags(
        yes,
        budget_flag.parsed(on_budget),
        break_glass=break_glass_flag.parsed(break_glass),
    )
    # Who says so now has seen how long the wait is.
    manner = Manner(flags, as_json, break_glass_at_once=True)
    session = open_session(config)
    return resuming.resume(session, run, manner, terminal_for(session, manner))
