"""The work trees of the clone: what is checked out where, and what in it is not committed."""

from pathlib import Path

from hotfix.adapters.git.command import GitCommand, mend_of, raise_refusal
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.repository import WorkTree, is_configuration

_STATUS_PREFIX = 3


class WorkTrees:
    """The work trees of one clone; ``root`` is the one that the operator stands in."""

    def __init__(self, git: GitCommand, root: Path) -> None:
        self._git = git
        self._root = root

    def at(self, folder: Path) -> WorkTree:
        """Return what is checked out in ``folder``."""
        branch = self._git.read("symbolic-ref", "--quiet", "--short", "HEAD", folder=folder)
        head = self._git.read("rev-parse", "--verify", "--quiet", "HEAD", folder=folder)
        return WorkTree(
            folder, branch.output.strip(), head.output.strip(), self.uncommitted(folder)
        )

    def of_branch(self, branch: str) -> Path | None:
        """Return the work tree that has ``branch`` checked out, or None."""
        folder = None
        for line in self._git.text("worktree", "list", "--porcelain").splitlines():
            word, _, rest = line.partition(" ")
            if word == "worktree":
                folder = Path(rest)
            elif word == "branch" and rest == f"refs/heads/{branch}":
                return folder
        return None

    def add(self, branch: str, start: str, *, is_new: bool = True) -> Path:
        """Check out ``branch``, if new at ``start``, in a fresh work tree; returns its folder."""
        folder = self.check_beside(branch)
        what = ("--no-track", "-b", branch, str(folder), start) if is_new else (str(folder), branch)
        done = self._git.change("worktree", "add", "--quiet", *what)
        # A post-checkout hook that complains does so after the checkout.
        if done.code != 0 and self.of_branch(branch) is None:
            raise_refusal(f"{folder} could not be made.", done, mend_of(done, "git worktree list"))
        return folder

    def check_beside(self, branch: str) -> Path:
        """Return where the fresh work tree of ``branch`` will be; raises ProblemError if taken."""
        folder = self._root.parent / f"{self._root.name}-{branch.rsplit('/', 1)[-1]}"
        if folder.exists():
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"{folder} exists already.",
                    why="The fresh work tree of this hotfix would be there.",
                    next_command=f"ls {folder}; move it away, and try again",
                )
            )
        return folder

    def bring_submodules(self, folder: Path) -> None:
        """Check out the commits of the submodules that the work tree has, as the commit names them.

        Git leaves them where they were: they would look like changes, and be committed as such.
        The commits are there already, a fetch brings them along.
        """
        if not (folder / ".gitmodules").exists():
            return
        done = self._git.change("submodule", "update", "--recursive", "--no-fetch", folder=folder)
        if done.code != 0:
            mend = f"git -C {folder} submodule update --recursive, then: hotfix resume"
            raise_refusal("The submodules could not be brought along.", done, mend)

    def uncommitted(self, folder: Path) -> tuple[str, ...]:
        """Return the paths with changes that are not committed, untracked ones included.

        Our configuration is none of the engineer's work.
        """
        return tuple(path for path in self.changed(folder) if not is_configuration(path))

    def changed(self, folder: Path) -> tuple[str, ...]:
        """Return the paths with changes that are not committed, be it our configuration."""
        listed = self._git.text(
            "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", folder=folder
        )
        return tuple(entry[_STATUS_PREFIX:] for entry in listed.split("\x00") if entry)

    def untracked(self, folder: Path) -> tuple[str, ...]:
        """Return the paths that git does not know, is not told to ignore, and a fix is part of."""
        listed = self._git.text(
            "ls-files", "--others", "--exclude-standard", "-z", "--full-name", folder=folder
        )
        return tuple(path for path in listed.split("\x00") if path and not is_configuration(path))
