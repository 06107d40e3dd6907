"""All runs on this machine, of which one that cannot be read bars no other."""

from collections.abc import Callable, Iterator

from hotfix.composition.journals import Runs
from hotfix.domain.fold import fold
from hotfix.domain.problem import Problem, ProblemError
from hotfix.domain.progress import Progress
from hotfix.view.foreign_text import one_line

# Is told in one line which run is passed over, and why.
Say = Callable[[str], None]


def readable(runs: Runs, say: Say) -> Iterator[Progress]:
    """Yield where each run stands, newest first; ``say`` is told of what cannot be read."""
    for run in runs.ids():
        try:
            progress = fold(runs.events(run))
        except ProblemError as error:
            say(passed_over(error.problem))
            continue
        yield progress


def passed_over(problem: Problem) -> str:
    """Return what is told of a run that cannot be read."""
    return one_line(f"Warning: {problem.what} It is passed over. {problem.next_command}")


def in_silence(_text: str) -> None:
    """Say nothing, where another line names what cannot be read."""
