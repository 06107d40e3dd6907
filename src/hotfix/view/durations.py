"""Seconds into words."""


def clock(seconds: float) -> str:
    """Return seconds as ``m:ss``, with a minus sign where they are negative."""
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"


def pace(left: float, planned: float) -> str:
    """Return the pace line: what is left of the total against what is still planned.

    Both in seconds: ``11:20 left, 18:00 planned: behind by 6:40``.
    """
    ahead = left - planned
    word = f"behind by {clock(-ahead)}" if ahead < 0 else f"{clock(ahead)} in hand"
    if left < 0:
        return f"over by {clock(-left)}, {clock(planned)} still planned"
    return f"{clock(left)} left, {clock(planned)} planned: {word}"
