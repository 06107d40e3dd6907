"""``hotfix status`` for people. Standard library only: it must answer before a prompt is drawn."""

from collections.abc import Mapping

from hotfix.view.durations import clock, pace
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
    remaining = snapshot["remaining_seconds"]
    gone = f"{clock(snapshot['elapsed_seconds'])} gone"
    if remaining is None:
        lines.append(gone)
    else:
        planned = remaining - snapshot["pace_seconds"]
        lines.append(f"{gone}, {pace(remaining, planned)}")
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
    """Return one short line for a shell prompt, such as ``hotfix fix 3:12 -26:48``."""
    remaining = snapshot["remaining_seconds"]
    left = "" if remaining is None else f" -{clock(remaining)}" if remaining >= 0 else " over"
    place = snapshot["phase"] or snapshot["state"]
    return f"hotfix {place} {clock(snapshot['elapsed_seconds'])}{left}"
