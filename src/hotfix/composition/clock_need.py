"""Whether this machine's clock is right: what others are told of the time of day is by it."""

from collections.abc import Sequence
from datetime import datetime

from hotfix.domain.clocks import apart
from hotfix.ports.readiness import Finding, Need


def clock_need(area: str, whose: str, ours: datetime, theirs: datetime | None) -> Sequence[Need]:
    """Return a warning where the clock here is wrong by a service's; nothing where it is right.

    Args:
        area: of the need.
        whose: the service, such as ``GitHub's``.
        ours: what time it is here; aware.
        theirs: what time it is there at the same moment; None where that is not known.
    """
    far = apart(ours, theirs)
    if not far:
        return ()
    saw = (
        f"this machine's clock is {far} {whose}: "
        "the times of day on the record, and what others are told of them, are wrong by that"
    )
    mend = "Set this machine's clock by the network's, and see what it says: date -u"
    return (Need(area, "clock", Finding.WARNING, saw, mend),)
