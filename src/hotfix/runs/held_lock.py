"""What can be done about a hotfix lock that is held: that depends on whose it is, and who is on it.

One's own run is gone on with, or ended: it is neither taken over nor abandoned. One that is open in
a living terminal is gone on with there.
"""

from pathlib import Path

from hotfix.composition.journals import Runs
from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress, RunState
from hotfix.ports.lock import LockHolder
from hotfix.runs.life import open_in, process_of


@frozen
class Way:
    """One thing that can be done."""

    when: str  #: what it is for, or why it is so
    command: str = ""  #: what is typed for it; empty where nothing is

    @property
    def line(self) -> str:
        """Return it as one line."""
        return f"{self.when}: {self.command}" if self.command else self.when


def ways_on(runs: Runs, state: Path, holder: LockHolder) -> tuple[Way, ...]:
    """Return what can be done about the lock; ``runs`` are those in the state directory."""
    own = _own(runs, holder)
    if own is None:
        return (
            Way("To continue it here", f"hotfix takeover {holder.run}"),
            Way("If it is abandoned", _release(holder)),
        )
    if own.state.is_over:
        return (Way("It is your own, of a run that is over. To free it", _release(holder)),)
    process = process_of(str(state), holder.run)
    where = open_in(process)
    if where:
        return (Way(f"It is your own, open in the terminal of {where}: go on there."),)
    return (
        Way("It is your own run, and nobody is on it. To go on", f"hotfix resume {holder.run}")
        if process is not None and process["state"] == "gone"
        else Way("It is your own run. To go on", f"hotfix resume {holder.run}"),
        Way("To end it, and free the lock", f"hotfix abort {holder.run}"),
    )


def _own(runs: Runs, holder: LockHolder) -> Progress | None:
    """Return the run of this machine that holds the lock; None where it is another's by now."""
    if not runs.has(holder.run):
        return None
    try:
        progress = fold(runs.events(holder.run))
    except ProblemError:
        return None
    token = progress.facts.get(LOCK_TOKEN, holder.token)
    is_ours = token == holder.token and progress.state is not RunState.TAKEN_OVER
    return progress if is_ours else None


def _release(holder: LockHolder) -> str:
    return f"hotfix lock release --lock-id {holder.id}"
