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
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """Go on where the run stands."""
    from hotfix.cli import budget_flag, resuming
    from hotfix.cli.asking import Flags
    from hotfix.cli.running import Manner
    from hotfix.cli.session import open_session
    from hotfix.view.terminal import Terminal

    manner = Manner(Flags(yes, budget_flag.parsed(on_budget)), as_json)
    session = open_session(config)
    return resuming.resume(session, run, manner, Terminal(session.clock.now))
