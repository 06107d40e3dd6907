"""``hotfix status`` for people. Standard library only: it must answer before a prompt is drawn."""

from collections.abc import Mapping

from hotfix.domain.snapshot import forecast_in
from hotfix.view.clock_line import clock_line, time_of_day
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import Any


def status_lines(snapshot: "Mapping[str, Any]") -> list[str]:
    """Return the run in a few lines.

    Args:
        snapshot: the object of ``hotfix status --json``.
    """
    lines = [
        f"{snapshot['run']}  {one_line(snapshot['description'])}",
        f"{snapshot['state']}" + (f", {snapshot['phase']}" if snapshot["phase"] else ""),
    ]
    lines.append(_clock(snapshot))
    for phase in snapshot["phases"]:
        target = phase["target_seconds"]
        lines.append(
            f"  {phase['name']:<9}{clock(phase['elapsed_seconds']):>6}"
            f" of {clock(target) if target else '-':>5}  {phase['state']}"
        )
    if snapshot.get("merge") == "not known":
        lines.append("Merged: not known yet; GitHub is asked before anything is decided")
    lines += [
        f"Left to do: {one_line(left['next_command'])} ({one_line(left['what'])})"
        for left in snapshot.get("left_to_do", ())
    ]
    lines.append(f"Next: {one_line(snapshot['next_action'])}")
    lines += [f"Warning: {one_line(text)}" for text in snapshot.get("warnings", ())]
    return lines


def short_line(snapshot: "Mapping[str, Any]") -> str:
    """Return one short line for a shell prompt: ``hotfix fix 3:12 -26:48, merge by 03:22 CET``."""
    remaining = snapshot["remaining_seconds"]
    left = "" if remaining is None else f" -{clock(remaining)}" if remaining >= 0 else " over"
    place = snapshot["phase"] or snapshot["state"]
    merge_by = forecast_in(dict(snapshot)).merge_by
    by = f", merge by {time_of_day(merge_by)}" if merge_by else ""
    return f"hotfix {place} {clock(snapshot['elapsed_seconds'])}{left}{by}"


def _clock(snapshot: "Mapping[str, Any]") -> str:
    """Return how much is gone, and the forecast."""
    gone, line = (
        f"{clock(snapshot['elapsed_seconds'])} gone",
        clock_line(forecast_in(dict(snapshot))),
    )
    return f"{gone} · {line}" if line else gone
