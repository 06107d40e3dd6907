"""The deployment log of all runs, by the index of this machine and the team's records."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hotfix.domain.deployment_log import of_run
from hotfix.domain.json_record import JsonRecord, utc_text
from hotfix.domain.problem import Problem
from hotfix.runs.as_told import as_told
from hotfix.runs.learned import LOG
from hotfix.runs.readable import Say, passed_over
from hotfix.runs.team_records import Record, team_records


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
    if since is not None:
        first = _in_order(utc_text(since))
        found = [each for each in found if _in_order(each["timestamp"]) >= first]
    found.sort(key=lambda each: _in_order(each["timestamp"]), reverse=True)
    return found


def _in_order(utc: str) -> str:
    """Return a moment as ``utc_text`` writes it so that a later one is the greater text."""
    return utc.removesuffix("Z")
