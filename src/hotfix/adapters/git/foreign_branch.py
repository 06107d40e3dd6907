"""A branch that was cut on another machine: fetched, and checked out without touching any work."""

from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.half_way import went_half_way
from hotfix.adapters.git.refusals import raise_refusal
from hotfix.adapters.git.work_trees import WorkTrees
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

_AGAIN = "hotfix takeover RUN"


class ForeignBranch:
    """One branch of the remote (a valid name), brought into the clone that is stood in."""

    def __init__(self, git: GitCommand, root: Path, remote: str, branch: str) -> None:
        self._git = git
        self._root = root
        self._remote = remote
        self._branch = branch
        self._trees = WorkTrees(git, root)

    def check_out(self, *, beside: bool) -> Path:
        """Fetch it and check it out; returns the folder to work in.

        Raises:
            ProblemError: it cannot be fetched, there is uncommitted work in the way, or the local
                branch of that name has gone another way.
        """
        theirs = self._fetched()
        folder = self._trees.of_run(self._branch)
        ours = self._git.commit_of(f"refs/heads/{self._branch}")
        if folder is None and not beside:
            self._refuse_uncommitted(self._root, theirs)
        if ours is not None:
            self._bring_up(ours, theirs, folder)
        if folder is not None:
            return folder
        if beside:
            return self._trees.add(self._branch, theirs, is_new=ours is None)
        cut = ("-b", self._branch, theirs) if ours is None else (self._branch,)
        no_track = ("--no-track",) if ours is None else ()
        done = self._git.change("checkout", "--quiet", *no_track, *cut, "--")
        if done.code != 0:
            towards = theirs if ours is None else self._branch
            self._trees.refuse_to_overwrite(self._root, self._branch, towards, _AGAIN)
            raise_refusal(f"{self._branch} cannot be checked out.", done, "git status")
        self._trees.bring_submodules(self._root)
        return self._root

    def _fetched(self) -> str:
        tracking = f"refs/remotes/{self._remote}/{self._branch}"
        fetched = self._git.network(
            "fetch", "--no-tags", "--quiet", self._remote, f"+refs/heads/{self._branch}:{tracking}"
        )
        theirs = self._git.commit_of(tracking) if fetched.code == 0 else None
        if theirs is None:
            raise_refusal(
                f"{self._branch} cannot be fetched from {self._remote}.",
                fetched,
                f"git ls-remote --heads {self._remote}",
            )
        return theirs

    def _bring_up(self, ours: str, theirs: str, folder: Path | None) -> None:
        """Fast-forward the local branch; commits that it has and the remote has not stay."""
        if self._git.is_ancestor(theirs, ours):
            return
        if not self._git.is_ancestor(ours, theirs):
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"{self._branch} here and on {self._remote} have gone different ways.",
                    why="Each has commits that the other has not.",
                    next_command=f"git log --oneline --left-right "
                    f"{self._branch}...{self._remote}/{self._branch}; "
                    f"git branch -m {self._branch} {self._branch}-old",
                )
            )
        if folder is None:
            self._git.text("update-ref", f"refs/heads/{self._branch}", theirs, ours)
            return
        self._refuse_uncommitted(folder, theirs)
        done = self._git.change("merge", "--quiet", "--ff-only", theirs, folder=folder)
        if done.code != 0:
            self._trees.refuse_to_overwrite(folder, self._branch, theirs, _AGAIN)
            raise_refusal(f"{self._branch} cannot be brought up to date.", done, "git status")
        self._trees.bring_submodules(folder)

    def _refuse_uncommitted(self, folder: Path, towards: str) -> None:
        uncommitted = self._trees.uncommitted(folder)
        if uncommitted and not went_half_way(self._git, folder, towards, uncommitted):
            clearing = self._trees.what_clears(folder)
            aside = f"; or {clearing}, then again" if clearing else ""
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what="There is uncommitted work here, and it stays untouched.",
                    why=f"Not committed in {folder}: {', '.join(uncommitted[:3])}.",
                    next_command=f"{_AGAIN} --worktree{aside}",
                )
            )
