"""The files by which git keeps others out of a clone, and who holds one that is there."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.processes import table

if TYPE_CHECKING:
    from hotfix.adapters.git.command import GitCommand

# In the C locale. The second one names the file that is locked, not its lock.
_SAID = (
    re.compile(r"Unable to create '(?P<lock>[^']+\.lock)': File exists"),
    re.compile(r"could not lock (?:config )?file (?P<file>.+?): File exists"),
)


def refuse_a_lock_in(errors: str, folder: Path) -> None:
    """Raise what is true of the lock that git could not take, if that is what it says.

    Args:
        errors: git's words.
        folder: the work tree it was run in; paths in its words are relative to that.

    Raises:
        ProblemError, TemporaryTroubleError: as ``refuse_the_lock``.
    """
    for said in _SAID:
        found = said.search(errors)
        if found is not None:
            named = found.groupdict()
            refuse_the_lock(folder / (named.get("lock") or f"{named['file']}.lock"), folder)


def refuse_a_locked_index(git: "GitCommand", folder: Path) -> None:
    """Raise what is true of a lock on the index of ``folder``, as ``refuse_the_lock`` does."""
    refuse_the_lock(git.own_path("index.lock", folder), folder)


def refuse_the_lock(lock: Path, folder: Path) -> None:
    """Raise what is true of a lock in the clone around ``folder``; returns where there is none.

    Raises:
        TemporaryTroubleError: a git that lives holds it.
        ProblemError: one that was killed left it, or nobody can tell.
    """
    if not lock.exists():
        return
    holding, beside = table.holders(lock), table.at_work("git", folder)
    if holding:
        saying = f"git ({_named(holding)}) is at work in this clone, and holds {lock}"
        raise TemporaryTroubleError(saying, is_refusal=True)
    if holding is None or beside is None:
        why = "A git is at work there, or one that was killed left it: which is not known here."
        first = "ps ax | grep git; where none is at work in this clone"
    elif beside:
        why = f"git ({_named(beside)}) runs in {folder} and may need it, or one left it behind."
        first = f"ps -p {','.join(map(str, sorted(beside)))}; where that only reads, or has ended"
    else:
        why = f"No git of yours runs in {folder}: one that was killed left it."
        first = "Where nobody else works in this clone"
    raise ProblemError(
        Problem(
            ProblemCode.FAILED,
            what=f"{lock} keeps git from changing this clone.",
            why=f"{why} Nobody's work is in it.",
            next_command=f"{first}: rm {shlex.quote(str(lock))}; git status; then: hotfix resume",
        )
    )


def _named(pids: set[int]) -> str:
    return ", ".join(f"process {pid}" for pid in sorted(pids))
