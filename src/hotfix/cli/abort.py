"""``hotfix abort``: ends a run."""

from typing import Annotated

import typer

from hotfix.cli import exit_codes, flags
from hotfix.cli.answers import chosen
from hotfix.cli.errors import command
from hotfix.cli.screens import can_ask, now, screen_for


@command
def abort(
    run: flags.Run = None,
    close_pull_request: Annotated[
        bool | None,
        typer.Option(
            "--close-pull-request/--keep-pull-request",
            help="What becomes of the pull request; with neither, it stays open.",
        ),
    ] = None,
    answer: flags.Answers = None,
    yes: flags.Yes = False,
    as_json: flags.EventsAsJson = False,
    plain: flags.Plain = False,
    quiet: flags.Quiet = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
    use_todays_config: flags.TodaysConfig = False,
) -> int:
    """End a run: says what was done, offers to close the pull request, releases the lock."""
    from hotfix.domain.plan_name import PlanName
    from hotfix.runs.asker import Flags
    from hotfix.runs.itinerary import Manner
    from hotfix.runs.resume import resume
    from hotfix.runs.taken_up import taken_up

    manner = Manner(Flags(yes, chosen=chosen(answer)), can_ask(as_json=as_json), close_pull_request)
    screen = screen_for(now, as_json=as_json, plain=plain, quiet=quiet)
    taking = taken_up(
        "abort", screen, manner, config, use_todays=use_todays_config, trust=flags.hosts(trust_host)
    )
    found, session = taking.chosen(run)
    return exit_codes.of_progress(resume(session, found, manner, screen, PlanName.ABORT))
