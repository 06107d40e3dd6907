"""What was written before the branch was cut: a fix that was begun early goes along to it."""

from collections.abc import Sequence
from pathlib import Path

from hotfix.adapters.git.command import GitCommand


def goes_along(git: GitCommand, folder: Path, start: str, paths: Sequence[str]) -> bool:
    """Tell whether a checkout of commit ``start`` leaves the uncommitted ``paths`` as they are.

    So it is where nothing is checked out but ``start``, or a commit that it comes from and that
    has these files as ``start`` has them. What is begun on another branch stays there, and so does
    what is in conflict or within a submodule.
    """
    if any((folder / path).is_dir() for path in paths):
        return False
    if git.read("ls-files", "--unmerged", folder=folder).output:
        return False
    if not git.is_ancestor("HEAD", start, folder=folder):
        return False
    return not would_change(git, folder, start, paths)


def would_change(
    git: GitCommand, folder: Path, start: str, paths: Sequence[str]
) -> tuple[str, ...]:
    """Return which of the ``paths`` a checkout of ``start`` would write or take away; sorted.

    All of them where git cannot tell.
    """
    changed = git.read("diff", "--name-only", "--no-renames", "-z", "HEAD", start, folder=folder)
    listed = set(changed.output.split("\0")) if changed.code == 0 else set(paths)
    return tuple(sorted(listed & set(paths)))
