"""Uncommitted work as it is at one moment, and the commit of just that."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.locks import refuse_a_locked_index
from hotfix.adapters.git.nobodys_work import Seen
from hotfix.adapters.git.refusals import mend_of, raise_refusal
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.repository import BUT_CONFIGURATION, Uncommitted, is_configuration

_INDEX = "GIT_INDEX_FILE"
# Of the whole work tree, wherever in it git is run.
_BUT_CONFIGURATION = (":(top)", BUT_CONFIGURATION)
_LITERAL = {"GIT_LITERAL_PATHSPECS": "1"}


class Snapshots:
    """Those of one work tree. They are made beside its index, which stays the engineer's."""

    def __init__(self, git: GitCommand, folder: Path) -> None:
        self._git = git
        self._folder = folder

    def take(self, seen: Seen) -> Uncommitted:
        """Return what is not committed; raises ProblemError where files are in conflict.

        What of the changes that were ``seen`` is nobody's work stays as it is committed.
        """
        refuse_a_locked_index(self._git, self._folder)
        self._refuse_conflicts()
        head = self._head()
        with self._index_beside(is_copied=True) as index:
            staged = self._names("diff", "--cached", "--name-only", "-z")
            kept = tuple(it for it in staged if is_configuration(it) or it in seen.embedded)
            if kept:
                self._text("reset", "--quiet", "--", *kept, **index, **_LITERAL)
            out = (*seen.as_checked_out, *(path.rstrip("/") for path in seen.embedded))
            left_out = (f":(top,exclude,literal){path}" for path in out)
            with listed((*_BUT_CONFIGURATION, *left_out)) as named:
                self._text("add", "--all", *named, **index)
            tree = self._text("write-tree", **index).strip()
        paths = self._names("diff-tree", "-r", "--name-only", "--no-renames", "-z", head, tree)
        return Uncommitted(paths, head, tree if paths else "", seen.embedded)

    def commit(self, tree: str, message: str) -> str:
        """Commit ``tree`` on top of what is checked out; the team's hooks see it as staged."""
        refuse_a_locked_index(self._git, self._folder)
        head = self._head()
        with self._index_beside() as index:
            self._text("read-tree", tree, **index)
            # So that a hook which compares it with the work tree need not read every file.
            self._git.read("update-index", "-q", "--refresh", folder=self._folder, environ=index)
            words = ("commit", "--quiet", f"--message={message}")
            done = self._git.change(*words, folder=self._folder, environ=index)
        if done.code != 0:
            raise_refusal(
                "The commit was refused, by a hook or a signing rule.",
                done,
                mend_of(done, f"git -C {self._folder} commit, by hand; then: hotfix resume"),
            )
        made = self._head()
        committed = self._names("diff-tree", "-r", "--name-only", "--no-renames", "-z", head, made)
        self._unstage(committed)
        return made

    def _unstage(self, paths: tuple[str, ...]) -> None:
        """Bring these paths of the engineer's own index to what is committed."""
        with listed(paths) as named:
            self._text("reset", "--quiet", *named, **_LITERAL)

    def _refuse_conflicts(self) -> None:
        conflicts = self._names("diff", "--name-only", "--diff-filter=U", "-z")
        if conflicts:
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"{', '.join(conflicts)}: in conflict, and so not to be committed.",
                    why="A merge, a rebase or a stash that was taken out has not been resolved.",
                    next_command=f"git -C {self._folder} status; resolve them, git add, then: "
                    "hotfix resume",
                )
            )

    @contextmanager
    def _index_beside(self, *, is_copied: bool = False) -> Iterator[dict[str, str]]:
        """Make an index of our own, at first empty or a copy, and yield what names it to git."""
        with tempfile.TemporaryDirectory(prefix="hotfix-index-") as name:
            ours = Path(name) / "index"
            theirs = self._git.own_path("index", self._folder)
            if is_copied and theirs.exists():
                shutil.copy2(theirs, ours)
            yield {_INDEX: str(ours)}

    def _head(self) -> str:
        return self._text("rev-parse", "--verify", "HEAD").strip()

    def _names(self, *words: str) -> tuple[str, ...]:
        return tuple(filter(None, self._text(*words).split("\0")))

    def _text(self, *words: str, **environ: str) -> str:
        done = self._git.read(*words, folder=self._folder, environ=environ)
        if done.code != 0:
            raise_refusal(f"git {words[0]} failed.", done, f"git -C {self._folder} status")
        return done.output


@contextmanager
def listed(paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the words that name ``paths`` to git, however many they are."""
    with tempfile.TemporaryDirectory(prefix="hotfix-paths-") as name:
        file = Path(name) / "paths"
        file.write_text("\0".join(paths), encoding="utf-8", errors="surrogateescape")
        yield f"--pathspec-from-file={file}", "--pathspec-file-nul"
