"""Where the configuration lies, found without reading it."""

from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "hotfix.toml"


def find(start: Path) -> Path | None:
    """Return the nearest ``hotfix.toml`` from folder ``start`` upwards, or None."""
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
    return None


def path_of(folder: str, environ: Mapping[str, str], config_file: str = "") -> str:
    """Return the path of the configuration of whoever stands in ``folder``; empty: there is none.

    ``config_file`` is the one that ``--config`` names; else ``HOTFIX_CONFIG`` does, or it is found.
    """
    named = config_file or environ.get("HOTFIX_CONFIG") or ""
    if named:
        return str(Path(folder, named))
    return str(find(Path(folder)) or "")
