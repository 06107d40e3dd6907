"""Which clone a folder belongs to. Without GitPython: a rollback must not wait for its import."""

import os
from pathlib import Path

from hotfix.processes.running import run

_SECONDS = 10.0


def clone_of(folder: Path) -> Path | None:
    """Return the git directory that all work trees of the clone around ``folder`` share.

    None where the folder is in no clone, is gone, or git does not answer.
    """
    words = ["git", "-C", str(folder), "rev-parse", "--git-common-dir"]
    try:
        found = run(words, _SECONDS)
    except OSError:
        return None
    if found.code != 0:
        return None
    return (folder / os.fsdecode(found.output.removesuffix(b"\n"))).resolve()
