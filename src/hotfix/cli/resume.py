"""``hotfix resume``: goes on where the run stands."""

from hotfix.cli import exit_codes, flags
from hotfix.cli.answers import chosen
from hotfix.cli.errors import command
from hotfix.cli.screens import can_ask, now, screen_for


@command
def resume(
    run: flags.Run = None,
    on_budget: flags.OnBudget = "",
    break_glass: flags.BreakGlass = None,
    answer: flags.Answers = None,
    yes: flags.Yes = False,
    as_json: flags.EventsAsJson = False,
    plain: flags.Plain = False,
    quiet: flags.Quiet = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
    use_todays_config: flags.TodaysConfig = False,
) -> int:
    """Go on where the run stands."""
    from hotfix.runs import resume as resuming
    from hotfix.runs.asker import Flags
    from hotfix.runs.itinerary import Manner
    from hotfix.runs.taken_up import taken_up

    given = Flags(
        yes,
        flags.budget_answer(on_budget),
        break_glass=flags.break_glass_reason(break_glass),
        chosen=chosen(answer),
    )
    # Who says so now has seen how long the wait is.
    manner = Manner(given, can_ask(as_json=as_json), break_glass_at_once=True)
    screen = screen_for(now, as_json=as_json, plain=plain, quiet=quiet)
    taking = taken_up(
        "resume",
        screen,
        manner,
        config,
        use_todays=use_todays_config,
        asks=True,
        trust=flags.hosts(trust_host),
    )
    found, session = taking.chosen(run)
    return exit_codes.of_progress(resuming.resume(session, found, manner, screen))
