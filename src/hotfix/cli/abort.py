"""``hotfix abort``: ends a run."""

from typing import Annotated

import typer

from hotfix.cli import exit_codes, flags
from hotfix.cli.errors import command
from hotfix.cli.screens import can_ask, screen_for


@command
def abort(
    run: flags.Run = None,
    close_pull_request: Annotated[
        bool | None,
        typer.Option(
            "--close-pull-request/--keep-pull-request", help="What becomes of the pull request."
        ),
    ] = None,
    yes: flags.Yes = False,
    as_json: flags.EventsAsJson = False,
    config: flags.Config = None,
) -> int:
    """End a run: says what was done, closes the pull request after a yes, releases the lock."""
    from hotfix.domain.plan_name import PlanName
    from hotfix.runs.asker import Flags
    from hotfix.runs.itinerary import Manner
    from hotfix.runs.resume import resume
    from hotfix.runs.session import open_session

    manner = Manner(Flags(yes), can_ask(as_json=as_json), close_pull_request)
    session = open_session(config)
    screen = screen_for(session.clock.now, as_json=as_json)
    return exit_codes.of_progress(resume(session, run, manner, screen, PlanName.ABORT))
