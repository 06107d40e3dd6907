"""A line on a run's timeline, from whoever gives the command: it is read, or is said not to be."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hotfix.composition.journals import Runs
from hotfix.domain.event_data import Noted, Told, Untold
from hotfix.domain.fold import fold
from hotfix.domain.heard import PARENT
from hotfix.domain.newer_version import refuse_newer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.still_to_do import how_it_ended
from hotfix.engine.record import is_noted, signals_on_record
from hotfix.ports.clock import Clock
from hotfix.ports.journal import Journal
from hotfix.ports.signals import Signal, Signals
from hotfix.runs.telling_late import can_be_told

_LOOK_SECONDS = 0.2
# So long a walk that is over may still tell the team.
_END_SECONDS = 20.0


def note(
    state: Path, run: str, noted: Noted, clock: Clock, *, secrets: Collection[str] = ()
) -> str:
    """Put a line on the timeline; returns what became of it, one sentence.

    Who walks the run writes it down. Where it is over nobody will, so it is done here.

    Raises:
        ProblemError: the run went over to another machine, a newer version wrote it, or its journal
            is damaged.
    """
    runs = Runs(state)
    progress = fold(runs.events(run))
    refuse_newer(progress)
    if progress.state is RunState.TAKEN_OVER:
        raise ProblemError(_elsewhere(run))
    box = runs.mailbox(run)
    box.send(Signal(noted))
    until = clock.monotonic() + _END_SECONDS
    while True:
        try:
            with runs.open(run, clock, noted.by, secrets) as journal:
                return _unwalked(journal, box, noted, clock.now())
        except ProblemError as error:
            if error.problem.code is not ProblemCode.LOCKED:
                raise
        # Sent before its end was on record, it is taken; after that, the walk may have looked last.
        is_ending = fold(runs.events(run)).state.is_over
        if not is_ending or clock.monotonic() >= until:
            page = (
                ", and pages, once a run, where PAGERDUTY_ROUTING_KEY is set" if noted.heard else ""
            )
            return f"Noted for {run}; who has it open writes it down at the next look{page}."
        clock.wait(_LOOK_SECONDS)


def _unwalked(journal: Journal, box: Signals, noted: Noted, now: datetime) -> str:
    progress = journal.progress()
    if not progress.state.is_over:
        when = "nobody is paged before" if noted.heard else "read at"
        nobody = f"Nobody is at work on it now; {when}"
        return f"Noted for {journal.run}. {nobody}: hotfix resume {journal.run}"
    _write_down(journal, box)
    nobody = " Nobody is paged." if noted.heard else ""
    ended = how_it_ended(progress)
    said = f"Noted for {journal.run}, on the record of a run that is {ended}.{nobody}"
    is_heard = PARENT in progress.told and can_be_told(progress, now)
    return f"{said} To tell the team, too: hotfix resume {journal.run}" if is_heard else said


def _write_down(journal: Journal, box: Signals) -> None:
    """Write down what waits in the box of a run that is over; answers have come too late."""
    known = signals_on_record(journal)
    for signal in box.take():
        said = signal.said
        is_new = signal.id not in known
        if isinstance(said, Noted):
            is_new = is_new and not is_noted(said, journal.progress())
        if isinstance(said, Noted | Told | Untold) and is_new:
            journal.append(replace(said, signal=signal.id))
    # What was taken is removed at the next look.
    box.take()


def _elsewhere(run: str) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"Run {run} goes on on another machine: it was taken over.",
        why="What is noted here does not get there. Nothing was noted.",
        next_command=f'There: hotfix note "..." --run {run}',
    )
