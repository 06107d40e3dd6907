"""What a merge would make, without making it; wherever git can, without a work tree."""

from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import raise_refusal
from hotfix.adapters.git.scratch import NO_HOOKS, Scratch
from hotfix.domain.frozen import frozen

# It merges, or conflicts; some versions end with the second, and no tree, where one is unknown.
_ANSWERS = frozenset({0, 1})


@frozen
class TrialMerge:
    """The tree that a merge makes, full SHA, or the paths that conflict."""

    tree: str = ""
    conflicts: tuple[str, ...] = ()


def trial_merge(git: GitCommand, scratch: Scratch, into: str, sha: str) -> TrialMerge:
    """Merge ``sha`` into commit ``into`` for a trial.

    Raises:
        ProblemError: git refuses that, and not for a conflict.
    """
    words = ("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", into, sha)
    done = git.read(*words)
    tree, *conflicts = done.output.removesuffix("\0").split("\0")
    if done.code in _ANSWERS and tree:
        return TrialMerge(conflicts=tuple(conflicts)) if conflicts else TrialMerge(tree)
    # Before git 2.38.
    with scratch.tree(into) as folder:
        merging = ("merge", "--quiet", "--no-ff", "--no-commit", "--no-verify", sha)
        done = git.change(*NO_HOOKS, *merging, folder=folder)
        if found := unmerged(git, folder):
            return TrialMerge(conflicts=found)
        if done.code != 0:
            raise_refusal(f"{sha[:8]} cannot be merged for a trial.", done, "git status")
        return TrialMerge(git.text("write-tree", folder=folder).strip())


def unmerged(git: GitCommand, folder: Path) -> tuple[str, ...]:
    """Return the paths that conflict in the work tree ``folder``."""
    listed = git.text("diff", "--name-only", "--diff-filter=U", "-z", folder=folder)
    return tuple(filter(None, listed.split("\x00")))
