"""Does a run that is taken up again still hold the lock? A machine that slept must ask first."""

from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine import record
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.ports.lock import lost


def regained_lock(ports: Ports, journal: Journal, progress: Progress) -> JsonObject:
    """Return the facts that changed: a new token where the lock was free; nothing where it is ours.

    A cluster that does not answer is no reason to stop here: before each write that matters the
    lock is looked at again.

    Raises:
        ProblemError: somebody else holds the lock (code ``LOCKED``). A takeover of this very run
            also goes on record, so that this machine knows that the run is over for it.
    """
    if ports.cluster is None or "lock_token" not in progress.facts:
        return {}
    token = progress.facts.number("lock_token")
    try:
        holder = ports.cluster.claim_lock(progress.run, progress.operator, token)
    except TemporaryTroubleError:
        return {}
    except ProblemError as error:
        if error.problem.code is not ProblemCode.RIGHTS:
            raise
        return {}
    if holder.is_ours:
        new: JsonObject = {"lock": holder.run, "lock_token": holder.token}
        return {} if holder.token == token else new
    problem = lost(progress.run, holder)
    if holder.run == progress.run:
        record.lose_lock(journal, progress.run, problem, holder.run)
    raise ProblemError(problem)
