"""Temporary work trees of one run, in which nobody works."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import raise_refusal
from hotfix.processes import table
from hotfix.processes.ending import GRACE_SECONDS, Ending, finish

# Of a checkout or a merge that nobody keeps; commits that are kept obey the team's hooks.
# Nor is it asked whether what is merged for a trial was signed.
NO_HOOKS = ("-c", "core.hooksPath=/dev/null", "-c", "merge.verifySignatures=false")
# For one command: as a setting it would change the clone's configuration for good.
_SPARSE = ("-c", "core.sparseCheckout=true", "-c", "core.sparseCheckoutCone=false")
_MEANS_SOMETHING = frozenset("\\*?[]!# ")


class Scratch:
    """Makes them in ``folder``, the run's alone; by default, where temporary files go."""

    def __init__(self, git: GitCommand, folder: Path | None = None) -> None:
        self._git = git
        self._folder = folder

    @contextmanager
    def tree(self, sha: str, paths: Iterable[str] = ()) -> Iterator[Path]:
        """Make a work tree of ``sha`` that is gone afterwards, whatever happened in it.

        Of its files those at ``paths`` are there, and what hooks and tools look for: the files in
        the root, and the hooks that the repository brings. In git's index all are: merges, picks
        and commits are what they would be, without writing a hundred thousand files for it.
        """
        self.clear()
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        parent = Path(tempfile.mkdtemp(prefix="hotfix-tree-", dir=self._folder))
        try:
            folder = parent / "tree"
            words = ("worktree", "add", "--quiet", "--no-checkout", "--detach", str(folder), sha)
            self._make(*words)
            self._choose(folder, paths)
            self._make(*_SPARSE, "read-tree", "-m", "-u", "HEAD", folder=folder)
            yield folder
        finally:
            self._remove(parent)

    def _make(self, *words: str, folder: Path | None = None) -> None:
        made = self._git.change(*NO_HOOKS, *words, folder=folder)
        if made.code != 0:
            raise_refusal("A temporary work tree could not be made.", made, "git worktree list")

    def _choose(self, folder: Path, paths: Iterable[str]) -> None:
        """Write down which files of ``folder`` are checked out; the later line counts."""
        hooks = self._git.read("config", "core.hooksPath").output.strip()
        # One with a line break cannot be written there.
        named = sorted(each for each in {*paths, hooks} if each and "\n" not in each)
        lines = ["/*", "!/*/", *(f"/{_literally(each)}" for each in named)]
        file = self._git.own_path("info/sparse-checkout", folder)
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")

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


def _literally(path: str) -> str:
    """Return the pattern that means ``path`` and nothing else."""
    return "".join(f"\\{sign}" if sign in _MEANS_SOMETHING else sign for sign in path)
