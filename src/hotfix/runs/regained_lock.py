"""Does a run that is taken up again still hold the lock? A machine that slept must ask first."""

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
from hotfix.domain.progress import Progress, RunState
from hotfix.engine import record
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.ports.lock import LockHolder, NoNamespaceError, lost
from hotfix.ports.shared_records import SharedRecords, SharedRun


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


def went_on(records: SharedRecords | None, progress: Progress) -> SharedRun | None:
    """Return the shared record of a run that another machine took over; None as far as is known.

    The lock is free again once a colleague has brought the run to its end: only the shared record
    tells that.
    """
    if records is None or LOCK_TOKEN not in progress.facts:
        return None
    try:
        shared = records.find(progress.run)
    except (ProblemError, TemporaryTroubleError):
        # Without the record, the lock alone has to tell.
        return None
    return shared if shared is not None and shared.token > progress.facts[LOCK_TOKEN] else None


def refuse_went_on(ports: Ports, journal: Journal, progress: Progress) -> None:
    """Refuse a run that went on elsewhere, and put that on record; what it did is not known here.

    Raises:
        ProblemError: another machine took it over (code ``LOCKED``).
    """
    problem = what_went_on(ports.shared_records, progress)
    if problem is not None:
        record.lose_lock(journal, progress.run, problem, progress.run)
        raise ProblemError(problem)


def what_went_on(records: SharedRecords | None, progress: Progress) -> Problem | None:
    """Return that another machine took the run over, for whoever writes nothing down."""
    shared = went_on(records, progress)
    return None if shared is None else _went_on(shared)


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
    """Return who holds the lock, having claimed it where it is free; or that the run went on."""
    if ports.cluster is None:
        return None, None
    problem = what_went_on(ports.shared_records, progress)
    if problem is not None:
        return None, problem
    try:
        return ports.cluster.claim_lock(progress.run, progress.operator, token), None
    except TemporaryTroubleError:
        return None, None
    except MissingRightError:
        return None, None


def _went_on(shared: SharedRun) -> Problem:
    updated, run = shared.updated, shared.run
    at = f"; the last news is of {utc_text(updated.replace(microsecond=0))}" if updated else ""
    is_over = shared.status.get("state") in {str(each) for each in RunState if each.is_over}
    back = "to go back all the same: hotfix rollback --to-healthy"
    more = back if is_over else f"to have it back: hotfix takeover {run}"
    return Problem(
        ProblemCode.LOCKED,
        what=f"{shared.operator} took over this hotfix.",
        why=f"It went on on another machine{at}. Going on here would do things twice.",
        next_command=f"hotfix status --team; {more}",
    )
