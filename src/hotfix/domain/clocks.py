"""Two clocks that are asked the same: this machine's, and that of a service."""

from datetime import datetime, timedelta

from hotfix.domain.figures import span

# A service tells its time to the second, and an answer is under way for a while.
_ALIKE = timedelta(seconds=10)
# From here on what people are told of the time of day is wrong.
_SAID = _MINUTE = timedelta(minutes=1)


def by_ours(at: datetime, theirs: datetime | None, ours: datetime) -> datetime:
    """Return a moment that a service has dated as this machine's clock tells it.

    Args:
        at: by the service's clock; aware, as all of these.
        theirs: what time it is there; None where that is not known.
        ours: what time it is here at the same moment.
    """
    if theirs is None or abs(ours - theirs) < _ALIKE:
        return at
    return at + timedelta(seconds=round((ours - theirs).total_seconds()))


def apart(ours: datetime, theirs: datetime | None) -> str:
    """Return how wrong this machine's clock is by a service's, such as ``2 h 0 min ahead of``.

    Empty where the two are alike, or it is not known.
    """
    far = timedelta() if theirs is None else ours - theirs
    if abs(far) < _SAID:
        return ""
    whole = round(abs(far) / _MINUTE) * 60
    return f"{span(whole)} {'ahead of' if far > timedelta() else 'behind'}"
