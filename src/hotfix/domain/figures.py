"""Figures in words."""


def clock(seconds: float) -> str:
    """Return seconds as ``m:ss``, with a minus sign where they are negative."""
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"


def counted(number: int, noun: str) -> str:
    """Return how many there are of what ``noun`` names: ``1 file``, ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
