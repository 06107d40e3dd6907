"""The clone that the operator stands in: branches, commits, pushes. Uncommitted work is theirs."""

from collections.abc import Sequence
from pathlib import Path

from hotfix.adapters.git import changes, replaying
from hotfix.adapters.git.authorship import Authorship
from hotfix.adapters.git.branch_names import BranchNames, names_in
from hotfix.adapters.git.bringing import BringsFixes
from hotfix.adapters.git.command import HOOK_SECONDS, GitCommand, open_repository
from hotfix.adapters.git.foreign_branch import ForeignBranch
from hotfix.adapters.git.going_along import goes_along
from hotfix.adapters.git.half_way import went_half_way
from hotfix.adapters.git.in_the_way import (
    dirty,
    diverged,
    not_to_be_committed,
)
from hotfix.adapters.git.locks import refuse_a_locked_index
from hotfix.adapters.git.merges import Merges
from hotfix.adapters.git.named_commit import commit_named
from hotfix.adapters.git.needs import GitNeeds
from hotfix.adapters.git.publishing import Publishing
from hotfix.adapters.git.refusals import mend_of, raise_refusal
from hotfix.adapters.git.scratch import Scratch
from hotfix.adapters.git.snapshots import Snapshots
from hotfix.adapters.git.trial_merge import trial_merge
from hotfix.adapters.git.unfinished import refuse_the_unfinished
from hotfix.adapters.git.work_trees import WorkTrees
from hotfix.domain.lines import text_lines
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.readiness import Need
from hotfix.ports.repository import (
    Bringing,
    Brought,
    Change,
    Commit,
    Diff,
    FileChange,
    NotReplayed,
    Replayed,
    Uncommitted,
    WorkTree,
    is_configuration,
)

_HEADS = "refs/heads/"


