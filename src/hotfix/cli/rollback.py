"""``hotfix rollback``: restores the recorded healthy set."""

from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command


@command
def rollback(
    run: Annotated[str | None, typer.Argument(help="The run, or a part of its id.")] = None,
    to_revision: Annotated[
        int | None, typer.Option(help="Without a run: back to this revision of --deployment.")
    ] = None,
    deployment: Annotated[
        list[str] | None, typer.Option(help="With --to-revision; may be given several times.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be restored; change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """Restore what was healthy before the merge, all deployments as one set."""
    from hotfix.cli import rolling_back
    from hotfix.cli.asking import Flags
    from hotfix.cli.running import Manner
    from hotfix.cli.session import open_session

    session, manner = open_session(config), Manner(Flags(yes), as_json)
    if to_revision is not None:
        names = tuple(deployment or ())
        return rolling_back.to_revision(session, to_revision, names, manner, dry_run=dry_run)
    return rolling_back.of_run(session, run, manner, dry_run=dry_run)
