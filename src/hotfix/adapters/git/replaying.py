"""Makes commits in a temporary work tree: reverts and picks. Nobody's work is touched.

What does not apply is reported, never forced, and leaves nothing half-done: the branch moves only
when everything applied.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import GitResult, raise_refusal
from hotfix.adapters.git.scratch import NO_HOOKS, Scratch
from hotfix.adapters.git.trial_merge import unmerged
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.repository import Brought, NotReplayed, Replayed


def revert(
    git: GitCommand, scratch: Scratch, start: str, brought: Brought
) -> Replayed | NotReplayed:
    """Take back what was ``brought``, in one commit on top of ``start``."""
    newest = brought.commits[0]
    with scratch.tree(start, _names(git, brought.before, newest)) as folder:
        # The whole difference at once: commits one by one may conflict where that does not.
        words = ("merge-recursive", newest, "--", "HEAD", brought.before)
        merged = git.change(*NO_HOOKS, *words, folder=folder)
        conflicts = unmerged(git, folder)
        if conflicts or (merged.code == 0 and _is_empty(git, folder)):
            return NotReplayed(newest, conflicts)
        if merged.code != 0:
            _refuse("revert", merged, newest)
        # As `git revert` does: what is asked before a commit of somebody's own is not asked.
        message = f"--message={_message(git, brought)}"
        done = git.change("commit", "--quiet", "--no-verify", message, folder=folder)
        if done.code != 0:
            _refuse("revert", done, newest)
        made = git.text("rev-parse", "HEAD", folder=folder).strip()
    others = _names(git, brought.before, made)
    if not others <= _names(git, newest, start):
        raise ProblemError(_not_as_before(newest, others - _names(git, newest, start)))
    return Replayed(made, tuple(sorted(others)))


def _message(git: GitCommand, brought: Brought) -> str:
    newest = brought.commits[0]
    subject = git.text("log", "--max-count=1", "--format=%s", newest, "--").strip()
    lines = [f"{reverts(sha)}." for sha in brought.commits]
    return f'Revert "{subject}"\n\n' + "\n".join(lines)


def reverts(sha: str) -> str:
    """Return the words by which git says that a commit reverts another one."""
    return f"This reverts commit {sha}"


def _names(git: GitCommand, old: str, new: str) -> set[str]:
    listed = git.text("diff-tree", "-r", "--name-only", "--no-renames", "-z", old, new)
    return set(filter(None, listed.split("\0")))


def is_undone(git: GitCommand, tip: str, brought: Brought) -> bool:
    """Tell whether every file that was changed is, in ``tip``, as it was before."""
    changed = _names(git, brought.before, brought.commits[0])
    return not changed & _names(git, brought.before, tip)


def _not_as_before(sha: str, paths: Collection[str]) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The revert of {sha[:8]} does not bring back what was before; it is thrown away.",
        why=f"Not as before: {', '.join(sorted(paths))}. A hook or a merge driver may have its "
        "hands in it.",
        next_command=f"git revert {sha[:12]}, by hand",
    )


def pick(
    git: GitCommand, scratch: Scratch, start: str, shas: Sequence[str]
) -> Replayed | NotReplayed:
    """Pick ``shas`` on top of ``start``, in their order; each names where it came from."""
    made = Replayed(start)
    touched = {path for sha in shas for path in _names(git, f"{sha}^", sha)}
    with scratch.tree(start, touched) as folder:
        for sha in shas:
            words = ("cherry-pick", "-x", *_mainline(git, sha), sha)
            result = _replayed(git, folder, "cherry-pick", words, sha)
            if isinstance(result, NotReplayed):
                return result
            made = result
    return made


def _replayed(
    git: GitCommand, folder: Path, verb: str, words: Sequence[str], sha: str
) -> Replayed | NotReplayed:
    done = git.change(*words, folder=folder)
    if done.code == 0:
        return Replayed(git.text("rev-parse", "HEAD", folder=folder).strip())
    conflicts = unmerged(git, folder)
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


def _mainline(git: GitCommand, sha: str) -> tuple[str, ...]:
    """Return which side of a merge commit is what was there before."""
    parents = git.text("rev-list", "--parents", "--max-count=1", sha, "--").split()[1:]
    return ("--mainline", "1") if len(parents) > 1 else ()
