"""The drill's git origin: a bare repository on disk, and what a code host does inside it."""

import contextlib
import os
import re
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from hotfix.domain.lines import text_lines
from hotfix.processes.running import Finished, run

_DEADLINE_SECONDS = 60.0
_COMMIT_FORMAT = "%H%x00%an%x00%ae%x00%at%x00%B%x01"
_MERGE_CONFLICTS = 1
_OLDEST_GIT = (2, 38)
# What git says of these never changes, once it has them.
_OF_COMMITS = {"cat-file", "diff", "log", "merge-base", "merge-tree"}
_NAMED = re.compile(r"-.*|[0-9a-f]{40}(\.{2,3}[0-9a-f]{40}|:.*|\^\{commit\})?")
_GITHUB = {"GIT_COMMITTER_NAME": "GitHub", "GIT_COMMITTER_EMAIL": "noreply@webrana.example"}


class MergeConflictError(Exception):
    """The two branches changed the same lines."""


class OriginError(Exception):
    """Git refused, in its own words."""


class GitTooOldError(Exception):
    """Git is missing, or older than 2.38, which merges without a work tree; says which it is."""


@dataclass(frozen=True)
class OriginCommit:
    """A commit: full SHA, whole message, author's name and address, when (UTC, aware)."""

    sha: str
    message: str
    author: str
    email: str
    at: datetime


