"""``hotfix history`` for people."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hotfix.domain.ending import ending
from hotfix.domain.figures import counted
from hotfix.view.deployment_log_text import from_when
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line

_MOST_LISTED = 20


def history_lines(history: Mapping[str, Any], since: datetime | None = None) -> list[str]:
    """Return the figures, one a line.

    Args:
        history: the object of ``hotfix history --json``.
        since: from when on they are (aware); None for whenever they were.
    """
    return list(_lines(history, from_when(since)))


def _lines(history: Mapping[str, Any], from_then: str) -> Iterator[str]:
    runs, deployed = counted(history["runs"], "hotfix"), history["deployed"]
    yield f"{runs} on record{from_then}, {deployed} deployed"
    if history.get("by_the_clusters_record"):
        yield f"  by the cluster's record: {history['by_the_clusters_record']}"
    if history["drills_left_out"]:
        yield f"  drills left out: {history['drills_left_out']} (hotfix history --drills)"
    if history["drills_counted"]:
        yield f"  drills among them: {history['drills_counted']}"
    if history["not_readable"]:
        yield f"  not readable, left out: {history['not_readable']}"
    yield f"Time to restore:      {_durations(history['time_to_restore'])}"
    yield f"Recovery of failed:   {_durations(history['failed_deployment_recovery_time'])}"
    yield f"Within budget:        {_share(history['within_budget'])}"
    yield f"Change failure rate:  {_share(history['change_failure_rate'])}"
    if history["phases"]:
        yield "Phases, without waits for others: median, 80th percentile"
    for each in history["phases"]:
        median, p80 = clock(each["median_seconds"]), clock(each["p80_seconds"])
        yield f"  {one_line(each['name']):<9}{median:>7}{p80:>7}"
    for each in history["owed_reviews"]:
        where = one_line(each["pull_request"] or each["run"])
        yield f"Review owed: {where} ({one_line(each['why'])}){_gone(each)}"
    for each in history["unmerged_reverts"]:
        where = one_line(each["revert_pull_request"] or "no pull request")
        yield f"Revert not merged, by the record: {each['commit'][:8]}, {where}{_gone(each)}"
    for each in history["unmerged_bring_backs"]:
        where = one_line(each["bring_back_pull_request"])
        yield f"Bring-back, whether merged is not on record: {where}{_gone(each)}"
    yield from _listed(history)


def _listed(history: Mapping[str, Any]) -> Iterator[str]:
    """Yield the runs, newest first: what ``hotfix show`` can be asked for."""
    runs = history.get("listed", ())
    if not runs:
        return
    more = "" if len(runs) <= _MOST_LISTED else f", the newest {_MOST_LISTED} (all: --json)"
    yield f"Runs, for hotfix show RUN{more}:"
    for each in runs[:_MOST_LISTED]:
        took = each["elapsed_seconds"]
        # Of a drill whose world is gone, nothing is to be done.
        is_owed = bool(each.get("is_owed")) and not each["is_drill"]
        told = (
            f"drill {each['scenario'] or ''}".strip() if each["is_drill"] else "",
            ending(each["state"] or "not known how it ended", is_owed=is_owed),
            clock(took) if took is not None else "",
            each["description"] or "",
        )
        yield f"  {one_line(each['run'])}  {one_line(', '.join(filter(None, told)))}"


def _gone(each: Mapping[str, Any]) -> str:
    return "; it was in a drill, so nothing is to be done" if each["is_drill"] else ""


def _durations(found: Mapping[str, Any]) -> str:
    if not found["count"]:
        return "none on record"
    median, p80 = clock(found["median_seconds"]), clock(found["p80_seconds"])
    return f"median {median}, 80th percentile {p80} (of {found['count']})"


def _share(found: Mapping[str, Any]) -> str:
    if not found["of"]:
        return "none on record"
    return f"{found['share']:.0%} ({found['count']} of {found['of']})"
