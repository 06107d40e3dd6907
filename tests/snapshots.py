"""A run as ``hotfix status --json`` prints it."""

from datetime import datetime
from typing import Any

from hotfix.domain.snapshot import in_tenths, stand_at


def snapshot(status: dict[str, Any], now: datetime, held: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what a program reads; arguments as of ``stand_at``."""
    return in_tenths(stand_at(status, now, held))
