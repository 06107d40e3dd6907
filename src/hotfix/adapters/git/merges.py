"""The merges of a clone: what they brought, whether it is there still, and how it is reverted."""

from collections.abc import Sequence

from hotfix.adapters.git import replaying
from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.in_the_way import branch_exists
from hotfix.adapters.git.merged import brought_by
from hotfix.adapters.git.scratch import Scratch
from hotfix.adapters.git.trial_merge import trial_merge
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.repository import Brought, NotReplayed, Replayed


class Merges:
    """Implements that part of ``ports.repository.Repository``."""

    def __init__(self, git: GitCommand, scratch: Scratch, remote: str) -> None:
        self._git = git
        self._scratch = scratch
        self._remote = remote

    def brought_by(self, sha: str, head: str, cut_from: str = "") -> Brought:
        """Return what the merge of ``head``, which left a branch at ``sha``, brought to it."""
        if head and not self._is_here(head):
            self._git.network("fetch", "--no-tags", "--quiet", self._remote, head)
        known = head if head and self._is_here(head) else ""
        return brought_by(self._git, self._scratch, sha, known, cut_from)

    def contains(self, tip: str, sha: str) -> bool:
        """Tell whether ``sha`` is in the history of ``tip``, and not reverted there."""
        if not self._git.is_ancestor(sha, tip):
            return False
        words = ("log", "--format=%H", "--fixed-strings", f"--grep={replaying.reverts(sha)}")
        reverts = self._git.text(*words, f"{sha}..{tip}", "--").split()
        # A revert that was reverted brought it back.
        return not any(self.contains(tip, each) for each in reverts)

    def carries(self, tip: str, sha: str, others: Sequence[str]) -> bool:
        """Tell whether ``tip`` carries anything of what the merge ``sha`` brought."""
        if not self._git.is_ancestor(sha, tip):
            return any(self.contains(tip, other) for other in others)
        # What came another way as well, to the base, say.
        if any(self.contains(tip, it) for it in others if not self._git.is_ancestor(it, sha)):
            return True
        try:
            brought = self.brought_by(sha, *others[:1] or ("",))
        except (ProblemError, TemporaryTroubleError):
            return self.contains(tip, sha)
        if not any(self.contains(tip, each) for each in brought.commits):
            return False
        return not replaying.is_undone(self._git, tip, brought)

    def has_already(self, into: str, sha: str) -> bool:
        """Tell whether ``into`` has all that merging ``sha`` would bring, under whatever names.

        Where the same lines were changed further, the merge conflicts: then it is there if each of
        its changes is, and none of them was reverted.
        """
        made = trial_merge(self._git, self._scratch, into, sha)
        if not made.conflicts:
            return made.tree == self._git.text("rev-parse", f"{into}^{{tree}}").strip()
        marked = ("log", "--format=%m%H", "--cherry-mark", f"{into}...{sha}")
        theirs = self._git.text(*marked, "--right-only", "--").split()
        ours = self._git.text(*marked, "--left-only", "--").split()
        return all(it.startswith("=") for it in theirs) and all(
            self.contains(into, it[1:]) for it in ours if it.startswith("=")
        )

    def revert(self, branch: str, start: str, brought: Brought) -> Replayed | NotReplayed:
        """Create the local ``branch``: ``start``, with what was ``brought`` reverted on top."""
        ref, newest = f"refs/heads/{branch}", brought.commits[0]
        existing = self._git.read("rev-parse", "--verify", "--quiet", ref)
        if existing.code == 0:
            sha = existing.output.strip()
            said = self._git.text("log", "--format=%B", f"{newest}..{sha}", "--")
            if all(replaying.reverts(each) in said for each in brought.commits):
                return Replayed(sha)
            raise ProblemError(branch_exists(branch, "hotfix abort"))
        made = replaying.revert(self._git, self._scratch, start, brought)
        if isinstance(made, Replayed):
            self._git.text("update-ref", ref, made.sha, "0" * len(made.sha))
        return made

    def _is_here(self, sha: str) -> bool:
        return self._git.read("cat-file", "-e", f"{sha}^{{commit}}").code == 0
