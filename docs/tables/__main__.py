"""Writes what is generated in ``docs/``, or says what is stale. Run by ``make tables``."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from cogapp import Cog
from docs.tables.questions import FILE, questions_as_json

from hotfix.config.schema import schema

_MARKER = "[[[cog"


def main(words: Sequence[str]) -> int:
    """Rewrite the documents of a folder; with ``--check``, only name those that are stale.

    Args:
        words: ``--check`` and the folder, both optional; the folder is ``docs`` by default.

    Returns:
        The exit code: 1 where ``--check`` found something stale.
    """
    folder = Path(next((word for word in words if word != "--check"), "docs"))
    stale = [(path, text) for path, text in _generated(folder) if _present(path) != text]
    for path, text in stale:
        if "--check" in words:
            print(f"{path} is stale: make tables")
        else:
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in words)


def _generated(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each document that has something generated in it, with the text it should have."""
    # First: what describes the commands reads it.
    yield FILE, questions_as_json()
    for path in sorted(folder.rglob("*.md")):
        text = _present(path)
        if _MARKER in text:
            yield path, Cog().process_string(text, fname=str(path))
    yield folder / "hotfix.schema.json", schema()


def _present(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
