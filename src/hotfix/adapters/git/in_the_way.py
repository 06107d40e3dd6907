"""What is in the way of a branch that is to be cut, and how to clear it."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from hotfix.domain.problem import Problem, ProblemCode


def is_in_the_way(other: str, branch: str) -> Problem:
    """Return that git cannot have both branches."""
    return Problem(
        ProblemCode.FAILED,
        what=f"There cannot be a branch {branch} beside {other}.",
        why="To git, what stands before a slash is a folder.",
        next_command=f"git branch -m {other} ANOTHER-NAME, and try again; "
        "or another [git] branch_prefix",
    )


def is_in_the_way_there(other: str, branch: str, remote: str) -> Problem:
    """Return that the remote cannot have both branches."""
    return Problem(
        ProblemCode.FAILED,
        what=f"{remote} cannot have a branch {branch} beside its {other}.",
        why="To git, what stands before a slash is a folder. A push would be refused.",
        next_command=f"Have {other} renamed on {remote}; or another [git] branch_prefix",
    )


def only_remembered(other: str, branch: str, remote: str) -> Problem:
    """Return that this clone remembers a branch of the remote that is gone there."""
    return Problem(
        ProblemCode.FAILED,
        what=f"This clone still has {remote}/{other}, beside which no {remote}/{branch} can be.",
        why=f"{remote} has it no more.",
        next_command=f"git remote prune {remote}, and try again",
    )


def branch_exists(branch: str, otherwise: str) -> Problem:
    """Return that the name is taken, and what to do ``otherwise``."""
    return Problem(
        ProblemCode.FAILED,
        what=f"The branch {branch} exists already.",
        why="An earlier hotfix, or somebody's work, has this name.",
        next_command=f"git log {branch}; to free the name: git branch -m {branch} {branch}-before; "
        f"or: {otherwise}",
    )


def dirty(uncommitted: Sequence[str], mend: str = "", clears: str = "") -> Problem:
    """Return that there is uncommitted work, and how to ``mend`` it.

    Within a run that is empty: there, it is told from what ``clears`` it away, if anything does.
    """
    then = "and, once the fix is awaited, in another terminal: git stash pop"
    back = then if "stash" in clears else ""
    aside = f"{clears}, then: hotfix resume{back and f', {back}'}; or: " if clears else ""
    shown = ", ".join(uncommitted[:3])
    more = f" and {len(uncommitted) - 3} more" if len(uncommitted) > 3 else ""  # noqa: PLR2004 - as above
    return Problem(
        ProblemCode.FAILED,
        what="There is uncommitted work here, and it stays untouched.",
        why=f"Not committed: {shown}{more}.",
        next_command=mend or f"{aside}hotfix abort, then: hotfix start ... --worktree",
    )


def configuration_in_the_way(
    paths: Sequence[str], branch: str, again: str, *, on_branch: bool
) -> Problem:
    """Return that git would overwrite what was changed of our configuration, and not committed.

    Args:
        paths: of it, from the root of the work tree.
        branch: what was to be checked out.
        again: the command to give once they are out of the way.
        on_branch: whether a branch is checked out: elsewhere a commit would be lost.
    """
    named = shlex.join(f":/{path}" for path in paths)
    kept = (
        f"git add -- {named}; git commit -m 'Configure hotfix' -- {named}; then: {again}"
        if on_branch
        else f"git stash push --include-untracked -- {named}; then: {again}; "
        "once that is over, where it was: git stash pop"
    )
    return Problem(
        ProblemCode.FAILED,
        what=f"{branch} is not checked out: that would overwrite {', '.join(paths)}.",
        why="It is changed here and not committed, and that branch has another, or none. "
        "A run keeps what it began with.",
        next_command=kept,
    )


def not_to_be_committed(paths: Sequence[str], folder: Path) -> Problem:
    """Return that git shows changes which no commit of the work tree ``folder`` would take in."""
    return Problem(
        ProblemCode.FAILED,
        what=f"{', '.join(paths)}: changed, and no commit here takes that in.",
        why="A submodule with changes of its own that are not committed in it, say.",
        next_command=f"git -C {folder} status; commit there, or put it back; then: hotfix resume",
    )


def diverged(base: str, remote: str) -> Problem:
    """Return that the local base and the remote's cannot be brought together by us."""
    return Problem(
        ProblemCode.FAILED,
        what=f"{base} here and {base} on {remote} have gone different ways.",
        why="Each has commits that the other has not.",
        next_command=f"git log --oneline --left-right {base}...{remote}/{base}; "
        f"git rebase {remote}/{base} {base}; then: hotfix resume",
    )
