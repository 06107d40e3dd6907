"""``hotfix start``: opens a run and walks it."""

from typing import Annotated

import typer

from hotfix.cli import exit_codes, flags
from hotfix.cli.answers import chosen
from hotfix.cli.errors import command
from hotfix.cli.screens import can_ask, screen_for
from hotfix.domain.incident import Audience, Category, Severity, StartFrom
from hotfix.view.printing import print_lines

_AUDIENCE = {None: Audience.UNSAID, True: Audience.CUSTOMERS, False: Audience.INTERNAL}


@command
def start(
    description: Annotated[
        str, typer.Argument(metavar="DESCRIPTION", help="What is broken, in one line.")
    ],
    category: Annotated[
        Category | None, typer.Option(help="Which line of 'When to Use Hotfix' it is.")
    ] = None,
    issue: Annotated[str, typer.Option(help="Number of the issue, or a link.")] = "",
    severity: Annotated[
        Severity | None, typer.Option(help="How bad it is; without it: major.")
    ] = None,
    reviewer: Annotated[str, typer.Option(help="Who is asked to review.")] = "",
    incident: Annotated[
        str, typer.Option(metavar="ID", help="Incident in PagerDuty: acknowledged, and noted.")
    ] = "",
    root_cause: Annotated[str, typer.Option(help="For the pull request.")] = "",
    fix_summary: Annotated[str, typer.Option(help="For the pull request.")] = "",
    override_reason: Annotated[
        str, typer.Option(help="Why the process is used although the category says no.")
    ] = "",
    customer_facing: Annotated[
        bool | None,
        typer.Option(
            "--customer-facing/--internal",
            help="Whether customers notice: if so, the status page tells them.",
        ),
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="Page those on call, by PagerDuty.")] = False,
    on_budget: flags.OnBudget = "",
    start_from: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="base|live|REF",
            help="Cut from the base, from what runs now, or from a branch, tag or commit.",
        ),
    ] = StartFrom.BASE.value,
    pick: Annotated[
        list[str] | None,
        typer.Option(help="A commit to pick onto the branch; may be given several times."),
    ] = None,
    worktree: flags.Worktree = False,
    break_glass: flags.BreakGlass = None,
    answer: flags.Answers = None,
    yes: flags.Yes = False,
    as_json: flags.EventsAsJson = False,
    plain: flags.Plain = False,
    quiet: flags.Quiet = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be done to what; change nothing.")
    ] = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
) -> int:
    """Open a run and walk it: from a description to a fix verified in production."""
    from hotfix.domain.paging import QUESTION, YES
    from hotfix.runs import open as opening
    from hotfix.runs.asker import Flags
    from hotfix.runs.itinerary import Manner
    from hotfix.runs.session import open_session

    reason = flags.break_glass_reason(break_glass)
    given = Flags(
        yes,
        flags.budget_answer(on_budget),
        answers={QUESTION: YES} if page else {},
        break_glass=reason,
        chosen=chosen(answer),
    )
    manner = Manner(given, can_ask(as_json=as_json))
    session = open_session(config, trust=flags.hosts(trust_host))
    order = opening.Order(
        description=description,
        category=category,
        issue=issue,
        severity=severity,
        reviewer=reviewer,
        incident=incident,
        root_cause=root_cause,
        fix_summary=fix_summary,
        override_reason=override_reason,
        start_from=_start_from(start_from),
        start_ref=start_from if _start_from(start_from) is StartFrom.REF else "",
        picks=tuple(pick or ()),
        worktree=worktree,
        audience=_AUDIENCE[customer_facing],
    )
    screen = screen_for(session.clock.now, as_json=as_json, plain=plain, quiet=quiet)
    if dry_run:
        from hotfix.view.foreign_text import json_line
        from hotfix.view.plan_lines import plan_lines

        ahead = opening.planned(session, order, manner, screen)
        if as_json:
            print(json_line({"v": 1, **ahead.to_json()}))
        else:
            print_lines(*plan_lines(ahead))
        return exit_codes.DONE
    return exit_codes.of_progress(opening.start(session, order, manner, screen))


def _start_from(said: str) -> StartFrom:
    """Return where it is cut from; what is none of the two words is the name of a ref."""
    known = {StartFrom.BASE.value: StartFrom.BASE, StartFrom.LIVE.value: StartFrom.LIVE}
    return known.get(said, StartFrom.REF)
