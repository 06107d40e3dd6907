"""Can the lock be had? Asked before a run is opened that would fail without it, and stay open."""

from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.merge_state import may_have_merged
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.ports.lock import LockHolder
from hotfix.runs.chosen import progress_of
from hotfix.runs.lent_lock import lends, lock_holder
from hotfix.runs.life import open_in, process_of
from hotfix.runs.session import Session


def refuse_held(session: Session) -> None:
    """Refuse to open a run for a rollback while another run holds the lock and does not lend it.

    A cluster that does not say who holds it is no reason: the step that needs the lock asks again.

    Raises:
        ProblemError: somebody holds it (code ``LOCKED``), or a process walks the run that would
            lend it.
    """
    cluster = session.tools.cluster
    holder = lock_holder(cluster) if cluster is not None else None
    if holder is None:
        return
    if not session.runs.has(holder.run):
        raise ProblemError(_foreign(holder))
    try:
        progress = progress_of(session.state, holder.run)
    except ProblemError as error:
        raise ProblemError(_unreadable(holder, error.problem)) from error
    if progress.facts.get(LOCK_TOKEN, holder.token) != holder.token:
        raise ProblemError(_foreign(holder))
    if not lends(progress, holder):
        where = open_in(process_of(str(session.state), holder.run))
        raise ProblemError(_own(holder, progress, where))
    with session.runs.open(holder.run, session.clock, session.operator, session.secrets):
        """Nobody walks it, so that it can be lent once the run is there that borrows it."""


def _own(holder: LockHolder, progress: Progress, where: str) -> Problem:
    goes_back = may_have_merged(progress) and not progress.state.is_over
    back = f"hotfix rollback {holder.run}"
    if where:
        back = f"Go on in the terminal of {where}, or Ctrl-C there first; then: {back}"
    return Problem(
        ProblemCode.LOCKED,
        what=f"Your own run {holder.run} holds the lock"
        + (", and may have shipped its commit." if goes_back else "."),
        why=f"{_lines(holder)} Nothing was changed.",
        next_command=back if goes_back else _freed(holder),
    )


def _unreadable(holder: LockHolder, problem: Problem) -> Problem:
    run = holder.run
    return Problem(
        ProblemCode.LOCKED,
        what=f"Run {run} holds the lock, and cannot be read here.",
        why=f"{problem.what} {_lines(holder)} Nothing was changed.",
        next_command=f"hotfix takeover {run}, then: hotfix rollback {run}; or: {_freed(holder)}",
    )


def _foreign(holder: LockHolder) -> Problem:
    return Problem(
        ProblemCode.LOCKED,
        what=f"{holder.operator} is working on another hotfix.",
        why=f"{_lines(holder)} Nothing was changed.",
        next_command=f"hotfix lock; talk to {holder.operator}, or go on with theirs here: "
        f"hotfix takeover {holder.run}",
    )


def _freed(holder: LockHolder) -> str:
    return f"if that is abandoned: hotfix lock release --lock-id {holder.id}"


def _lines(holder: LockHolder) -> str:
    return " ".join(holder.lines()).rstrip(".") + "."
