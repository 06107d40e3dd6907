"""Makes commits in a temporary work tree: reverts, picks, trial merges. Nobody's work is touched.

What does not apply is reported, never forced, and leaves nothing half-done: the branch moves only
when everything applied.
"""

from collections.abc import Sequence
from pathlib import Path

from hotfix.adapters.git.command import GitCommand, GitResult, raise_refusal
from hotfix.adapters.git.scratch import NO_HOOKS, Scratch
from hotfix.ports.repository import NotReplayed, Replayed


def revert(
    git: GitCommand, scratch: Scratch, start: str, sha: str, commits: int
) -> Replayed | NotReplayed:
    """Revert the last ``commits`` commits up to ``sha`` on top of ``start``, newest first."""
    which = (f"{sha}~{commits}..{sha}",) if commits > 1 else (*_mainline(git, sha), sha)
    words = ("revert", "--no-edit", *which)
    with scratch.tree(start) as folder:
        return _replayed(git, folder, "revert", words, sha)


def pick(
    git: GitCommand, scratch: Scratch, start: str, shas: Sequence[str]
) -> Replayed | NotReplayed:
    """Pick ``shas`` on top of ``start``, in their order; each names where it came from."""
    made = Replayed(start)
    with scratch.tree(start) as folder:
        for sha in shas:
            words = ("cherry-pick", "-x", *_mainline(git, sha), sha)
            result = _replayed(git, folder, "cherry-pick", words, sha)
            if isinstance(result, NotReplayed):
                return result
            made = result
    return made


def conflicts_of_merge(git: GitCommand, scratch: Scratch, into: str, sha: str) -> tuple[str, ...]:
    """Return the paths that conflict when ``sha`` is merged into ``into``."""
    with scratch.tree(into) as folder:
        words = ("merge", "--quiet", "--no-ff", "--no-commit", "--no-verify", sha)
        done = git.change(*NO_HOOKS, *words, folder=folder)
        if done.code == 0:
            return ()
        conflicts = _unmerged(git, folder)
        if not conflicts:
            raise_refusal(f"{sha[:8]} cannot be merged for a trial.", done, "git status")
        return conflicts


def _replayed(
    git: GitCommand, folder: Path, verb: str, words: Sequence[str], sha: str
) -> Replayed | NotReplayed:
    done = git.change(*words, folder=folder)
    if done.code == 0:
        return Replayed(git.text("rev-parse", "HEAD", folder=folder).strip())
    conflicts = _unmerged(git, folder)
    if not conflicts and not _is_empty(git, folder):
        _refuse(verb, done, sha)
    head = "REVERT_HEAD" if verb == "revert" else "CHERRY_PICK_HEAD"
    at = git.read("rev-parse", "--verify", "--quiet", head, folder=folder).output.strip()
    return NotReplayed(at or sha, conflicts)


def _refuse(verb: str, done: GitResult, sha: str) -> None:
    """Raise for what is no conflict: a hook, a missing identity or key."""
    raise_refusal(
        f"git {verb} of {sha[:8]} was refused.", done, f"git {verb} {sha[:12]}, by hand, to see why"
    )


def _is_empty(git: GitCommand, folder: Path) -> bool:
    """Tell whether nothing was left to change: it is there, or undone, already."""
    return not git.text("status", "--porcelain", "--untracked-files=no", folder=folder).strip()


def _unmerged(git: GitCommand, folder: Path) -> tuple[str, ...]:
    listed = git.text("diff", "--name-only", "--diff-filter=U", "-z", folder=folder)
    return tuple(filter(None, listed.split("\x00")))


def _mainline(git: GitCommand, sha: str) -> tuple[str, ...]:
    """Return which side of a merge commit is what was there before."""
    parents = git.text("rev-list", "--parents", "--max-count=1", sha, "--").split()[1:]
    return ("--mainline", "1") if len(parents) > 1 else ()
