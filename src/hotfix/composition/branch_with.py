"""Which local branch has a file that what is checked out lacks."""

from pathlib import Path

from hotfix.domain.lines import text_lines
from hotfix.processes.running import run

_SECONDS = 5.0
_MOST_BRANCHES = 30
_HEADS = "refs/heads/"


def branch_with(file: str, clone: Path) -> str:
    """Return the branch that was committed to last of those that have ``file``.

    Args:
        file: its path from the root of the work tree.
        clone: the root of the work tree.

    Returns:
        The name; empty where none of the newest thirty has it, or git does not say.
    """
    newest = ("--sort=-committerdate", f"--count={_MOST_BRANCHES}", "--format=%(refname)")
    listed = _said(clone, "for-each-ref", *newest, _HEADS) or ""
    names = text_lines(listed)
    having = (
        name for name in names if _said(clone, "cat-file", "-e", f"{name}:{file}") is not None
    )
    return next(having, "").removeprefix(_HEADS)


def _said(clone: Path, *words: str) -> str | None:
    try:
        done = run(["git", "-C", str(clone), *words], _SECONDS)
    except OSError:
        return None
    return done.output.decode("utf-8", "replace") if done.code == 0 else None
