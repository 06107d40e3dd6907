"""A run leaves this machine: all that its folder holds, at once."""

import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from hotfix.adapters.journal.derived import FOLDER
from hotfix.adapters.journal.files import LOCK, check_owner, file_trouble, walked_here
from hotfix.domain.problem import Problem, ProblemCode, ProblemError


def remove(state: Path, run: str) -> None:
    """Remove the folder of a run. It is no run any more before the first file is gone.

    Raises:
        ProblemError: a process walks it, its work trees are still there, or the system refuses.
    """
    folder = state / "runs" / run
    check_owner(folder)
    trees = [each for each in (folder / "trees").glob("*") if each.is_dir()]
    if trees:
        raise ProblemError(_trees(run, trees[0]))
    lock = FileLock(folder / LOCK, mode=0o600)
    gone = state / f"forgotten-{run}"
    try:
        with file_trouble(folder), lock.acquire(timeout=0):
            folder.rename(gone)
    except Timeout as error:
        raise ProblemError(walked_here(folder)) from error
    with file_trouble(gone):
        shutil.rmtree(gone)
        # What the index keeps of a run are its words; it is made anew from what is left.
        shutil.rmtree(state / FOLDER, ignore_errors=True)


def _trees(run: str, tree: Path) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"Run {run} has a work tree left.",
        why=f"What is in {tree} may be in no commit. Nothing was removed.",
        next_command=f"git worktree remove {tree}, then: hotfix forget {run}",
    )
