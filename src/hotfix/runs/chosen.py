"""Which run a command is about."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from hotfix.composition.journals import Runs
from hotfix.domain.fold import fold
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.runs.readable import Say, in_silence, readable
from hotfix.runs.session import Session

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_run(session: Session, slug: str) -> str:
    """Return an id that nobody else has: time, what it is about, and four random letters."""
    stamp = session.clock.now().strftime("%Y%m%d-%H%M")
    tail = "".join(secrets.choice(_LETTERS) for _ in range(4))
    return f"hf-{stamp}-{slug[:30].strip('-')}-{tail}"


def chosen_run(state: Path, named: str | None, say: Say = in_silence) -> str:
    """Return the named run (a unique part of its id will do), else the newest that can be read.

    ``say`` is told of newer ones that cannot.

    Raises:
        ProblemError: there is none, the name fits several, or no run can be read.
    """
    known = Runs(state).ids()
    if not known:
        raise ProblemError(_NO_RUNS)
    if named is None:
        newest = next(readable(Runs(state), say), None)
        return newest.run if newest is not None else known[0]
    fitting = [run for run in known if run == named] or [run for run in known if named in run]
    if len(fitting) == 1:
        return fitting[0]
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"{'No run is' if not fitting else 'Several runs are'} called {named}.",
            why=f"Known: {', '.join((fitting or known)[:5])}.",
            next_command="hotfix log",
        )
    )


def progress_of(state: Path, run: str) -> Progress:
    """Return where the run stands."""
    return fold(Runs(state).events(run))


def active_runs(state: Path, repository: Path, say: Say) -> Iterator[Progress]:
    """Yield the runs of ``repository`` that are not over, newest first.

    Whether one that cannot be read is over, and whose it is, is not known; ``say`` is told so.
    """
    for progress in readable(Runs(state), say):
        is_here = progress.settings.repository == str(repository)
        if is_here and not progress.state.is_over:
            yield progress


_NO_RUNS = Problem(
    ProblemCode.FAILED,
    what="There is no hotfix run on this machine.",
    why="Nothing was started here yet, or HOTFIX_STATE_DIR points somewhere else.",
    next_command='hotfix start "what is broken" --category api-errors',
)
