"""The 30 minutes: the forecast, warnings, and the moment the hotfix no longer fits.

The procedure's target table adds up to 40 minutes against a total of 30. The targets are
ceilings, the total binds; the forecast (``domain/forecast.py``) says when it will be done.
"""

from collections.abc import Sequence
from datetime import datetime

from hotfix.domain.fact_names import MERGE_SHA
from hotfix.domain.forecast import Expected, Forecast, forecast, later, scaled
from hotfix.domain.frozen import frozen
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress

WARNING_SHARE = 0.8
_FIX = "fix"


@frozen
class Mark:
    """A moment worth an event: a share of a target or of the total is used up."""

    name: str  #: ``fix:80``, ``total:100`` and so on; each is recorded once
    of: str  #: the phase, or ``total``
    spent_seconds: float  #: how much is used up
    target_seconds: float  #: of how much
    is_overrun: bool  #: whether all of it is used up


def pace(progress: Progress, now: datetime) -> Forecast:
    """Return how the clock stands at ``now`` (UTC, aware)."""
    phases = (
        Expected(
            expected,
            # What was waited for others is in no median, and so in no comparison with one.
            phase.elapsed_seconds(now) if phase.median_seconds is None else phase.own_seconds(now),
            is_done=phase.state is PhaseState.DONE,
        )
        for phase, expected in expectations(progress)
    )
    return forecast(
        now,
        phases,
        started=progress.started_at,
        ended=progress.ended_at,
        total=progress.total_seconds,
        merge_by=merge_by(progress),
        is_over=progress.state.is_over,
    )


def expectations(progress: Progress) -> Sequence[tuple[PhaseProgress, float]]:
    """Return the phases that the total covers, each with the seconds that are expected of it.

    An extension of the total makes no phase longer.
    """
    phases = counted(progress)
    total = progress.first_total_seconds or progress.total_seconds
    by_target = scaled([phase.target_seconds for phase in phases], total)
    return [
        (phase, phase.expected_seconds(_usual(progress, phase, by_its_target)))
        for phase, by_its_target in zip(phases, by_target, strict=True)
    ]


def _usual(progress: Progress, phase: PhaseProgress, by_target: float) -> float:
    """Return what the phase takes, by what is known when the run begins."""
    if progress.incident.picks and phase.name == _FIX:
        return 0.0  # it is there already: nobody writes it meanwhile
    return by_target if phase.median_seconds is None else phase.median_seconds


def merge_by(progress: Progress) -> datetime | None:
    """Return the moment (UTC) after which what must follow the merge does not fit any more.

    None where no total binds, nothing has to be merged, or it is.
    """
    total, started = progress.total_seconds, progress.started_at
    is_to_come = bool(progress.point_of_no_return) and not _is_past_return(progress)
    if total is None or started is None or not is_to_come:
        return None
    return later(started, total - needed_seconds(progress))


def still_fits(progress: Progress, now: datetime) -> bool:
    """Tell whether what must follow the point of no return still fits into what is left."""
    left = pace(progress, now).left
    if left is None or _is_past_return(progress):
        return True
    return left > needed_seconds(progress)


def needed_seconds(progress: Progress) -> float:
    """Return what the phases take that must still fit at the point of no return.

    Of each the 80th percentile of what it took the team, where that is on record; else its target,
    unscaled: nobody has shown yet that it takes less.
    """
    return sum(
        (phase.target_seconds or 0.0) if phase.p80_seconds is None else phase.p80_seconds
        for phase in progress.phases
        if phase.plan == progress.plan and phase.name in progress.needed_after
    )


def counted(progress: Progress) -> list[PhaseProgress]:
    """Return the phases that the total covers: those of the plan up to ``counts_until``."""
    found = []
    for phase in progress.phases:
        if phase.plan != progress.plan:
            continue
        found.append(phase)
        if phase.name == progress.counts_until:
            break
    return found


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
