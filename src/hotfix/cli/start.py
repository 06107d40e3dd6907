"""``hotfix start``: opens a run and walks it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command
from hotfix.domain.incident import Category, Severity


class StartFrom(StrEnum):
    """Where the hotfix branch is cut from."""

    BASE = "base"
    LIVE = "live"


@command
def start(
    description: Annotated[str, typer.Argument(help="What is broken, in one line.")],
    category: Annotated[
        Category | None, typer.Option(help="Which line of 'When to Use Hotfix' it is.")
    ] = None,
    issue: Annotated[str, typer.Option(help="Number of the issue, or a link.")] = "",
    severity: Annotated[Severity, typer.Option(help="How bad it is.")] = Severity.MAJOR,
    reviewer: Annotated[str, typer.Option(help="Who is asked to review.")] = "",
    root_cause: Annotated[str, typer.Option(help="For the pull request.")] = "",
    fix_summary: Annotated[str, typer.Option(help="For the pull request.")] = "",
    override_reason: Annotated[
        str, typer.Option(help="Why the process is used although the category says no.")
    ] = "",
    on_budget: Annotated[
        str, typer.Option(help="When it no longer fits: extend:MIN, escalate or stop.")
    ] = "",
    start_from: Annotated[
        StartFrom, typer.Option("--from", help="Cut from the base, or from what runs now.")
    ] = StartFrom.BASE,
    pick: Annotated[
        list[str] | None,
        typer.Option(help="A commit to pick onto the branch; may be given several times."),
    ] = None,
    worktree: Annotated[
        bool, typer.Option("--worktree", help="Work in a fresh work tree beside the repository.")
    ] = False,
    break_glass: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Go on without a review, which is then owed."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and change nothing.")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """Open a run and walk it: from a description to a fix verified in production."""
    from hotfix.runs import open as starting

    return starting.start(
        starting.Order(
            description=description,
            category=category,
            issue=issue,
            severity=severity,
            reviewer=reviewer,
            root_cause=root_cause,
            fix_summary=fix_summary,
            override_reason=override_reason,
            on_budget=on_budget,
            start_from=start_from.value,
            picks=tuple(pick or ()),
            worktree=worktree,
            break_glass=break_glass,
            yes=yes,
            as_json=as_json,
            dry_run=dry_run,
            config=config,
        )
    )
