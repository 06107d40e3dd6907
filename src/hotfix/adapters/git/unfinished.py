"""What git is in the middle of: a branch that is cut then would be carried on with by it."""

from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.domain.lines import text_lines
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

# By what of it stands in git's own folder; a cherry-pick of several is a sequence as well.
_BEGUN = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase, or am",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "sequencer": "cherry-pick, or revert",
    "BISECT_LOG": "bisect",
}


def refuse_the_unfinished(git: GitCommand, folder: Path) -> None:
    """Refuse where something was begun in ``folder``, a work tree, and is not over.

    Raises:
        ProblemError: a rebase, merge, cherry-pick, revert or bisect is.
    """
    asked = [word for name in _BEGUN for word in ("--git-path", name)]
    paths = text_lines(git.text("rev-parse", *asked, folder=folder))
    for path, begun in zip(paths, _BEGUN.values(), strict=True):
        if (folder / path).exists():
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"A {begun} is not finished in {folder}, and it stays as it is.",
                    why="Git would go on with it on the hotfix branch.",
                    next_command="git status says how to finish it; then again. "
                    "Or: hotfix start ... --worktree",
                )
            )
