"""All hotfixes on record on this machine, as ``domain/history.py`` counts them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hotfix.composition.journals import Runs
from hotfix.domain.event import Event
from hotfix.domain.event_data import RunStarted
from hotfix.domain.fold import fold
from hotfix.domain.history import Counted, counted, history
from hotfix.domain.problem import ProblemError
from hotfix.domain.status import status
from hotfix.runs.earlier_runs import by_phase, is_played
from hotfix.runs.readable import Say, passed_over
from hotfix.runs.team_records import CLUSTER, Record, TeamRecords, team_records


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
    found, shared = list[Counted](), 0
    drills = unreadable = 0
    for record in _records(Runs(state), team, say):
        events = record.events
        if record.damage is not None:
            unreadable += 1
            say(passed_over(record.damage))
            continue
        if not events or (since is not None and events[0].at < since):
            continue
        is_drill = _is_drill(events)
        drills += is_drill
        if is_drill and not with_drills:
            continue
        if (one := counted(events, fold(events), _phases(events))) is not None:
            found.append(one)
            shared += record.kept == CLUSTER
    left_out, counted_too = (0, drills) if with_drills else (drills, 0)
    return {
        **history(found),
        "drills_left_out": left_out,
        "drills_counted": counted_too,
        "not_readable": unreadable,
        "by_the_clusters_record": shared,
        "not_reached": team.not_reached or None,
    }


def _records(runs: Runs, team: TeamRecords, say: Say) -> Iterator[Record]:
    for run in runs.ids():
        try:
            record = team.of(run, runs.events(run))
        except ProblemError as error:
            # The cluster's may be whole, and is among the others.
            yield Record(run, (), error.problem)
            continue
        for each in record.remarks:
            say(each)
        yield record
    yield from team.others()


def _is_drill(events: Sequence[Event]) -> bool:
    began = events[0].said
    origin = began.settings.origin if isinstance(began, RunStarted) else None
    return origin is not None and is_played(origin.api_url)


def _phases(events: Sequence[Event]) -> dict[str, float]:
    """Return what the counted phases took, by the rule that the forecast goes by."""
    began = events[0].said
    if not isinstance(began, RunStarted):
        return {}
    names = [phase.name for phase in began.layout.phases]
    if began.layout.counts_until in names:
        names = names[: names.index(began.layout.counts_until) + 1]
    return dict(by_phase(status(fold(events)), names))
