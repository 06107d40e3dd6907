"""Which writes are fenced how: a machine that slept through a takeover must not go on writing."""

from hotfix.domain.step import Step
from hotfix.ports.bundle import Ports
from hotfix.wrappers.under_the_lock import UnderTheLock


def fenced(step: Step[Ports]) -> Step[Ports]:
    """Return the step, done only while this run holds the lock, as far as that can be known.

    For writes that can be taken back. What deploys or restores is ``UnderTheLock`` itself: there
    a lock that cannot be read is a reason to wait.
    """
    return UnderTheLock(step, can_be_taken_back=True)
