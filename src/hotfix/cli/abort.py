"""``hotfix abort``: ends a run."""

from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command


@command
def abort(
    run: Annotated[str | None, typer.Argument(help="The run, or a part of its id.")] = None,
    close_pull_request: Annotated[
        bool | None,
        typer.Option(
            "--close-pull-request/--keep-pull-request", help="What becomes of the pull request."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """End a run: says what was done, closes the pull request after a yes, releases the lock."""
    from hotfix.runs.asker import Flags
    from hotfix.runs.resume import resume
    from hotfix.runs.session import open_session
    from hotfix.runs.walk_to_its_stop import Manner, terminal_for

    manner = Manner(Flags(yes), as_json, close_pull_request)
    session = open_session(config)
    return resume(session, run, manner, terminal_for(session, manner), plan="abort")
