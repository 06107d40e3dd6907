"""Which clone a folder belongs to. Without GitPython: a rollback must not wait for its import."""

import subprocess
from pathlib import Path

_SECONDS = 10.0


def clone_of(folder: Path) -> Path | None:
    """Return the git directory that all work trees of the clone around ``folder`` share.

    None where the folder is in no clone, is gone, or git does not answer.
    """
    try:
        found = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--git-common-dir"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return (folder / found.stdout.removesuffix("\n")).resolve()