class GitOrigin:
    """A bare repository in a folder that ``create`` makes.

    It is asked the same all the time, as a code host is: git is run where it may say what is new.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._answers: dict[tuple[str, ...], Finished] = {}
        self._branches: tuple[list[tuple[str, bytes]], dict[str, str]] | None = None

    @classmethod
    def create(cls, path: Path, branch: str = "main") -> "GitOrigin":
        """Make an empty one; raises GitTooOldError where git cannot do what a code host does."""
        _refuse_an_old_git()
        path.mkdir(parents=True)
        origin = cls(path)
        words = ("init", "--quiet", "--bare", f"--initial-branch={branch}")
        # In files: they are looked at.
        origin._git("-c", "init.defaultRefFormat=files", *words)
        return origin

    def branches(self) -> dict[str, str]:
        """Return the commit of every branch."""
        files = self._files_of_branches()
        if self._branches is None or self._branches[0] != files:
            words = ("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
            listed = dict(line.split(" ") for line in text_lines(self._git(*words)))
            self._branches = files, listed
        return dict(self._branches[1])

    def _files_of_branches(self) -> list[tuple[str, bytes]]:
        """Return what git has written of the branches: the same as long as they are the same."""
        paths = [self.path / "packed-refs", *(self.path / "refs" / "heads").rglob("*")]
        found = []
        for path in sorted(paths):
            # No file, or none any more.
            with contextlib.suppress(OSError):
                found.append((str(path), path.read_bytes()))
        return found

    def commit_of(self, branch: str) -> str | None:
        """Return the commit of ``branch``, or None where there is none."""
        return self.branches().get(branch)

    def create_branch(self, branch: str, sha: str) -> None:
        """Create ``branch`` at ``sha``; raises OriginError where it exists."""
        self._git("update-ref", f"refs/heads/{branch}", sha, "0" * 40)

    def delete_branch(self, branch: str) -> None:
        """Remove ``branch``."""
        self._git("update-ref", "-d", f"refs/heads/{branch}")

    def has_commit(self, sha: str) -> bool:
        """Tell whether the repository has the commit."""
        return self._try("cat-file", "-e", f"{sha}^{{commit}}").code == 0

    def is_ancestor(self, old: str, new: str) -> bool:
        """Tell whether ``new`` contains ``old``."""
        return self._try("merge-base", "--is-ancestor", old, new).code == 0

    def merge_base(self, one: str, other: str) -> str:
        """Return the newest commit that both contain; raises OriginError where there is none."""
        return self._git("merge-base", one, other).strip()

    def commit(self, sha: str) -> OriginCommit:
        """Return one commit."""
        return self._log("-1", sha)[0]

    def commits_between(self, old: str, new: str) -> list[OriginCommit]:
        """Return the commits that ``new`` has and ``old`` has not, oldest first."""
        return self._log("--reverse", f"{old}..{new}")

    def changed_lines(self, old: str, new: str) -> dict[str, tuple[int, int]]:
        """Return the files that ``new`` changes since ``old``: lines added and deleted."""
        found = {}
        for entry in text_lines(self._git("diff", "--numstat", "--no-renames", f"{old}...{new}")):
            added, deleted, path = entry.split("\t", 2)
            found[path] = (int(added) if added != "-" else 0, int(deleted) if deleted != "-" else 0)
        return found

    def has_file(self, sha: str, path: str) -> bool:
        """Tell whether the commit has a file at ``path``."""
        return self._try("cat-file", "-e", f"{sha}:{path}").code == 0

    def read(self, sha: str, path: str) -> str:
        """Return the text of a file as of the commit; raises OriginError where there is none."""
        return self._git("cat-file", "-p", f"{sha}:{path}")

    def check_out(self, sha: str, folder: Path) -> None:
        """Put the files of the commit into ``folder``."""
        archive = _checked(self._try("archive", "--format=tar", sha))
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            # Python 3.11.3 and older know no filters; the archive is the drill's own in any case.
            files.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
            files.extractall(folder)  # noqa: S202 - filtered as above

    def can_merge(self, base_branch: str, sha: str) -> bool:
        """Tell whether ``sha`` merges into the branch without a conflict."""
        base = self.commit_of(base_branch)
        return base is not None and self._merged_tree(base, sha) is not None

    def merge(self, base_branch: str, head_sha: str, method: str, title: str, author: str) -> str:
        """Merge by ``merge``, ``squash`` or ``rebase``; return the branch's commit afterwards.

        Raises:
            MergeConflictError: both changed the same lines.
        """
        base = self.commit_of(base_branch)
        if base is None:
            raise OriginError(f"there is no branch {base_branch}")
        sha = self._rebased(base, head_sha) if method == "rebase" else ""
        if not sha:
            tree = self._merged_tree(base, head_sha)
            if tree is None:
                raise MergeConflictError(f"{head_sha} does not merge into {base_branch}")
            parents = [base] if method == "squash" else [base, head_sha]
            sha = self._commit(tree, parents, title, author, f"{author}@webrana.example")
        self._git("update-ref", f"refs/heads/{base_branch}", sha, base)
        return sha

    def _rebased(self, base: str, head: str) -> str:
        """Return the head of the commits of ``head``, made anew on top of ``base``."""
        with tempfile.TemporaryDirectory(prefix="hotfix-rebase-") as parent:
            tree = f"{parent}/tree"
            self._git("worktree", "add", "--quiet", "--detach", tree, head)
            try:
                done = self._try("-C", tree, "rebase", "--quiet", base, environ=_GITHUB, bare=False)
                if done.code != 0:
                    raise MergeConflictError(f"{head} does not apply to {base}")
                found = self._try("-C", tree, "rev-parse", "HEAD", bare=False)
                return found.output.decode().strip()
            finally:
                self._git("worktree", "remove", "--force", tree)

    def _merged_tree(self, base: str, sha: str) -> str | None:
        done = self._try("merge-tree", "--write-tree", base, sha)
        if done.code == _MERGE_CONFLICTS:
            return None
        return text_lines(_checked(done).decode())[0]

    def _commit(self, tree: str, parents: list[str], title: str, author: str, email: str) -> str:
        flags = [word for parent in parents for word in ("-p", parent)]
        identity = {**_GITHUB, "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": email}
        return self._git("commit-tree", tree, *flags, "-m", title, environ=identity).strip()

    def _log(self, *words: str) -> list[OriginCommit]:
        found = []
        for record in self._git("log", f"--format={_COMMIT_FORMAT}", *words, "--").split("\x01"):
            if not record.strip():
                continue
            sha, author, email, at, message = record.strip("\n").split("\x00")
            moment = datetime.fromtimestamp(int(at), UTC)
            found.append(OriginCommit(sha, message.strip("\n"), author, email, moment))
        return found

    def _git(self, *words: str, environ: dict[str, str] | None = None) -> str:
        return _checked(self._try(*words, environ=environ)).decode(errors="replace")

    def _try(
        self, *words: str, environ: dict[str, str] | None = None, bare: bool = True
    ) -> Finished:
        if words in self._answers:
            return self._answers[words]
        where = ["--git-dir", str(self.path)] if bare else []
        ours = git_environ() | (environ or {})
        done = run(["git", *where, *words], _DEADLINE_SECONDS, environ=ours)
        if done.code == 0 and words[0] in _OF_COMMITS and all(map(_NAMED.fullmatch, words[1:])):
            self._answers[words] = done
        return done


def _checked(done: Finished) -> bytes:
    if done.code is None:
        raise OriginError(f"git was not over after {_DEADLINE_SECONDS:g} s")
    if done.code != 0:
        raise OriginError(done.errors.decode(errors="replace").strip())
    return done.output


def _refuse_an_old_git() -> None:
    try:
        found = run(["git", "--version"], _DEADLINE_SECONDS, environ=git_environ())
    except FileNotFoundError as error:
        raise GitTooOldError("git is not installed, or not on the PATH") from error
    said = found.output.decode(errors="replace").strip()
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < _OLDEST_GIT:
        raise GitTooOldError(f"this is {said or 'no git'}")


def git_environ() -> dict[str, str]:
    """Return an environment in which git sees nothing of the user's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def git_in(clone: Path, *words: str) -> str:
    """Run git in a work tree, and return what it says; raises OriginError."""
    words = ("git", "-C", str(clone), *words)
    done = run(words, _DEADLINE_SECONDS, environ=git_environ())
    return _checked(done).decode(errors="replace").strip()
