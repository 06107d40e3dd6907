"""What a checkout left that was ended half-way: files of the commit that it was on its way to."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.locks import refuse_a_locked_index
from hotfix.adapters.git.snapshots import listed

_LITERAL = {"GIT_LITERAL_PATHSPECS": "1"}


def went_half_way(git: GitCommand, folder: Path, towards: str, paths: Sequence[str]) -> bool:
    """Tell whether all of the uncommitted ``paths`` are as commit ``towards`` has them.

    One of them may be cut short: it was being written. Then nobody's work is among them, and git
    is told that it has them: the next checkout of that commit goes through.

    Raises:
        ProblemError, TemporaryTroubleError: the index is locked, so that nothing can be told.
    """
    refuse_a_locked_index(git, folder)
    # An ended checkout has left the index alone: what is in it is somebody's work.
    is_staged = git.read("diff-index", "--cached", "--quiet", "HEAD", "--", folder=folder).code != 0
    if is_staged or any((folder / path).is_dir() for path in paths):
        return False
    with listed(paths) as named, tempfile.TemporaryDirectory(prefix="hotfix-index-") as name:
        add = ("add", "--all", *named)
        beside = {"GIT_INDEX_FILE": str(Path(name) / "index"), **_LITERAL}
        git.read("read-tree", "HEAD", folder=folder, environ=beside)
        if git.read(*add, folder=folder, environ=beside).code != 0:
            return False
        words = ("diff-index", "--cached", "--name-only", "-z", towards, "--")
        others = git.read(*words, folder=folder, environ=beside)
        different = set(others.output.split("\0")) & set(paths)
        # At most one file was being written when the checkout was ended.
        if others.code != 0 or len(different) > 1:
            return False
        for path in different:
            if not _is_cut_short(git, folder, towards, path):
                return False
            git.change("checkout", towards, "--", path, folder=folder, environ=_LITERAL)
        return git.change(*add, folder=folder, environ=_LITERAL).code == 0


def _is_cut_short(git: GitCommand, folder: Path, towards: str, path: str) -> bool:
    """Tell whether a file is missing, or the beginning of what the commit has there."""
    whole = git.read("cat-file", "--filters", f"{towards}:{path}", folder=folder)
    file = folder / path
    if whole.code != 0 or file.is_symlink():
        return False
    written = file.read_bytes().decode("utf-8", "replace") if file.exists() else ""
    # What is no text is decoded with a loss, and cannot be compared.
    return "\ufffd" not in written and whole.output.startswith(written)
