"""Goes back by what ``hotfix rollback`` was told, however its words were understood."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from hotfix.cli import exit_codes
from hotfix.cli.screens import can_ask, now, say, screen_for
from hotfix.composition.early_cluster import EarlyCluster
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.run_settings import Via
from hotfix.runs import roll_back as back
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.taken_up import taken_up

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


@frozen
class Wanted:
    """What the words after ``rollback`` say; ``rollback --help`` has what each is for."""

    run: str | None = None
    to_revision: int | None = None
    to_healthy: bool = False
    deployments: tuple[str, ...] = ()
    list_them: bool = False
    via: Via = Via.KUBERNETES
    answers: Mapping[str, str] = field(default_factory=dict)
    yes: bool = False
    over_others: bool = False
    dry_run: bool = False
    as_json: bool = False
    plain: bool = False
    quiet: bool = False
    config: Path | None = None
    trust: tuple[str, ...] = ()
    use_todays: bool = False


def roll_back(wanted: Wanted, early: EarlyCluster | None) -> int:
    """Go back; returns the exit code. ``early`` is the cluster that was asked already.

    Raises:
        ProblemError: nothing was done, or not all of it.
    """
    answers = {"over-others": "roll-back"} if wanted.over_others else {}
    manner = Manner(
        Flags(wanted.yes, answers=answers, chosen=wanted.answers),
        can_ask(as_json=wanted.as_json),
    )
    names = wanted.deployments
    screen = screen_for(now, as_json=wanted.as_json, plain=wanted.plain, quiet=wanted.quiet)
    taking = taken_up(
        "rollback",
        screen,
        manner,
        wanted.config,
        use_todays=wanted.use_todays,
        early=early,
        trust=wanted.trust,
    )
    chosen, session = taking.chosen_or_todays(wanted.run)
    if wanted.list_them:
        from hotfix.cli import candidates

        cluster = session.tools.needed_cluster()
        names = names or back.configured_names(session)
        return candidates.list_candidates(session, cluster, names, as_json=wanted.as_json)
    if wanted.to_revision is not None and wanted.via is Via.ACTIONS:
        raise ProblemError(_REVISIONS_ARE_THE_CLUSTERS)
    if wanted.to_healthy and (
        wanted.run or wanted.to_revision is not None or wanted.via is Via.ACTIONS
    ):
        raise ProblemError(_HEALTHY_IS_NO_RUNS)
    back.import_the_way()
    where = (
        back.back_by_record(
            session,
            chosen if wanted.run else None,
            names,
            wanted.via,
            say,
            past_open=wanted.to_healthy,
        )
        if wanted.to_revision is None
        else back.back_to_revision(session, wanted.to_revision, names)
    )
    if where.run is not None and where.run != chosen:
        _, session = taking.chosen(where.run)
    if wanted.dry_run:
        from hotfix.cli.dry_run import show

        return show(back.look_back(session, where), as_json=wanted.as_json)
    return exit_codes.of_progress(back.roll_back(session, where, manner, screen))
