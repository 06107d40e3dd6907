"""The deployment log of all runs, by the index of this machine and the team's records."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from hotfix.composition.journals import Runs
from hotfix.domain.deployment_log import of_run
from hotfix.domain.fold import fold
from hotfix.domain.json_record import JsonRecord, utc_text
from hotfix.domain.open_elsewhere import open_elsewhere
from hotfix.domain.problem import Problem, ProblemError
from hotfix.domain.progress import Progress
from hotfix.runs.as_told import as_told
from hotfix.runs.learned import LOG
from hotfix.runs.readable import Say, passed_over
from hotfix.runs.team_records import Record, session_for, team_records

# So many of the newest runs are asked about; the older are left to ``doctor``.
_MOST = 10


def deployments(
    state: Path,
    since: datetime | None,
    say: Say,
    damaged: Callable[[Problem], None],
    *,
    only_here: bool = False,
) -> Sequence[Mapping[str, Any]]:
    """Return the entries, newest first, as ``LogEntry.from_json`` reads them.

    Of many, most people look at the newest alone: no other is made into a record for them.

    Args:
        state: the state directory.
        since: only entries from then on (aware); None for all.
        say: is told in a line of records that cannot be read, and of a cluster out of reach.
        damaged: is told of each journal here that cannot be read: it hides no other.
        only_here: whether this machine's runs alone are asked.
    """
    team = team_records(state, say, only_here=only_here)
    found: list[Mapping[str, Any]] = []
    for _, said in as_told(state, LOG, team, say):
        if isinstance(said, Problem):
            damaged(said)
        elif not isinstance(said, Record):
            found += said
        elif said.damage is not None:
            say(passed_over(said.damage))
        else:
            made = of_run(said.events, said.shared_by)
            found += [JsonRecord.to_json(each) for each in made]
    if not only_here:
        found = _chased(state, found, say)
    if since is not None:
        first = _in_order(utc_text(since))
        found = [each for each in found if _in_order(each["timestamp"]) >= first]
    found.sort(key=lambda each: _in_order(each["timestamp"]), reverse=True)
    return found


def _chased(state: Path, found: list[Mapping[str, Any]], say: Say) -> list[Mapping[str, Any]]:
    """Return the entries with what is known by now of what the newest runs here left open."""
    by_time = sorted(found, key=lambda each: _in_order(each["timestamp"]), reverse=True)
    runs = dict.fromkeys(
        each["run"] for each in by_time if each.get("open") and not each.get("record")
    )
    left = {run: progress for run in islice(runs, _MOST) if (progress := _left_open(state, run))}
    if not left:
        return found
    from hotfix.runs.chased import chase

    try:
        session = session_for(next(iter(left.values())).settings.config)
    except ProblemError:
        return found  # whoever asks for the cluster's records says why
    if session is None:
        return found
    news, sentences = chase(session, [*left.values()], session.config.team.wait)
    for each in sentences:
        say(each)
    others = [each for each in found if each["run"] not in news]
    entries = (each for run in news for each in of_run(Runs(state).events(run)))
    return [*others, *(JsonRecord.to_json(each) for each in entries)]


def _left_open(state: Path, run: str) -> Progress | None:
    """Return a run that left an alert or an incident open by its record; None for any other."""
    try:
        progress = fold(Runs(state).events(run))
    except ProblemError:
        return None
    return progress if open_elsewhere(progress) else None


def _in_order(utc: str) -> str:
    """Return a moment as ``utc_text`` writes it so that a later one is the greater text."""
    return utc.removesuffix("Z")
