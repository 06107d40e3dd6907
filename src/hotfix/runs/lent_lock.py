"""A run that has merged nothing lends its lock to a rollback: it may be the best mitigation.

It goes on later: ``resume`` claims the lock anew.
"""

from collections.abc import Callable

from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.merge_state import may_have_merged
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.ports.cluster import Cluster
from hotfix.ports.lock import LockHolder
from hotfix.runs.chosen import settling
from hotfix.runs.known_runs import noteworthy
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session


def _nothing() -> None:
    pass


def lend_the_lock(
    session: Session, screen: Screen, to: str, put_on_record: Callable[[], None] = _nothing
) -> None:
    """Release the lock that another run of this machine holds, if it has merged nothing.

    Args:
        session: whose journals are looked through.
        screen: where it is said.
        to: the run that is about to be rolled back; its own lock is left alone.
        put_on_record: writes down that it is about to be, where that is not on disk yet: a lock
            that is lent to what never begins is lost for nothing.

    Raises:
        ProblemError: a process walks that run at this moment, or ``to`` cannot be written.
    """
    kept = noteworthy(str(session.state), settling(session.state))
    others = [each.run for each in kept if each.run != to and not each.is_over]
    cluster = session.tools.cluster
    holder = lock_holder(cluster) if cluster is not None and others else None
    if cluster is None or holder is None or holder.run not in others:
        return
    with session.runs.open(holder.run, session.clock, session.operator, session.secrets) as journal:
        if not lends(journal.progress(), holder):
            return
        put_on_record()
        cluster.release_lock(holder.run, holder.token, session.operator)
    again = f"hotfix resume {holder.run}"
    screen.lines([f"Your run {holder.run} has merged nothing and lends its lock: {again}"])


def lends(progress: Progress, holder: LockHolder) -> bool:
    """Tell whether a run of this machine may lend the lock that is held in its name."""
    is_its = progress.facts.get(LOCK_TOKEN) == holder.token
    return is_its and not progress.state.is_over and not may_have_merged(progress)


def lock_holder(cluster: Cluster) -> LockHolder | None:
    """Return who holds the lock; None also where that cannot be asked: the rollback's steps say."""
    try:
        return cluster.lock_holder()
    except (ProblemError, TemporaryTroubleError):
        return None
