"""Brings a fix to a branch that it was not made for: by a merge where that brings nothing else.

Else by picks: a release is not given what is not for it. What does not apply is reported.
"""

from collections.abc import Sequence

from hotfix.adapters.git import replaying
from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.merges import Merges
from hotfix.adapters.git.scratch import Scratch
from hotfix.adapters.git.trial_merge import trial_merge
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import ProblemError
from hotfix.ports.repository import Bringing, NotReplayed


@frozen
class Fix:
    """What was merged."""

    merged: str  #: what the merge left its branch at, full SHA
    head: str  #: its last commit, full SHA
    own: tuple[str, ...]  #: its commits, oldest first, but for merges
    picks: tuple[str, ...]  #: what brings it, and nothing else, oldest first
    only: frozenset[str]  #: all that is on it and was on no other branch, merges too


class BringsFixes:
    """Implements that part of ``ports.repository.Repository``."""

    def __init__(self, git: GitCommand, scratch: Scratch, merges: Merges) -> None:
        self._git = git
        self._scratch = scratch
        self._merges = merges

    def bring(self, into: str, merged: str, head: str, cut_from: str) -> Bringing:
        """Return how ``into`` gets the fix."""
        fix = self._fix(merged, head, cut_from)
        if self._has(into, fix):
            return Bringing(is_there=True)
        if self._would_merge_it_alone(into, fix):
            conflicts = trial_merge(self._git, self._scratch, into, head).conflicts
            return Bringing(sha=head, conflicts=conflicts, by_hand=f"git merge {head[:12]}")
        left = [sha for sha in fix.picks if not self._is_in(into, sha)] or list(fix.picks)
        return self._pick(into, left)

    def _pick(self, into: str, left: list[str]) -> Bringing:
        while left:
            made = replaying.pick(self._git, self._scratch, into, left)
            if not isinstance(made, NotReplayed):
                return Bringing(sha=made.sha, picked=tuple(left), by_hand=self._by_hand(left))
            if made.conflicts:
                by_hand = self._by_hand(left)
                return Bringing(picked=tuple(left), conflicts=made.conflicts, by_hand=by_hand)
            # It changes nothing there: the rest may.
            left = [sha for sha in left if sha != made.sha]
        return Bringing(is_there=True)

    def _fix(self, merged: str, head: str, cut_from: str) -> Fix:
        before, picks = f"{merged}^", tuple[str, ...]()
        try:
            brought = self._merges.brought_by(merged, head, cut_from)
        except ProblemError:
            # Whoever merged it did so in a way that cannot be told: its own commits are known.
            pass
        else:
            before, picks = brought.before, tuple(reversed(brought.commits))
        apart = (head, f"^{cut_from}", f"^{before}")
        own = self._git.text("rev-list", "--reverse", "--topo-order", "--no-merges", *apart, "--")
        only = self._git.text("rev-list", *apart, "--").split()
        # Where the branch that it went into lacked what it was cut from, that came along.
        is_alone = bool(picks) and self._git.is_ancestor(cut_from, before)
        commits = tuple(own.split())
        # A fix that was made in a merge has no commits but that.
        chosen = (picks if is_alone else commits) or picks or (merged,)
        return Fix(merged, head, commits, chosen, frozenset(only))

    def _would_merge_it_alone(self, into: str, fix: Fix) -> bool:
        brings = self._git.text("rev-list", fix.head, f"^{into}", "--").split()
        # Nothing where it was there, and was reverted: a merge would not bring it again.
        return bool(brings) and fix.only.issuperset(brings)

    def _has(self, into: str, fix: Fix) -> bool:
        if any(self._merges.contains(into, sha) for sha in (fix.head, fix.merged)):
            return True
        if self._would_merge_it_alone(into, fix) and self._merges.has_already(into, fix.head):
            return True
        return any(
            bool(names) and all(self._is_in(into, sha) for sha in names)
            for names in (fix.picks, fix.own)
        )

    def _is_in(self, into: str, sha: str) -> bool:
        """Tell whether a commit is there, by its own name or by another, and not reverted."""
        if self._git.is_ancestor(sha, into):
            return self._merges.contains(into, sha)
        # Of that side nothing but the one commit: what is marked on the other is its like.
        marked = ("log", "--format=%m%H", "--cherry-mark", f"{into}...{sha}", "--not", f"{sha}^@")
        alike = {it[1:] for it in self._git.text(*marked, "--").split() if it.startswith("=")}
        # One that was resolved has another patch.
        said = f"--grep=(cherry picked from commit {sha})"
        picked = ("log", "--format=%H", "--fixed-strings", said, into, f"^{sha}", "--")
        alike |= set(self._git.text(*picked).split())
        return any(self._merges.contains(into, it) for it in alike - {sha})

    def _by_hand(self, shas: Sequence[str]) -> str:
        words = [f"git cherry-pick -x {each}" for each in _in_rows(self._git, shas)]
        return " && ".join(words)


def _in_rows(git: GitCommand, shas: Sequence[str]) -> list[str]:
    """Return what one `git cherry-pick` each can pick: a merge needs a word of its own."""
    rows: list[str] = []
    was_merge = True
    for sha in shas:
        parents = git.text("rev-list", "--parents", "--max-count=1", sha, "--").split()[1:]
        is_merge = len(parents) > 1
        if is_merge or was_merge:
            rows.append(f"-m 1 {sha[:12]}" if is_merge else sha[:12])
        else:
            rows[-1] += f" {sha[:12]}"
        was_merge = is_merge
    return rows
