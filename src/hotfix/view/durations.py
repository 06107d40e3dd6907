"""Seconds into words."""

from hotfix.domain.figures import clock

__all__ = ["clock", "pace"]


def pace(left: float, planned: float) -> str:
    """Return the pace line: what is left of the total against what is still planned.

    Both in seconds: ``11:20 left, 18:00 planned: behind by 6:40``.
    """
    ahead = left - planned
    word = f"behind by {clock(-ahead)}" if ahead < 0 else f"{clock(ahead)} in hand"
    if left < 0:
        return f"over by {clock(-left)}, {clock(planned)} still planned"
    return f"{clock(left)} left, {clock(planned)} planned: {word}"
