"""The 30 minutes: pace, warnings, and the moment the hotfix no longer fits.

The procedure's target table adds up to 40 minutes against a total of 30. The targets are
ceilings, the total binds; the pace says which of the two is going to win.
"""

from datetime import datetime

from hotfix.domain.fact_names import MERGE_SHA
from hotfix.domain.frozen import frozen
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress

WARNING_SHARE = 0.8


@frozen
class Pace:
    """How the clock stands; all in seconds."""

    elapsed: float  #: since the start of the run
    left: float | None  #: of the total; negative when it is overrun, None where no total binds
    #: the targets of what is still to come, the present phase by what is left of its own
    planned: float
    ahead: float | None  #: ``left - planned``; negative is behind. None where no total binds


@frozen
class Mark:
    """A moment worth an event: a share of a target or of the total is used up."""

    name: str  #: ``fix:80``, ``total:100`` and so on; each is recorded once
    of: str  #: the phase, or ``total``
    spent_seconds: float  #: how much is used up
    target_seconds: float  #: of how much
    is_overrun: bool  #: whether all of it is used up


def pace(progress: Progress, now: datetime) -> Pace:
    """Return how the clock stands at ``now`` (UTC, aware)."""
    elapsed = progress.elapsed_seconds(now)
    planned = sum(_still_planned(phase, now) for phase in _counted(progress))
    if progress.total_seconds is None:
        return Pace(elapsed, None, planned, None)
    left = progress.total_seconds - elapsed
    return Pace(elapsed, left, planned, left - planned)


def still_fits(progress: Progress, now: datetime) -> bool:
    """Tell whether what must follow the point of no return still fits into what is left."""
    left = pace(progress, now).left
    if left is None or _is_past_return(progress):
        return True
    return left > needed_seconds(progress)


def needed_seconds(progress: Progress) -> float:
    """Return the targets of the phases that must still fit at the point of no return."""
    return sum(
        phase.target_seconds or 0.0
        for phase in progress.phases
        if phase.plan == progress.plan and phase.name in progress.needed_after
    )


def marks(progress: Progress, now: datetime) -> tuple[Mark, ...]:
    """Return the marks that were reached by ``now`` and are not on record yet."""
    reached = []
    for phase in progress.phases:
        if phase.running_since is not None and phase.target_seconds:
            reached += _reached(phase.name, phase.elapsed_seconds(now), phase.target_seconds)
    # A rollback after the counted part has a target, too; the total counts no more.
    if progress.total_seconds is not None and progress.ended_at is None:
        reached += _reached("total", progress.elapsed_seconds(now), progress.total_seconds)
    return tuple(mark for mark in reached if mark.name not in progress.budget_marks)


def seconds_to_next_mark(progress: Progress, now: datetime) -> float | None:
    """Return the seconds until something is worth saying or asking; None when nothing is ahead.

    The engine never waits longer than this, so that a warning comes when it is due and not when
    a slow poll happens to end.
    """
    moments = []
    for phase in progress.phases:
        if phase.running_since is not None and phase.target_seconds:
            spent = phase.elapsed_seconds(now)
            moments += [phase.target_seconds * share - spent for share in (WARNING_SHARE, 1.0)]
    if progress.total_seconds is not None and progress.ended_at is None:
        elapsed = progress.elapsed_seconds(now)
        moments += [progress.total_seconds * share - elapsed for share in (WARNING_SHARE, 1.0)]
        if not _is_past_return(progress):
            moments.append(progress.total_seconds - needed_seconds(progress) - elapsed)
    ahead = [moment for moment in moments if moment > 0]
    return min(ahead) if ahead else None


def _is_past_return(progress: Progress) -> bool:
    """Tell whether the point of no return is passed, be it that somebody else has merged."""
    return progress.has_passed(progress.point_of_no_return) or MERGE_SHA in progress.facts


def _reached(name: str, spent: float, target: float) -> list[Mark]:
    if spent >= target:
        return [Mark(f"{name}:100", name, spent, target, is_overrun=True)]
    if spent >= target * WARNING_SHARE:
        return [Mark(f"{name}:80", name, spent, target, is_overrun=False)]
    return []


def _counted(progress: Progress) -> list[PhaseProgress]:
    """Return the phases that the total covers: those of the plan up to ``counts_until``."""
    counted = []
    for phase in progress.phases:
        if phase.plan != progress.plan:
            continue
        counted.append(phase)
        if phase.name == progress.counts_until:
            break
    return counted


def _still_planned(phase: PhaseProgress, now: datetime) -> float:
    if phase.target_seconds is None or phase.state is PhaseState.DONE:
        return 0.0
    return max(0.0, phase.target_seconds - phase.elapsed_seconds(now))
