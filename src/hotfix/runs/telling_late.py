"""What people have not heard of a run that is over, and until when it can be sent still."""

from datetime import datetime, timedelta

from hotfix.domain.heard import PARENT
from hotfix.domain.progress import Progress, RunState
from hotfix.ports.bundle import Ports

# For so long a thread in the channel is found; what is sent late is sent in time for that.
_READ_BACK, _TOLD_WITHIN = timedelta(hours=24), timedelta(hours=20)


def can_be_told(progress: Progress, now: datetime) -> bool:
    """Tell whether a run is over, and what is said of it at ``now`` (UTC) joins what was said.

    The channel is not read further back: what is there would be posted once more.
    """
    if not progress.state.is_over or progress.state is RunState.TAKEN_OVER:
        return False
    begun = _thread_begun_at(progress)
    return begun is not None and now - begun <= _TOLD_WITHIN


def is_left_to_tell(ports: Ports, progress: Progress) -> bool:
    """Tell whether something was never sent, nor written down as not sent.

    A thread that nobody has begun is not begun for it.
    """
    if any(each.received() < progress.events for each in ports.receivers):
        return True
    if ports.messenger is None or PARENT not in progress.told:
        return False
    from hotfix.view.announcement import TeamAnnouncement

    return bool(TeamAnnouncement("", "")(progress).replies.keys() - progress.told)


def _thread_begun_at(progress: Progress) -> datetime | None:
    """Return when the thread in the channel was begun at the earliest (UTC)."""
    started = progress.started_at
    of_the_plan = [each for each in progress.begun_at if each[0] == progress.plan]
    begun = progress.first_begun(of_the_plan)
    # A way back that begins so much later finds no thread, and begins another.
    is_another = started is not None and begun is not None and begun - started > _READ_BACK
    return begun if is_another else started
