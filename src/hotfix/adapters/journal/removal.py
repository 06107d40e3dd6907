"""A run leaves this machine: all that its folder holds, at once."""

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from hotfix.adapters.journal.derived import FOLDER
from hotfix.adapters.journal.files import LOCK, check_owner, file_trouble, walked_here
from hotfix.domain.problem import Problem, ProblemCode, ProblemError


def remove(state: Path, run: str, again: str, first: Callable[[], None] = lambda: None) -> None:
    """Remove the folder of a run. It is no run any more before the first file is gone.

    Args:
        state: the state directory.
        run: its id.
        again: the command to give once what stands in the way is out of it.
        first: is done when nothing here stands in the way, and before anything here is gone.

    Raises:
        ProblemError: a process walks it, its work trees are still there, or the system refuses.
    """
    folder = state / "runs" / run
    check_owner(folder)
    trees = [each for each in (folder / "trees").glob("*") if each.is_dir()]
    if trees:
        raise ProblemError(_trees(run, trees[0], again))
    lock = FileLock(folder / LOCK, mode=0o600)
    gone = state / f"forgotten-{run}"
    try:
        with file_trouble(folder, again), lock.acquire(timeout=0):
            first()
            folder.rename(gone)
    except Timeout as error:
        raise ProblemError(walked_here(folder)) from error
    with file_trouble(gone, f"rm -r {shlex.quote(str(gone))}"):
        shutil.rmtree(gone)
        # What the index keeps of a run are its words; it is made anew from what is left.
        shutil.rmtree(state / FOLDER, ignore_errors=True)


def _trees(run: str, tree: Path, again: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"Run {run} has a work tree left.",
        why=f"What is in {tree} may be in no commit. Nothing was removed.",
        next_command=f"git worktree remove {shlex.quote(str(tree))}, then: {again}",
    )
