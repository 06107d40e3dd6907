"""A run is forgotten: its record leaves this machine and the cluster, and all that is read from it.

The lines of the deployment log are read from the record, and there is no second truth beside it: a
line that stayed would keep the very words that somebody wants to be gone. They are returned, for
whoever has to keep them elsewhere.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hotfix.composition.journals import Runs
from hotfix.domain.deployment_log import LogEntry, of_run
from hotfix.domain.ending import word
from hotfix.domain.event import Event
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.keeping import owed_by
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import RunState
from hotfix.ports.shared_records import SharedJournal
from hotfix.runs.team_records import cluster_session

_MOST_SHOWN = 5


@frozen
class Leaving:
    """What there is of a run, and goes with it."""

    run: str  #: its id
    is_here: bool  #: whether this machine has a journal of it
    shared: SharedJournal | None  #: what the cluster has; None for nothing, or where it is left out
    events: tuple[Event, ...]  #: of the side that says more, as far as they are sound
    log: tuple[LogEntry, ...]  #: what the deployment log says of it

    def lines(self) -> Iterator[str]:
        """Yield what a person is shown before it goes."""
        if self.is_here:
            yield f"Here: runs/{self.run} in the state directory: the journal and all logs of it"
        if self.shared is not None:
            by = self.shared.shared
            at = f", which {by.operator} on {by.host or 'another machine'} wrote" if by else ""
            yield f"In the cluster: the record that the team shares{at}"
        for each in self.log:
            what = f"{each.outcome} by {each.deployer}, {each.commit[:8] or 'no commit'}"
            yield f"From the deployment log: {each.timestamp:%Y-%m-%dT%H:%M:%SZ} {what}"


class Forgetting:
    """Finds what there is of a run, says whether it may go, and removes it.

    Args:
        state: the state directory.
        only_here: whether the cluster is left alone.

    Raises:
        ProblemError: the configuration is of no use.
    """

    def __init__(self, state: Path, *, only_here: bool) -> None:
        self._runs = Runs(state)
        self._only_here = only_here
        session = None if only_here else cluster_session(None)
        self._cluster = session.tools.cluster if session else None

    def leaving(self, named: str, *, is_settled: bool) -> Leaving:
        """Return what there is of the run that is named (a unique part of its id will do).

        Args:
            named: as typed.
            is_settled: whether a person says that what it owes by its record was done.

        Raises:
            ProblemError: there is no such run; it is open, holds the lock, or owes something.
            TemporaryTroubleError: the cluster cannot be asked.
        """
        shared = {each.run: each for each in self._shared()}
        here = self._runs.ids()
        run = _one(named, list(dict.fromkeys((*here, *shared))))
        sides: list[tuple[tuple[Event, ...], Problem | None]] = []
        if run in here:
            sides.append(self._here(run))
        if run in shared:
            journal = shared[run]
            events, damage = self._runs.shared_as_far_as_sound(run, journal.lines)
            sides.append((events, journal.damage or damage))
        is_elsewhere = any(fold(each).state is RunState.TAKEN_OVER for each, _ in sides)
        for events, damage in sides:
            again = self.again(run)
            _refuse(run, events, damage, again, is_settled=is_settled, is_elsewhere=is_elsewhere)
        holder = self._cluster.lock_holder() if self._cluster is not None else None
        if holder is not None and holder.run == run:
            raise ProblemError(_holds_the_lock(run, holder.id))
        most = max((events for events, _ in sides), key=len)
        log = of_run(most) if most else ()
        return Leaving(run, run in here, shared.get(run), most, log)

    def again(self, run: str) -> str:
        """Return the command that asks for the same: never for more than was asked for."""
        return f"hotfix forget {run}{' --local' if self._only_here else ''}"

    def remove(self, leaving: Leaving) -> None:
        """Remove it: from the cluster first, where others would go on from it.

        What stands in the way here is found before that.

        Raises:
            ProblemError: the cluster's record changed meanwhile, or one of both refuses.
            TemporaryTroubleError: the cluster cannot be asked.
        """
        if leaving.is_here:
            run = leaving.run
            self._runs.remove(run, self.again(run), lambda: self._remove_shared(leaving))
        else:
            self._remove_shared(leaving)

    def _remove_shared(self, leaving: Leaving) -> None:
        if leaving.shared is not None and self._cluster is not None:
            records = self._cluster.shared_records
            is_gone = records.remove(leaving.shared)
            if not is_gone and list(records.journals(leaving.run)):
                raise ProblemError(_changed(leaving.run))

    def _shared(self) -> Sequence[SharedJournal]:
        return self._cluster.shared_records.journals() if self._cluster is not None else ()

    def _here(self, run: str) -> tuple[tuple[Event, ...], Problem | None]:
        try:
            return self._runs.as_far_as_sound(run)
        except ProblemError as error:
            return (), error.problem


def _one(named: str, known: Sequence[str]) -> str:
    found = [run for run in known if run == named] or [run for run in known if named in run]
    if len(found) == 1:
        return found[0]
    shown = ", ".join((found or known)[:_MOST_SHOWN]) or "none"
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"{'Several runs are' if found else 'No run is'} called {named}.",
            why=f"Known: {shown}. Nothing was removed.",
            next_command="hotfix log",
        )
    )


def _refuse(
    run: str,
    events: Sequence[Event],
    damage: Problem | None,
    again: str,
    *,
    is_settled: bool,
    is_elsewhere: bool,
) -> None:
    """Refuse to forget a run that is not done with; ``again`` is the command.

    Raises:
        ProblemError: it is open, owes something, or nobody knows.
    """
    progress = fold(events)
    if damage is None and not progress.state.is_over:
        then = f"hotfix abort {run}, then: {again}"
        if is_elsewhere:
            alone = f"hotfix forget {run} --local"
            then = f"hotfix forget {run}, once it is over where it goes on; this copy: {alone}"
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"Run {run} is open: {word(progress.state.value)}.",
                why="Its record is what it goes on from, or back. Nothing was removed.",
                next_command=then,
            )
        )
    owed = owed_by(progress)
    if progress.state is RunState.TAKEN_OVER:
        owed = ()  # whoever went on with it owes that
    unknown = (f"not known, as {damage.what[0].lower()}{damage.what[1:]}",) if damage else ()
    words = [each.removesuffix(".") for each in (*owed, *unknown)]
    if words and not is_settled:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"Run {run} owes something, by its record.",
                why=f"{'; '.join(words)}. Nothing was removed.",
                next_command=f"Do it, then: {again} --settled",
            )
        )


def _holds_the_lock(run: str, lock_id: str) -> Problem:
    return Problem(
        ProblemCode.LOCKED,
        what=f"Run {run} holds the hotfix lock.",
        why="Another machine may be at work on it. Nothing was removed.",
        next_command=f"hotfix lock; if it is abandoned: hotfix lock release --lock-id {lock_id}",
    )


def _changed(run: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The cluster's record of run {run} changed while you were asked.",
        why="Somebody writes to it. Nothing was removed.",
        next_command=f"hotfix show {run}, then: hotfix forget {run}",
    )
