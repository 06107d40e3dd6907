"""The records of drills: kept apart, for their worlds are gone and nothing goes on with them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hotfix.composition.journals import Runs
from hotfix.domain.event import Event
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.runs.readable import Say

# As many as there are scorecards of one scenario.
_MOST_KEPT = 20
_FOLDER = "drills"


def keep_records(state: Path, world: Path, say: Say) -> None:
    """Keep the records of a world that goes; only the newest are kept. A failure is said.

    Args:
        state: the state directory of the user.
        world: that of the drill.
        say: told why they are not kept.
    """
    kept, drilled = Runs(state / _FOLDER), Runs(world)
    try:
        for run in drilled.ids():
            kept.adopt(run, drilled.lines(run))
            kept.take_tracebacks(drilled, run)
        for old in kept.ids()[_MOST_KEPT:]:
            kept.remove(old, "hotfix drill")
    except ProblemError as error:
        say(f"The record of this drill is not kept: {error.problem.what}")


def where_kept(state: Path) -> Path:
    """Return the folder that has a folder for each kept record."""
    return state / _FOLDER / "runs"


def tracebacks_of(state: Path, run: str) -> list[Path]:
    """Return the files kept of a run that tell how what nobody foresaw came about."""
    return Runs(state / _FOLDER).tracebacks(run)


def newest_of(state: Path, world: Path) -> str:
    """Return the newest run of a drill's world whose record is kept; empty where none is."""
    kept = Runs(state / _FOLDER)
    return next((run for run in Runs(world).ids() if kept.has(run)), "")


def drill_records(state: Path, named: str = "") -> Iterator[tuple[str, tuple[Event, ...]]]:
    """Yield the kept records whose run is ``named`` so, or in part, newest first, as far as read.

    What cannot be read is passed over.
    """
    kept = Runs(state / _FOLDER)
    for run in (each for each in kept.ids() if named in each):
        with suppress(ProblemError):
            yield run, kept.events(run)


def record_of_drill(state: Path, named: str) -> tuple[str, tuple[Event, ...]] | None:
    """Return the newest kept record whose run is named so, or in part; None where there is none."""
    return next(drill_records(state, named), None)


def newest_drill(state: Path) -> str:
    """Return the newest run whose record is kept; empty where no drill is on record."""
    return next(iter(Runs(state / _FOLDER).ids()), "")


def gone_with_its_world(state: Path, named: str) -> Problem | None:
    """Return why nothing goes on with a run that was a drill; None where none is named so."""
    drilled = record_of_drill(state, named)
    if drilled is None:
        return None
    return Problem(
        ProblemCode.USAGE,
        what=f"Run {drilled[0]} was a drill, and its world is gone.",
        why="Its record is kept, and nothing goes on with it.",
        next_command=f"hotfix show {drilled[0]}",
    )


def refuse_a_drill(state: Path, run: str) -> None:
    """Raise ProblemError where that very run was a drill: a part of its id may be a colleague's."""
    if Runs(state / _FOLDER).has(run):
        gone = gone_with_its_world(state, run)
        if gone is not None:
            raise ProblemError(gone)
