"""The list of decisions, read from their own files."""

import re
from pathlib import Path

from docs.tables.markdown import table

_TITLE = re.compile(r"# \d+[.:] (.+)")


def decisions(folder: Path) -> str:
    """Return a table of the decisions in ``folder``: number and title, which links to the file."""
    return table(("number", "decision"), map(_row, sorted(folder.glob("[0-9]*.md"))))


def _row(path: Path) -> tuple[str, str]:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    title = _TITLE.fullmatch(first)
    if title is None:
        raise ValueError(f"{path} begins with no title: {first}")
    return path.name[:4], f"[{title[1]}]({path.name})"
