"""``hotfix rollback``: restores the recorded healthy set."""

from typing import Annotated

import typer

from hotfix.cli import completing, flags
from hotfix.cli.answers import chosen
from hotfix.cli.errors import command
from hotfix.domain.run_settings import Via


@command
def rollback(
    context: typer.Context,
    run: flags.Run = None,
    to_revision: Annotated[
        int | None, typer.Option(help="Without a run: back to this revision.")
    ] = None,
    to_healthy: Annotated[
        bool,
        typer.Option(
            "--to-healthy",
            help="Without a run: back to the last state known healthy, also while a run is open.",
        ),
    ] = False,
    deployment: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this one of the set; may be given several times.",
            autocompletion=completing.deployments,
        ),
    ] = None,
    list_them: Annotated[
        bool, typer.Option("--list", help="Print what can be gone back to; change nothing.")
    ] = False,
    via: Annotated[
        Via, typer.Option(help="Restore in the cluster, or deploy the last good commit again.")
    ] = Via.KUBERNETES,
    answer: flags.Answers = None,
    yes: flags.Yes = False,
    over_others: Annotated[
        bool, typer.Option("--over-others", help="Overwrite what somebody else changed, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be restored; change nothing.")
    ] = False,
    as_json: flags.EventsAsJson = False,
    plain: flags.Plain = False,
    quiet: flags.Quiet = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
    use_todays_config: flags.TodaysConfig = False,
) -> int:
    """Restore what was healthy, all deployments as one set.

    Without a run: the last state known healthy.
    """
    from hotfix.cli.rolling_back import Wanted, roll_back

    wanted = Wanted(
        run=run,
        to_revision=to_revision,
        to_healthy=to_healthy,
        deployments=tuple(deployment or ()),
        list_them=list_them,
        via=via,
        answers=chosen(answer),
        yes=yes,
        over_others=over_others,
        dry_run=dry_run,
        as_json=as_json,
        plain=plain,
        quiet=quiet,
        config=config,
        trust=flags.hosts(trust_host),
        use_todays=use_todays_config,
    )
    return roll_back(wanted, context.obj)
