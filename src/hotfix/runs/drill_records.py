"""The records of drills: kept apart, for their worlds are gone and nothing goes on with them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hotfix.composition.journals import Runs
from hotfix.domain.event import Event
from hotfix.domain.problem import ProblemError
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
        for old in kept.ids()[_MOST_KEPT:]:
            kept.remove(old)
    except ProblemError as error:
        say(f"The record of this drill is not kept: {error.problem.what}")


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
