"""Does a run that is taken up again still hold the lock? A machine that slept must ask first."""

from datetime import datetime

from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import LOCK, LOCK_TOKEN
from hotfix.domain.json_record import utc_text
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.progress import Progress
from hotfix.engine import record
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.ports.lock import LockHolder, NoNamespaceError, lost


def regained_lock(
    ports: Ports, journal: Journal, progress: Progress, *, only_ends: bool
) -> tuple[Reported, ...]:
    """Return the facts that changed: a new token where the lock was free; nothing where it is ours.

    Where the namespace is gone there is no lock, and the token is taken back. A cluster that does
    not answer is no reason to stop here: before each write that matters the lock is looked at
    again. Nor is a cluster that cannot even be asked, where the run ``only_ends``.

    Raises:
        ProblemError: somebody else holds the lock (code ``LOCKED``), or nobody can be asked. A
            takeover of this very run also goes on record, so that this machine knows that the run
            is over for it.
    """
    if ports.cluster is None or LOCK_TOKEN not in progress.facts:
        return ()
    token = progress.facts[LOCK_TOKEN]
    try:
        holder, problem = _look(ports, progress, token)
    except NoNamespaceError:
        return (LOCK(None), LOCK_TOKEN(None))
    except ProblemError:
        if only_ends:
            return ()
        raise
    if holder is not None and not holder.is_ours:
        problem = lost(progress.run, holder)
    if problem is None:
        is_news = holder is not None and holder.token != token
        return (LOCK(progress.run), LOCK_TOKEN(holder.token)) if is_news and holder else ()
    if holder is None or holder.run == progress.run:
        record.lose_lock(journal, progress.run, problem, progress.run)
    raise ProblemError(problem)


def may_claim(ports: Ports, run: str) -> bool:
    """Tell whether nobody but ``run`` holds the lock, as far as the cluster answers."""
    if ports.cluster is None:
        return False
    try:
        holder = ports.cluster.lock_holder()
    except (ProblemError, TemporaryTroubleError):
        return False
    return holder is None or holder.run == run


def _look(ports: Ports, progress: Progress, token: int) -> tuple[LockHolder | None, Problem | None]:
    """Return who holds the lock, having claimed it where it is free; or that the run went on.

    The lock is free again once a colleague has brought the run to its end: only the shared record
    tells that.
    """
    if ports.cluster is None:
        return None, None
    try:
        shared = ports.shared_records.find(progress.run) if ports.shared_records else None
        if shared is not None and shared.token > token:
            return None, _went_on(progress.run, shared.operator, shared.updated)
    except (ProblemError, TemporaryTroubleError):
        # Without the record, the lock alone has to tell.
        pass
    try:
        return ports.cluster.claim_lock(progress.run, progress.operator, token), None
    except TemporaryTroubleError:
        return None, None
    except MissingRightError:
        return None, None


def _went_on(run: str, operator: str, updated: datetime | None) -> Problem:
    at = f"; the last news is of {utc_text(updated.replace(microsecond=0))}" if updated else ""
    return Problem(
        ProblemCode.LOCKED,
        what=f"{operator} took over this hotfix.",
        why=f"It went on on another machine{at}. Going on here would do things twice.",
        next_command=f"hotfix status --team; to have it back: hotfix takeover {run}",
    )