class GitRepository(Authorship):
    """Implements ``ports.repository.Repository``; ``at`` makes one, which stands in ``root``."""

    def __init__(
        self, git: GitCommand, root: Path, remote: str, scratch: Path | None = None
    ) -> None:
        super().__init__(git)
        self._root = root
        self._remote = remote
        self._names = BranchNames(git, remote)
        self._trees = WorkTrees(git, root)
        self._scratch = Scratch(git, scratch)
        self._merges = Merges(git, self._scratch, remote)
        self._fixes = BringsFixes(git, self._scratch, self._merges)

    @classmethod
    def at(
        cls,
        folder: Path,
        *,
        remote: str,
        network_timeout_seconds: float,
        hook_seconds: float = HOOK_SECONDS,
        signs_off: bool = False,
    ) -> "GitRepository":
        """Open the repository that ``folder`` is in; the rest is as of ``GitCommand``.

        Raises:
            ProblemError: there is none, or git is missing.
        """
        repository = open_repository(folder)
        git = GitCommand(repository, network_timeout_seconds, hook_seconds, signs_off=signs_off)
        return cls(git, Path(str(repository.working_tree_dir)), remote)

    def of_run(self, scratch: Path) -> "GitRepository":
        """Return the same one, whose temporary work trees are in ``scratch``: the run's alone."""
        return GitRepository(self._git, self._root, self._remote, scratch)

    def clear_temporary_trees(self) -> None:
        """Remove the temporary work trees that a killed process of this run left."""
        self._scratch.clear()

    def needs(self, base: str, prefix: str = "hotfix/", into: str = "") -> tuple[Need, ...]:
        """Return what git needs for a hotfix, and how it stands.

        It is cut from ``base``, as a branch that begins with ``prefix``, and merged ``into`` one.
        """
        return GitNeeds(self._git, self._remote, self._names, prefix, into).all(base)

    def push_address(self) -> str:
        """Return where pushes go, as git has it; empty where there is no such remote.

        It may hold a password: it is for comparing, and never for showing.
        """
        found = self._git.read("remote", "get-url", "--push", self._remote)
        return found.output.strip() if found.code == 0 else ""

    def work_tree(self, folder: Path | None = None) -> WorkTree:
        """Return what is checked out in ``folder``; by default, where the operator stands."""
        return self._trees.at(folder or self._root)

    def update_base(self, base: str) -> str:
        """Fetch ``base`` and bring the local branch up to it; returns the remote's commit."""
        self.check_branch_name(base)
        tracking = f"refs/remotes/{self._remote}/{base}"
        fetched = self._git.network(
            "fetch", "--no-tags", "--quiet", self._remote, f"+refs/heads/{base}:{tracking}"
        )
        if fetched.code != 0:
            raise_refusal(
                f"{base} cannot be fetched from {self._remote}.",
                fetched,
                f"git remote -v; git ls-remote --heads {self._remote}",
            )
        theirs = self._git.commit_of(tracking)
        ours = self.branch_commit(base)
        if theirs is None:
            raise_refusal(f"{self._remote} has no {base}.", fetched, "git branch --remotes")
        if ours is not None and ours != theirs:
            self._fast_forward(base, ours, theirs, may_stay=True)
        return theirs

    def check_branch_name(self, branch: str) -> None:
        """Ask git whether ``branch`` is a valid name; raises ProblemError if not."""
        self._names.check(branch)

    def free_name(self, branch: str) -> str:
        """Return ``branch``, or the first of ``branch-2`` and so on that is no branch yet."""
        return self._names.free(branch)

    def check_cut(self, branch: str, *, beside: bool) -> None:
        """Refuse what would stop ``cut_branch``, as far as it can be told before; changes nothing.

        Raises:
            ProblemError: the name is of no use, or uncommitted work, something unfinished or a
                locked index is in the way.
            TemporaryTroubleError: a git that lives has locked the index.
        """
        self._names.check_new(branch, "hotfix start, and describe the incident in other words")
        self._names.check_there(branch)
        if beside:
            self._trees.check_beside(branch)
            return
        refuse_the_unfinished(self._git, self._root)
        uncommitted = self.work_tree().uncommitted
        if uncommitted:
            clearing = self._trees.what_clears(self._root)
            again = f"{clearing}, then again; or: " if clearing else ""
            raise ProblemError(dirty(uncommitted, f"{again}hotfix start ... --worktree"))
        refuse_a_locked_index(self._git, self._root)

    def cut_branch(self, branch: str, start: str, *, beside: bool) -> Path:
        """Create ``branch`` at ``start`` and check it out; returns the folder to work in."""
        self._names.check_new(branch, "hotfix abort, and describe the incident in other words")
        if beside:
            return self._trees.add(branch, start)
        # Looked at before the run began, too; its questions may have stood for long since.
        refuse_the_unfinished(self._git, self._root)
        uncommitted = self.work_tree().uncommitted
        if uncommitted and not (
            went_half_way(self._git, self._root, start, uncommitted)
            or goes_along(self._git, self._root, start, uncommitted)
        ):
            raise ProblemError(dirty(uncommitted, clears=self._trees.what_clears(self._root)))
        done = self._git.change("checkout", "--quiet", "--no-track", "-b", branch, start, "--")
        # A post-checkout hook that complains does so after the checkout.
        if done.code != 0 and self.work_tree().branch != branch:
            self._trees.refuse_to_overwrite(self._root, branch, start)
            raise_refusal(f"{branch} cannot be checked out.", done, mend_of(done, "git status"))
        self._trees.bring_submodules(self._root)
        return self._root

    def check_out_from_remote(self, branch: str, start: str, *, beside: bool) -> Path:
        """Bring a branch that was cut elsewhere into this clone; returns the folder to work in."""
        self.check_branch_name(branch)
        if self.remote_commit(branch) is None and self.branch_commit(branch) is None:
            return self.cut_branch(branch, start, beside=beside)
        return ForeignBranch(self._git, self._root, self._remote, branch).check_out(beside=beside)

    def branch_commit(self, branch: str) -> str | None:
        """Return the commit of the local branch, or None."""
        return self._git.commit_of(f"refs/heads/{branch}")

    def remote_commit(self, branch: str) -> str | None:
        """Ask the remote for the commit of its branch, or None."""
        ref = f"refs/heads/{branch}"
        listed = self._git.network("ls-remote", "--heads", self._remote, ref)
        if listed.code != 0:
            raise_refusal(f"{self._remote} cannot be read.", listed, "git remote -v")
        for line in text_lines(listed.output):
            sha, _, name = line.partition("\t")
            if name == ref:
                return sha
        return None

    def folder_of(self, branch: str) -> Path | None:
        """Return the work tree that has ``branch`` checked out, or None; raises if it is gone."""
        return self._trees.of_run(branch)

    def publish(self, branch: str, sha: str) -> None:
        """Make ``sha``, and no later commit, the remote's ``branch``; never by force."""
        Publishing(self._git, self._root, self._remote, self.remote_commit).publish(branch, sha)

    def change_since(self, base: str, branch: str) -> Change:
        """Return what ``branch``, with its work tree, changes since commit ``base``."""
        return changes.change_since(self._git, self._trees, base, branch)

    def changed_files(self, old: str, new: str) -> tuple[FileChange, ...]:
        """Return which files ``new`` changes in ``old``, as ``diff`` does, without their lines."""
        return changes.changed_files(self._git, old, new)

    def diff(self, old: str, new: str) -> Diff:
        """Return what ``new`` changes in ``old``, each a commit or a tree that is here."""
        return changes.diff(self._git, old, new)

    def catch_up(self, branch: str) -> str:
        """Bring the local ``branch`` and its work tree up to the remote's; returns its commit."""
        theirs, ours = self.fetch(branch), self._git.text("rev-parse", _HEADS + branch).strip()
        if theirs is None or self._git.is_ancestor(theirs, ours):
            return ours
        if not self._git.is_ancestor(ours, theirs):
            raise ProblemError(diverged(branch, self._remote))
        self._move_on(branch, ours, theirs)
        return theirs

    def uncommitted(self, branch: str) -> Uncommitted:
        """Return what in the work tree of ``branch`` is not committed, and its snapshot."""
        folder = self._folder_with(branch)
        # Before anything is asked: what another git is changing is half of this, half of that.
        refuse_a_locked_index(self._git, folder)
        seen = self._trees.seen(folder)
        listed = {path for _, path in seen.work if not is_configuration(path)}
        taken = Snapshots(self._git, folder).take(seen)
        left = {path for path in listed if path.rstrip("/") not in taken.paths}
        # What was put back meanwhile is not left.
        if left and left & {*self._trees.uncommitted(folder)}:
            raise ProblemError(not_to_be_committed(sorted(left), folder))
        return taken

    def commit(self, branch: str, message: str, tree: str) -> str:
        """Commit the files as they are in the snapshot ``tree``; returns the new SHA."""
        return Snapshots(self._git, self._folder_with(branch)).commit(tree, message)

    def _folder_with(self, branch: str) -> Path:
        folder = self.folder_of(branch)
        if folder is None:
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"No folder has {branch} checked out.",
                    why="What is not committed elsewhere is no part of the fix.",
                    next_command=f"git switch {branch}, then: hotfix resume",
                )
            )
        return folder

    def log_between(self, old: str, new: str) -> Sequence[Commit]:
        """Return the commits that ``new`` has and ``old`` has not, oldest first."""
        if self._git.commit_of(old) is None or self._git.commit_of(new) is None:
            return ()
        return changes.log(self._git, old, new)

    def fetch(self, branch: str) -> str | None:
        """Fetch the remote's ``branch`` and return its commit, or None; no local branch moves."""
        self.check_branch_name(branch)
        tracking = f"refs/remotes/{self._remote}/{branch}"
        words = ("fetch", "--no-tags", "--quiet", self._remote)
        fetched = self._git.network(*words, f"+refs/heads/{branch}:{tracking}")
        is_missing = "couldn't find remote ref" in fetched.errors
        if fetched.code != 0 and not is_missing:
            raise_refusal(f"{branch} cannot be fetched.", fetched, f"git fetch {self._remote}")
        return None if is_missing else self._git.commit_of(tracking)

    def resolve(self, name: str) -> str | None:
        """Return the full SHA of a commit that is here, by a shortened one, or None."""
        return None if name.startswith("^") else self._git.commit_of(name)

    def commit_named(self, name: str) -> str | None:
        """Return the commit of a branch, tag or anything else that is named, as of now, or None."""
        return commit_named(self._git, self._remote, name)

    def contains(self, tip: str, sha: str) -> bool:
        """Tell whether ``sha`` is in the history of ``tip``, and not reverted there."""
        return self._merges.contains(tip, sha)

    def comes_from(self, tip: str, sha: str) -> bool:
        """Tell whether ``sha`` is in the history of ``tip``, whatever was done to it since."""
        return self._git.is_ancestor(sha, tip)

    def only_in(self, new: str, old: str) -> Sequence[Commit]:
        """Return the commits of ``new`` whose change ``old`` has not, oldest first."""
        return changes.log(self._git, old, new, "--cherry-pick", "--right-only", dots="...")

    def brought_by(self, sha: str, head: str, cut_from: str = "") -> Brought:
        """Return what the merge of ``head``, which left a branch at ``sha``, brought to it."""
        return self._merges.brought_by(sha, head, cut_from)

    def carries(self, tip: str, sha: str, others: Sequence[str]) -> bool:
        """Tell whether ``tip`` carries anything of what the merge ``sha`` brought."""
        return self._merges.carries(tip, sha, others)

    def revert(self, branch: str, start: str, brought: Brought) -> Replayed | NotReplayed:
        """Create the local ``branch``: ``start``, with what was ``brought`` reverted on top."""
        self.check_branch_name(branch)
        return self._merges.revert(branch, start, brought)

    def pick(self, branch: str, shas: Sequence[str]) -> Replayed | NotReplayed:
        """Pick commits onto ``branch`` and its work tree: all of them, or none."""
        before = self._git.text("rev-parse", "--verify", f"refs/heads/{branch}").strip()
        folder = self.folder_of(branch)
        uncommitted = self._trees.uncommitted(folder) if folder is not None else ()
        if folder is not None and uncommitted:
            raise ProblemError(dirty(uncommitted, clears=self._trees.what_clears(folder)))
        made = replaying.pick(self._git, self._scratch, before, shas)
        if isinstance(made, Replayed):
            self._fast_forward(branch, before, made.sha)
        return made

    def conflicts(self, into: str, sha: str) -> Sequence[str]:
        """Return the paths that conflict when ``sha`` is merged into commit ``into``."""
        return trial_merge(self._git, self._scratch, into, sha).conflicts

    def has_already(self, into: str, sha: str) -> bool:
        """Tell whether commit ``into`` has all that merging ``sha`` would bring, by any name."""
        return self._merges.has_already(into, sha)

    def branches(self) -> Sequence[str]:
        """Ask the remote for the names of all its branches."""
        listed = self._git.network("ls-remote", "--heads", self._remote)
        if listed.code != 0:
            raise_refusal(f"{self._remote} cannot be read.", listed, "git remote -v")
        return sorted(names_in(listed.output))

    def bring(self, into: str, merged: str, head: str, cut_from: str) -> Bringing:
        """Return how commit ``into`` gets the fix; no branch moves, nothing is forced."""
        return self._fixes.bring(into, merged, head, cut_from)

    def _fast_forward(self, base: str, ours: str, theirs: str, *, may_stay: bool = False) -> None:
        if self._git.is_ancestor(theirs, ours):
            # Local commits that nobody has pushed: the hotfix is cut without them.
            return
        if not self._git.is_ancestor(ours, theirs):
            if may_stay:
                return
            raise ProblemError(diverged(base, self._remote))
        folder = self._trees.registered(base)
        # One that is gone may come back, and would then have taken back what came meanwhile.
        if may_stay and folder is not None and not folder.is_dir():
            return
        if folder is None or not self._trees.uncommitted(folder):
            self._move_on(base, ours, theirs, may_stay=may_stay)

    def _move_on(self, branch: str, ours: str, theirs: str, *, may_stay: bool = False) -> None:
        folder = self.folder_of(branch)
        if folder is None:
            self._git.text("update-ref", f"refs/heads/{branch}", theirs, ours)
            return
        done = self._git.change("merge", "--quiet", "--ff-only", theirs, folder=folder)
        if done.code != 0:
            # A branch that is only cut from may stay behind, where its work tree has changes.
            if may_stay and self._trees.changed(folder):
                return
            mend = mend_of(done, "git status")
            raise_refusal(f"{branch} cannot be brought up to date.", done, mend)
        self._trees.bring_submodules(folder)
