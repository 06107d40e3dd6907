"""``hotfix takeover``: continues a colleague's run here."""

from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command


@command
def takeover(
    run: Annotated[str, typer.Argument(help="The run, or a part of its id: status --team.")],
    worktree: Annotated[
        bool, typer.Option("--worktree", help="Work in a fresh work tree beside the repository.")
    ] = False,
    on_budget: Annotated[
        str, typer.Option(help="When it no longer fits: extend:MIN, escalate or stop.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """Continue a colleague's run on this machine; theirs does not go on."""
    from hotfix.cli import budget_flag
    from hotfix.runs.asker import Flags
    from hotfix.runs.session import open_session
    from hotfix.runs.take_over import take_over
    from hotfix.runs.walk_to_its_stop import Manner
    from hotfix.view.terminal import Terminal

    manner = Manner(Flags(yes, budget_flag.parsed(on_budget)), as_json)
    session = open_session(config)
    return take_over(session, run, manner, Terminal(session.clock.now), beside=worktree)
