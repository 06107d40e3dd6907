"""Temporary work trees of one run, in which nobody works."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import raise_refusal
from hotfix.processes import table
from hotfix.processes.ending import GRACE_SECONDS, Ending, finish

# Of a checkout or a merge that nobody keeps; commits that are kept obey the team's hooks.
NO_HOOKS = ("-c", "core.hooksPath=/dev/null")


class Scratch:
    """Makes them in ``folder``, the run's alone; by default, where temporary files go."""

    def __init__(self, git: GitCommand, folder: Path | None = None) -> None:
        self._git = git
        self._folder = folder

    @contextmanager
    def tree(self, sha: str) -> Iterator[Path]:
        """Check ``sha`` out in a work tree that is gone afterwards, whatever happened in it."""
        self.clear()
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        parent = Path(tempfile.mkdtemp(prefix="hotfix-tree-", dir=self._folder))
        try:
            words = ("worktree", "add", "--quiet", "--detach", str(parent / "tree"), sha)
            made = self._git.change(*NO_HOOKS, *words)
            if made.code != 0:
                raise_refusal("A temporary work tree could not be made.", made, "git worktree list")
            yield parent / "tree"
        finally:
            self._remove(parent)

    def clear(self) -> None:
        """Remove the trees that a killed process of the run left, and no others."""
        for parent in self._folder.glob("hotfix-tree-*") if self._folder is not None else ():
            # A git outlives a kill of ours; what it does here is for nobody any more.
            left = (table.entry_of(pid) for pid in table.at_work("git", parent) or ())
            groups = {each.group for each in left if each is not None}
            finish([Ending(group, GRACE_SECONDS) for group in groups])
            self._remove(parent)

    def _remove(self, parent: Path) -> None:
        # By name, and never by `git worktree prune`: that forgets trees of others, too, whose disk
        # is not there just now. Twice forced: one is locked while it is made.
        self._git.read("worktree", "remove", "--force", "--force", str(parent / "tree"))
        shutil.rmtree(parent, ignore_errors=True)
