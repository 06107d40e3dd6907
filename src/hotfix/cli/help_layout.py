"""How help is laid out: at any width with whole words, and commands that can be copied."""

import re
from collections.abc import Sequence
from shutil import get_terminal_size

from typer._click.formatting import HelpFormatter

from hotfix.view.fitting import cells, fitted, parted

# Wider lines are hard to read; in narrower ones, what a word means stands under it.
_WIDEST, _NARROW = 80, 72
_LONGEST_NAME, _UNDER_A_NAME = 30, 4


class HelpLayout(HelpFormatter):
    """Writes help for a terminal, or for a reader of a file, who has 80 columns."""

    def __init__(self) -> None:
        super().__init__(width=min(get_terminal_size().columns, _WIDEST))

    def write_text(self, text: str) -> None:
        """Write a text, paragraph by paragraph."""
        for line in text.split("\n"):
            self.write_lines(f"{self._indent}{line}")

    def write_lines(self, text: str) -> None:
        """Write lines, each parted between words where it does not fit."""
        self.write("\n".join(fitted([text], self.width)) + "\n")

    def write_dl(
        self,
        rows: Sequence[tuple[str, str]],
        col_max: int = _LONGEST_NAME,
        col_spacing: int = 2,
    ) -> None:
        """Write names with what they mean, beside or, where there is no room, under them."""
        longest = min(col_max, max((len(name) for name, _ in rows), default=0))
        room_beside = self.current_indent + longest + col_spacing
        is_narrow = self.width < _NARROW and longest > _NARROW // 5
        for name, meaning in rows:
            under = self.current_indent + _UNDER_A_NAME if is_narrow else room_beside
            head = f"{self._indent}{name}"
            if not is_narrow and len(name) <= longest:
                text = f"{head:<{under}}{' '.join(meaning.split())}".rstrip()
            else:
                self.write("\n".join(_at_bars(head, self.width)) + "\n")
                text = " " * under + " ".join(meaning.split())
            if text.strip():
                self.write("\n".join(parted(text, self.width, under)) + "\n")

    @property
    def _indent(self) -> str:
        return " " * self.current_indent


def _at_bars(name: str, width: int) -> list[str]:
    """Return an option with all that it accepts, parted between two of those where it must be."""
    rows, row = [], ""
    for piece in re.split(r"(?<=\|)|(?<= / )", name):
        if row and cells(f"{row}{piece}".rstrip()) > width:
            rows.append(row.rstrip())
            row = " " * (_UNDER_A_NAME + 2)
        row += piece
    return [*rows, row]
