"""The work trees of the clone: what is checked out where, and what in it is not committed."""

import shlex
from pathlib import Path

from hotfix.adapters.git.clearing import what_clears
from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.going_along import would_change
from hotfix.adapters.git.in_the_way import configuration_in_the_way
from hotfix.adapters.git.nobodys_work import NobodysWork, Seen
from hotfix.adapters.git.refusals import mend_of, raise_refusal
from hotfix.adapters.git.submodules import Submodules
from hotfix.domain.lines import text_lines
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.repository import WorkTree, is_configuration

_STATUS_PREFIX = 3


class WorkTrees:
    """The work trees of one clone; ``root`` is the one that the operator stands in."""

    def __init__(self, git: GitCommand, root: Path) -> None:
        self._git = git
        self._root = root
        self._nobodys = NobodysWork(git)
        self._submodules = Submodules(git, root)

    def at(self, folder: Path) -> WorkTree:
        """Return what is checked out in ``folder``; raises ProblemError where it is gone."""
        if not folder.is_dir():
            raise ProblemError(self._gone(folder, self._recorded().get(folder, "")))
        branch = self._git.read("symbolic-ref", "--quiet", "--short", "HEAD", folder=folder)
        head = self._git.read("rev-parse", "--verify", "--quiet", "HEAD", folder=folder)
        left = self._listed(folder)
        paths, new = (tuple(path for _, path in left), tuple(it for how, it in left if how == "??"))
        return WorkTree(folder, branch.output.strip(), head.output.strip(), paths, new)

    def of_branch(self, branch: str) -> Path | None:
        """Return the work tree that has ``branch`` checked out, or None; one that is gone is none.

        It may come back: a disk that is not there just now, say.
        """
        folder = self.registered(branch)
        return folder if folder is not None and folder.is_dir() else None

    def of_run(self, branch: str) -> Path | None:
        """Return the same of the branch that is worked on; raises ProblemError where it is gone."""
        folder = self.registered(branch)
        if folder is not None and not folder.is_dir():
            raise ProblemError(self._gone(folder, branch))
        return folder

    def registered(self, branch: str) -> Path | None:
        """Return the work tree that git has on record for ``branch``, or None; it may be gone."""
        return next((it for it, found in self._recorded().items() if found == branch), None)

    def _recorded(self) -> dict[Path, str]:
        """Return git's record: of each work tree its branch, empty where none is checked out."""
        found, folder = {}, self._root
        for line in self._records():
            word, _, rest = line.partition(" ")
            if word == "worktree":
                folder = Path(rest)
                found[folder] = ""
            elif word == "branch":
                found[folder] = rest.removeprefix("refs/heads/")
        return found

    def _records(self) -> list[str]:
        words = ("worktree", "list", "--porcelain")
        listed = self._git.read(*words, "-z")
        if listed.code == 0:
            return listed.output.split("\0")
        # Before git 2.36.
        return text_lines(self._git.text(*words))

    def add(self, branch: str, start: str, *, is_new: bool = True) -> Path:
        """Check out ``branch``, if new at ``start``, in a fresh work tree; returns its folder."""
        folder = self.check_beside(branch)
        what = ("--no-track", "-b", branch, str(folder), start) if is_new else (str(folder), branch)
        done = self._git.change("worktree", "add", "--quiet", *what)
        # A post-checkout hook that complains does so after the checkout.
        if done.code != 0 and self.of_branch(branch) is None:
            raise_refusal(f"{folder} could not be made.", done, mend_of(done, "git worktree list"))
        self._submodules.fill(folder)
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
        if folder in self._recorded():
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"{folder} is a work tree to git, and is not there.",
                    why="The fresh work tree of this hotfix would be there.",
                    next_command=f"git worktree remove --force {_quoted(folder)}, and try again",
                )
            )
        return folder

    def _gone(self, folder: Path, branch: str) -> Problem:
        """Return that a work tree is gone, and where its commits are."""
        if not branch:
            return Problem(
                ProblemCode.FAILED,
                what=f"{folder} is not there any more.",
                why="The hotfix is worked on there.",
                next_command="git worktree list; git switch, to its branch; then: hotfix resume",
            )
        at, quoted = self._git.text("rev-parse", f"refs/heads/{branch}")[:12], _quoted(folder)
        return Problem(
            ProblemCode.FAILED,
            what=f"{folder}, the work tree of {branch}, is not there any more.",
            why=f"Its commits are in this clone, up to {at}; "
            "what was not committed was in that folder alone.",
            next_command=f"git -C {_quoted(self._root)} worktree add --force {quoted} {branch}, "
            "then: hotfix resume; or, if it was moved: git worktree repair ITS-NEW-PLACE",
        )

    def bring_submodules(self, folder: Path) -> None:
        """Check out the commits of the submodules that the work tree has; as ``Submodules``."""
        self._submodules.bring(folder)

    def uncommitted(self, folder: Path) -> tuple[str, ...]:
        """Return the paths with changes that are not committed, untracked ones included.

        Our configuration is none of the engineer's work.
        """
        return tuple(path for _, path in self._listed(folder))

    def changed(self, folder: Path) -> tuple[str, ...]:
        """Return the paths with changes that are not committed, be it our configuration."""
        return tuple(path for _, path in self._status(folder))

    def seen(self, folder: Path) -> Seen:
        """Return what git shows as changed, whose ever it is."""
        return self._nobodys.apart(folder, self._status(folder))

    def what_clears(self, folder: Path) -> str:
        """Return the commands that put the work in ``folder`` aside; empty where none would."""
        is_all = not any(map(is_configuration, self.changed(folder)))
        return what_clears(self._git, folder, self._listed(folder), is_all=is_all)

    def refuse_to_overwrite(
        self, folder: Path, branch: str, start: str, again: str = "hotfix resume"
    ) -> None:
        """Raise ProblemError where a checkout of ``start`` would overwrite our configuration.

        ``again`` is the command that is given once that is out of the way.
        """
        ours = tuple(filter(is_configuration, self.changed(folder)))
        lost = would_change(self._git, folder, start, ours)
        if lost:
            head = self._git.read("symbolic-ref", "--quiet", "HEAD", folder=folder)
            on_branch = head.code == 0
            raise ProblemError(configuration_in_the_way(lost, branch, again, on_branch=on_branch))

    def _listed(self, folder: Path) -> list[tuple[str, str]]:
        return [each for each in self.seen(folder).work if not is_configuration(each[1])]

    def _status(self, folder: Path) -> list[tuple[str, str]]:
        """Return how git marks a path ("??" for one that it does not know), and the path."""
        listed = self._git.text(
            "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", folder=folder
        )
        entries = filter(None, listed.split("\x00"))
        return [(entry[:2], entry[_STATUS_PREFIX:]) for entry in entries]

    def untracked(self, folder: Path) -> tuple[str, ...]:
        """Return the paths that git does not know, is not told to ignore, and a fix is part of."""
        listed = self._git.text(
            "ls-files", "--others", "--exclude-standard", "-z", "--full-name", folder=folder
        )
        return tuple(
            path
            for path in listed.split("\x00")
            # What ends with a slash is a repository of its own.
            if path and not path.endswith("/") and not is_configuration(path)
        )


def _quoted(folder: Path) -> str:
    return shlex.quote(str(folder))
