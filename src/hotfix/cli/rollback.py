"""``hotfix rollback``: restores the recorded healthy set."""

from typing import Annotated

import typer

from hotfix.cli import exit_codes, flags
from hotfix.cli.errors import command
from hotfix.cli.screens import can_ask, now, screen_for
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.run_settings import Via

_REVISIONS_ARE_THE_CLUSTERS = Problem(
    ProblemCode.USAGE,
    what="--to-revision and --via actions do not go together.",
    why="Revisions are the cluster's; GitHub Actions knows commits.",
    next_command="hotfix rollback --to-revision N --deployment NAME",
)

_HEALTHY_IS_NO_RUNS = Problem(
    ProblemCode.USAGE,
    what="--to-healthy goes with no run, no --to-revision and no --via actions.",
    why="It is the last state that any run of this repository knows as healthy.",
    next_command="hotfix rollback --to-healthy",
)


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
        list[str] | None, typer.Option(help="Only this one of the set; may be given several times.")
    ] = None,
    list_them: Annotated[
        bool, typer.Option("--list", help="Print what can be gone back to; change nothing.")
    ] = False,
    via: Annotated[
        Via, typer.Option(help="Restore in the cluster, or deploy the last good commit again.")
    ] = Via.KUBERNETES,
    yes: flags.Yes = False,
    over_others: Annotated[
        bool, typer.Option("--over-others", help="Overwrite what somebody else changed, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be restored; change nothing.")
    ] = False,
    as_json: flags.EventsAsJson = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
    use_todays_config: flags.TodaysConfig = False,
) -> int:
    """Restore what was healthy, all deployments as one set.

    Without a run: the last state known healthy.
    """
    from hotfix.runs import roll_back as back
    from hotfix.runs.asker import Flags
    from hotfix.runs.itinerary import Manner
    from hotfix.runs.taken_up import taken_up

    answers = {"over-others": "roll-back"} if over_others else {}
    manner = Manner(Flags(yes, answers=answers), can_ask(as_json=as_json))
    screen, names = screen_for(now, as_json=as_json), tuple(deployment or ())
    taking = taken_up(
        "rollback",
        screen,
        manner,
        config,
        use_todays=use_todays_config,
        early=context.obj,
        trust=flags.hosts(trust_host),
    )
    chosen, session = taking.chosen_or_todays(run)
    if list_them:
        from hotfix.cli import candidates

        cluster = session.tools.needed_cluster()
        names = names or back.configured_names(session)
        return candidates.list_candidates(session, cluster, names, as_json=as_json)
    if to_revision is not None and via is Via.ACTIONS:
        raise ProblemError(_REVISIONS_ARE_THE_CLUSTERS)
    if to_healthy and (run or to_revision is not None or via is Via.ACTIONS):
        raise ProblemError(_HEALTHY_IS_NO_RUNS)
    where = (
        back.back_by_record(
            session, chosen if run else None, names, via, flags.say, past_open=to_healthy
        )
        if to_revision is None
        else back.back_to_revision(session, to_revision, names)
    )
    if where.run is not None and where.run != chosen:
        _, session = taking.chosen(where.run)
    if dry_run:
        from hotfix.cli.dry_run import show

        return show(back.look_back(session, where), as_json=as_json)
    return exit_codes.of_progress(back.roll_back(session, where, manner, screen))
