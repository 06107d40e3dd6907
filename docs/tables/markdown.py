"""What the generated tables have in common."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a markdown table; what stands in a cell is put on one line."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def code(text: str) -> str:
    """Return ``text`` as markdown shows what is typed."""
    return f"`{text}`"


def one_of(choices: Iterable[str]) -> str:
    """Return choices in words, each as it is typed."""
    return "one of " + ", ".join(map(code, choices))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
