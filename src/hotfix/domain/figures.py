"""Figures in words, and lists that may be long."""

from collections.abc import Sequence


def clock(seconds: float) -> str:
    """Return seconds as ``m:ss``, with a minus sign where they are negative."""
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"


def some_of(names: Sequence[str], most: int = 5) -> str:
    """Return the names, separated by commas; of more than ``most`` the first three and a count."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:3])} and {len(names) - 3} more"


def counted(number: int, noun: str) -> str:
    """Return how many there are of what ``noun`` names: ``1 file``, ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
