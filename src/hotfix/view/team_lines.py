"""``hotfix status --team``: all runs in the cluster, for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotfix.domain.ending import ending
from hotfix.ports.lock import LockHolder
from hotfix.view.clock_line import elapsed_until
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line
from hotfix.view.status_lines import left_of_the_total


def _elapsed(run: Mapping[str, Any]) -> str:
    return f"{clock(run['elapsed_seconds'])} {elapsed_until(run.get('counted_until', ''))}"


def team_lines(runs: Sequence[Mapping[str, Any]], holder: LockHolder | None) -> list[str]:
    """Return the lock, and two lines a run.

    Args:
        runs: the objects of ``hotfix status --team --json``, newest first.
        holder: who holds the lock, or None.
    """
    lines = [one_line(line) for line in holder.lines()] if holder else ["The hotfix lock is free."]
    if not runs:
        return [*lines, "No hotfix is on record in the cluster."]
    for run in runs:
        owed = any(each["kind"] != "next" for each in run.get("still_to_do", ()))
        state = ending(run["state"], is_owed=owed)
        place = f"{state}, {run['phase']}" if run["phase"] else state
        time = ", ".join(filter(None, (_elapsed(run), left_of_the_total(run))))
        mark = "*" if run["holds_lock"] else " "
        lines += [
            f"{mark} {one_line(run['run'])}  {one_line(run['description'])}",
            f"    {place}, {one_line(run['operator'])}, {time}. {one_line(run['next_action'])}",
        ]
        if run.get("damage"):
            lines.append(f"    not to be relied on: {one_line(run['damage'])}")
    return lines
