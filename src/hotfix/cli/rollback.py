"""``hotfix rollback``: restores the recorded healthy set."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

_REVISIONS_ARE_THE_CLUSTERS = Problem(
    ProblemCode.USAGE,
    what="--to-revision and --via actions do not go together.",
    why="Revisions are the cluster's; GitHub Actions knows commits.",
    next_command="hotfix rollback --to-revision N --deployment NAME",
)


class Via(StrEnum):
    """How a rollback goes."""

    KUBERNETES = "kubernetes"
    ACTIONS = "actions"


@command
def rollback(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="The run, or a part of its id.")] = None,
    to_revision: Annotated[
        int | None, typer.Option(help="Without a run: back to this revision.")
    ] = None,
    deployment: Annotated[
        list[str] | None,
        typer.Option(help="Only this one of the set; may be given several times."),
    ] = None,
    list_them: Annotated[
        bool, typer.Option("--list", help="Print what can be gone back to; change nothing.")
    ] = False,
    via: Annotated[
        Via, typer.Option(help="Restore in the cluster, or deploy the last good commit again.")
    ] = Via.KUBERNETES,
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")
    ] = False,
    over_others: Annotated[
        bool, typer.Option("--over-others", help="Overwrite what somebody else changed, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be restored; change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """Restore what was healthy, all deployments as one set.

    Without a run: the last state known healthy.
    """
    from hotfix.cli import candidates
    from hotfix.runs import roll_back as rolling_back
    from hotfix.runs.asker import Flags
    from hotfix.runs.session import open_session
    from hotfix.runs.walk_to_its_stop import Manner

    session, names = open_session(config, context.obj), tuple(deployment or ())
    if list_them:
        cluster = rolling_back.cluster_of(session)
        names = names or rolling_back.configured_names(session)
        return candidates.list_candidates(session, cluster, names, as_json=as_json)
    answers = {"over-others": "roll-back"} if over_others else {}
    manner = Manner(Flags(yes, answers=answers), as_json)
    if to_revision is not None:
        if via is Via.ACTIONS:
            raise ProblemError(_REVISIONS_ARE_THE_CLUSTERS)
        return rolling_back.to_revision(session, to_revision, names, manner, dry_run=dry_run)
    return rolling_back.of_run(session, run, names, manner, dry_run=dry_run, via=via.value)
