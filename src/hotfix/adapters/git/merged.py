"""What a merge brought to a branch, told from the commits themselves.

Which method was configured says little: the branch's rules, the merge queue, or a person may have
merged in another way.
"""

from collections.abc import Iterator

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.scratch import Scratch
from hotfix.adapters.git.trial_merge import trial_merge
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.repository import Brought

# Whoever rebases a commit leaves these as they are: author, their time, and the subject.
_IDENTITY = "--format=%H%x00%an%x00%ae%x00%at%x00%s"


def brought_by(
    git: GitCommand, scratch: Scratch, sha: str, head: str, cut_from: str = ""
) -> Brought:
    """Return what the merge of ``head`` brought, which left the branch at ``sha``.

    Args:
        git: in the clone.
        scratch: for a trial merge, where this git needs a work tree for that.
        sha: a merge commit, a squashed one, or the last of those that were rebased or pushed.
        head: the last commit of what was merged, full SHA; empty where that is not known.
        cut_from: the commit that it was cut from; empty where that is not known.

    Raises:
        ProblemError: the trees say that it was something else.
    """
    parents = git.text("rev-list", "--parents", "--max-count=1", sha, "--").split()[1:]
    if not parents:
        raise ProblemError(_unclear(sha, head))
    if cut_from and head and git.is_ancestor(sha, head):
        # Pushed as it is: nothing was made for it.
        pushed = git.text("rev-list", f"{cut_from}..{sha}", "--").split()
        return Brought(cut_from, tuple(pushed) or (sha,))
    if len(parents) > 1:
        return Brought(parents[0], (sha,), is_merge=True)
    if not head:
        raise ProblemError(_unclear(sha, head))
    commits = _made_anew(git, sha, head)
    before = git.text("rev-parse", f"{commits[-1]}^").strip()
    expected = trial_merge(git, scratch, before, head).tree
    if expected not in {"", git.text("rev-parse", f"{sha}^{{tree}}").strip()}:
        raise ProblemError(_unclear(sha, head))
    return Brought(before, commits)


def _made_anew(git: GitCommand, sha: str, head: str) -> tuple[str, ...]:
    """Return the commits up to ``sha``, newest first, that a rebase of ``head`` made, or itself."""
    theirs = [each[1:] for each in _log(git, "--no-merges", f"{sha}..{head}")]
    made: list[str] = []
    at = 0
    for name, *identity in _log(git, "--first-parent", f"--max-count={len(theirs) + 1}", sha):
        found = next((i for i in range(at, len(theirs)) if theirs[i] == identity), None)
        if found is None:
            break
        made.append(name)
        at = found + 1
    return tuple(made) or (sha,)


def _log(git: GitCommand, *words: str) -> Iterator[list[str]]:
    listed = git.text("log", "--topo-order", "--no-show-signature", _IDENTITY, *words, "--")
    return (line.split("\x00") for line in listed.split("\n") if line)


def _unclear(sha: str, head: str) -> Problem:
    merged = head[:8] or "a commit that is not known"
    return Problem(
        ProblemCode.FAILED,
        what=f"What {sha[:8]} brought cannot be told, so nothing is reverted.",
        why=f"Its files are not those of a merge of {merged} into a commit before it.",
        next_command=f"git log --stat {sha[:12]}; revert by hand what came with it",
    )
