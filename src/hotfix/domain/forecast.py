"""When a run will be done, and until when it must be merged: arithmetic on plain figures.

``budget`` asks it about a ``Progress``, ``snapshot`` about what ``state.json`` holds: a shell
prompt waits for this, so it imports ``datetime`` alone. What is expected of a phase is the team's
own median, where the record of the run holds one; else its target, scaled so that all targets add
up to the total.
"""

from datetime import datetime, timedelta

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# So much later than the total is not known any better than "about": a forecast is said in minutes.
TOLERANCE_SECONDS = 60.0
# Ten years. A total without an end is a figure that the calendar may not hold.
_FARTHEST_SECONDS = 3650 * 86_400.0


class Expected:
    """One phase that counts: what is expected of it, and what it has taken.

    Args:
        expected: seconds; 0 where nothing is known and no target is set.
        spent: seconds of it until now.
        is_done: whether nothing more comes of it.
    """

    def __init__(self, expected: float, spent: float, *, is_done: bool) -> None:
        self.expected = expected
        self.spent = spent
        self.is_done = is_done


class Forecast:
    """How the clock stands; durations in seconds, moments in UTC (aware).

    Args:
        elapsed: since the start of the run, until now or the end of what counts.
        left: of the total; negative when it is overrun, None where no total binds.
        planned: what is expected of all that is still to come.
        ahead: ``left - planned``; negative is late. None where no total binds.
        over: by how much it will be late: of the total, or of the targets where no total binds.
        merge_by: None where it is merged, over, or nothing has to fit behind it.
        merge_in: from now to ``merge_by``; negative when that has passed.
        done_about: None where it is over, or nothing is expected.
    """

    def __init__(
        self,
        *,
        elapsed: float,
        left: float | None,
        planned: float,
        ahead: float | None,
        over: float,
        merge_by: datetime | None,
        merge_in: float | None,
        done_about: datetime | None,
    ) -> None:
        self.elapsed = elapsed
        self.left = left
        self.planned = planned
        self.ahead = ahead
        self.over = over
        self.merge_by = merge_by
        self.merge_in = merge_in
        self.done_about = done_about

    @property
    def total(self) -> float | None:
        """The seconds that it is held against; None where each phase is held against its target."""
        return None if self.left is None else self.elapsed + self.left

    @property
    def is_late(self) -> bool:
        """Whether it is late by more than a forecast can tell."""
        return self.over >= TOLERANCE_SECONDS

    @property
    def is_on_pace(self) -> bool:
        """Whether it is not late, nor is its merge."""
        return not self.is_late and (self.merge_in is None or self.merge_in >= 0)


def forecast(
    now: datetime,
    phases: "Iterable[Expected]",
    *,
    started: datetime | None,
    ended: datetime | None,
    total: float | None,
    merge_by: datetime | None,
    is_over: bool,
) -> Forecast:
    """Return how the clock stands at ``now``.

    Args:
        now: UTC, aware.
        phases: those that count.
        started: when the run was; None before its first event.
        ended: when what counts was over; None while it is not.
        total: seconds from the start to the end of what counts; None where none binds.
        merge_by: the moment after which what must follow the merge does not fit any more.
        is_over: whether nothing more will happen to the run.
    """
    elapsed = max(0.0, ((ended or now) - started).total_seconds()) if started else 0.0
    # Where no total binds, an end that is on record is that of an earlier plan.
    is_open = not is_over and (total is None or ended is None)
    counted = list(phases) if is_open else []
    planned = sum(max(0.0, it.expected - it.spent) for it in counted if not it.is_done)
    left = None if total is None else total - elapsed
    ahead = None if left is None else left - planned
    late = sum(max(0.0, it.spent - it.expected) for it in counted if it.expected)
    is_expected = started is not None and any(it.expected for it in counted)
    merge_by = merge_by if is_open else None
    return Forecast(
        elapsed=elapsed,
        left=left,
        planned=planned,
        ahead=ahead,
        over=late if ahead is None else max(0.0, -ahead),
        merge_by=merge_by,
        merge_in=(merge_by - now).total_seconds() if merge_by else None,
        done_about=later(now, planned) if is_expected else None,
    )


def later(moment: datetime, seconds: float) -> datetime | None:
    """Return the moment ``seconds`` after another; None where nobody plans so far."""
    if abs(seconds) > _FARTHEST_SECONDS:
        return None
    return moment + timedelta(seconds=seconds)


def scaled(targets: "Sequence[float | None]", total: float | None) -> list[float]:
    """Return the targets (seconds) so that they add up to the total; as they are without one."""
    known = [target or 0.0 for target in targets]
    whole = sum(known)
    if total is None or not whole:
        return known
    return [target * total / whole for target in known]
