"""The clock in words: until when it must be merged, and when it will be done.

Standard library only: a shell prompt waits for it.
"""

from datetime import datetime, timedelta, tzinfo

from hotfix.domain.figures import clock
from hotfix.domain.forecast import Forecast


def clock_line(stand: Forecast, zone: tzinfo | None = None, *, no_forecast: str = "") -> str:
    """Return what the forecast says; empty where nothing is expected.

    Such as ``merge by 03:22 CET (21:51 from now) · on pace for 30:00, done about 03:31``, or, where
    it does not fit, ``... · done about 03:41, 3:10 after the 30:00 are over``. Where nobody can say
    when it will be done, it says why, and until when to merge all the same.

    Args:
        stand: how the clock stands.
        zone: whose time of day is meant; None for that of this machine.
        no_forecast: why nothing can be said; empty where the forecast holds.
    """
    overrun = _overrun(stand)
    if no_forecast:
        why = f"no forecast: {no_forecast}"
        return " · ".join((*_merge_by(stand, zone), *filter(None, (overrun, why))))
    if stand.done_about is None:
        return overrun
    # Half a minute more: what is cut off at the minute is rounded then.
    at = _local(stand.done_about + timedelta(seconds=30), zone)
    by = _local(stand.merge_by, zone) if stand.merge_by else None
    is_known = by is not None and zone_name(by) == zone_name(at)
    about = f"done about {f'{at:%H:%M}' if is_known else time_of_day(at, zone)}"
    done = f"on pace for {_limit(stand)}, {about}" if stand.is_on_pace else about
    if stand.is_late:
        late = "over its target" if stand.total is None else f"after the {_limit(stand)} are over"
        done = f"{about}, {clock(stand.over)} {late}"
    return " · ".join((*_merge_by(stand, zone), done))


def _overrun(stand: Forecast) -> str:
    """Return by how much the total is over; empty where it is not, or none binds."""
    is_over = stand.left is not None and stand.left < 0
    return f"{clock(-(stand.left or 0.0))} more than the {_limit(stand)}" if is_over else ""


def _limit(stand: Forecast) -> str:
    """Return what it is held against: the total in minutes, or a target that no total covers."""
    return "its target" if stand.total is None else clock(stand.total)


def elapsed_until(end: str) -> str:
    """Return what the time is that a run took; ``end`` is that of what counts, empty for none."""
    return f"from the start to {end}" if end else "gone"


def time_of_day(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return hour and minute with their zone, such as ``03:22 CET``.

    Args:
        moment: aware.
        zone: whose time of day is meant; None for that of this machine.
    """
    local = _local(moment, zone)
    return f"{local:%H:%M} {zone_name(local)}"


def zone_name(local: datetime) -> str:
    """Return what people call the zone of an aware moment: ``CET``, or ``UTC+03``."""
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def _merge_by(stand: Forecast, zone: tzinfo | None) -> tuple[str, ...]:
    left = stand.merge_in
    if stand.merge_by is None or left is None:
        return ()
    when = f"{clock(left)} from now" if left >= 0 else f"{clock(-left)} ago"
    return (f"merge by {time_of_day(stand.merge_by, zone)} ({when})",)


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.astimezone(zone)
