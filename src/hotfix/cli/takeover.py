"""``hotfix takeover``: continues a colleague's run here."""

import os
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli import exit_codes, flags
from hotfix.cli.answers import chosen
from hotfix.cli.errors import command
from hotfix.cli.screens import can_ask, now, screen_for


@command
def takeover(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The run, or a part of its id: status --team.")
    ],
    worktree: flags.Worktree = False,
    on_budget: flags.OnBudget = "",
    answer: flags.Answers = None,
    yes: flags.Yes = False,
    as_json: flags.EventsAsJson = False,
    plain: flags.Plain = False,
    quiet: flags.Quiet = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
    use_todays_config: flags.TodaysConfig = False,
) -> int:
    """Continue a colleague's run on this machine; theirs does not go on."""
    from hotfix.runs.asker import Flags
    from hotfix.runs.drill_records import refuse_a_drill
    from hotfix.runs.itinerary import Manner
    from hotfix.runs.state_folder import state_folder
    from hotfix.runs.take_over import take_over
    from hotfix.runs.taken_up import any_session, taken_up

    refuse_a_drill(Path(state_folder(os.environ)), run)
    given = Flags(yes, flags.budget_answer(on_budget), chosen=chosen(answer))
    manner = Manner(given, can_ask(as_json=as_json))
    screen = screen_for(now, as_json=as_json, plain=plain, quiet=quiet)
    taking = taken_up(
        "takeover",
        screen,
        manner,
        config,
        use_todays=use_todays_config,
        asks=True,
        trust=flags.hosts(trust_host),
    )
    session = any_session("takeover", screen.aside, config, flags.hosts(trust_host))
    progress = take_over(session, run, manner, screen, beside=worktree, taking=taking)
    return exit_codes.of_progress(progress)
