"""All hotfixes on record on this machine, as ``domain/history.py`` counts them."""

from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from hotfix.composition.drill_scores import scenarios_by_run
from hotfix.domain.history import Counted, history
from hotfix.domain.problem import Problem
from hotfix.runs.as_told import as_told
from hotfix.runs.derivation import figures_of
from hotfix.runs.drill_records import drill_records
from hotfix.runs.learned import FIGURES
from hotfix.runs.readable import Say, passed_over
from hotfix.runs.team_records import CLUSTER, Record, team_records


def history_of(
    state: Path,
    since: datetime | None,
    say: Say,
    *,
    with_drills: bool = False,
    only_here: bool = False,
) -> dict[str, Any]:
    """Return the object of ``hotfix history --json``.

    Args:
        state: the state directory.
        since: only runs that began then or later (UTC, aware); None for all.
        say: is told of runs that cannot be read, and of a cluster that is out of reach.
        with_drills: whether drills count, too.
        only_here: whether this machine's runs alone are counted.
    """
    team = team_records(state, say, only_here=only_here)
    found, shared = list[tuple[str, Counted]](), 0
    scenarios = scenarios_by_run(state) if with_drills else {}
    drills = unreadable = 0
    drilled = (Record(*each) for each in drill_records(state))
    for said in (*(said for _, said in as_told(state, FIGURES, team, say)), *drilled):
        damage = said.damage if isinstance(said, Record) else said
        if isinstance(damage, Problem):
            unreadable += 1
            say(passed_over(damage))
            continue
        figures: Any = figures_of(said.events) if isinstance(said, Record) else said
        if not figures or (since is not None and datetime.fromisoformat(figures["began"]) < since):
            continue
        drills += figures["is_drill"]
        if figures["adds"] is None or (figures["is_drill"] and not with_drills):
            continue
        scenario = scenarios.get(figures["adds"]["named"]["run"], "")
        besides = {"is_drill": figures["is_drill"], "scenario": scenario}
        found.append((figures["began"], Counted(**{**figures["adds"], **besides})))
        shared += isinstance(said, Record) and said.kept == CLUSTER
    left_out, counted_too = (0, drills) if with_drills else (drills, 0)
    return {
        **history(one for _, one in sorted(found, key=itemgetter(0), reverse=True)),
        "drills_left_out": left_out,
        "drills_counted": counted_too,
        "not_readable": unreadable,
        "by_the_clusters_record": shared,
        "not_reached": team.not_reached or None,
    }
