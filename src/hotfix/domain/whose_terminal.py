"""Whose terminal a run is open in, in words; a shell prompt waits for this import."""

from datetime import datetime

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def whose_terminal(holder: "Mapping[str, Any]") -> str:
    """Return who walks a run where, such as ``dana on vm, pid 4711, since 03:12``.

    Args:
        holder: ``operator``, ``host``, ``pid``, and ``since`` (ISO 8601; None where nobody said),
            as ``state.json`` has them.
    """
    since = holder.get("since")
    at = f", since {datetime.fromisoformat(since).astimezone():%H:%M}" if since else ""
    return f"{holder['operator']} on {holder['host']}, pid {holder['pid']}{at}"
