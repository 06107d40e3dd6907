"""Where the configuration lies, found without reading it."""

from pathlib import Path

FILE_NAME = "hotfix.toml"


def find(start: Path) -> Path | None:
    """Return the nearest ``hotfix.toml`` from folder ``start`` upwards, or None."""
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
    return None
