"""What clears a work tree of uncommitted work: only what git would do with what is there."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.ports.repository import BUT_CONFIGURATION

_IN_CONFLICT = frozenset({"DD", "AU", "UD", "UA", "DU", "AA", "UU"})
_ONLY_ANNOUNCED = " A"
_STASH = "stash push --include-untracked"


def what_clears(
    git: GitCommand, folder: Path, entries: Sequence[tuple[str, str]], *, is_all: bool
) -> str:
    """Return the commands that put the work in ``folder`` aside; empty where none of ours would.

    Args:
        git: of the clone.
        folder: a work tree.
        entries: how git status marks each path, and the path.
        is_all: whether nothing else is changed there, such as our configuration.
    """
    if any(how in _IN_CONFLICT for how, _ in entries):
        return f"git -C {_quoted(folder)} status; resolve what is in conflict"
    # A stash leaves a submodule as it is.
    inside = [path for how, path in entries if how != "??" and (folder / path).is_dir()]
    within = [
        f"git -C {_quoted(folder / path)} {_STASH}; "
        f"git -C {_quoted(folder)} submodule update {_quoted(path)}"
        for path in inside
    ]
    rest = [each for each in entries if each[1] not in inside]
    announced = [path for how, path in rest if how == _ONLY_ANNOUNCED]
    # Of a file that is only announced (git add -N), git makes no stash.
    if announced:
        within.append(f"git -C {_quoted(folder)} reset --quiet -- {shlex.join(announced)}")
    elif rest and git.read("stash", "create", folder=folder).code != 0:
        return ""
    # Our configuration stays where it is.
    where = "" if is_all else f" -- :/ {shlex.quote(BUT_CONFIGURATION)}"
    return "; ".join([*within, *([f"git {_STASH}{where}"] if rest else [])])


def _quoted(path: object) -> str:
    return shlex.quote(str(path))
