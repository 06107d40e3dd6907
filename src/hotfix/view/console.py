"""Standard output as rich writes to it: as wide as the terminal is, whatever that calls itself."""

import sys
from typing import Literal

from rich.console import Console, ConsoleDimensions

from hotfix.view.printing import columns

LONGEST_LINE = 10_000
_ROWS = 25


class StandardOutput(Console):
    """A console on standard output, with what is printed as it is written."""

    @property
    def size(self) -> ConsoleDimensions:
        """The columns and rows; for rich, every dumb terminal has 80 columns."""
        width = columns(sys.stdout) if self._width is None and self.is_dumb_terminal else None
        return super().size if width is None else ConsoleDimensions(width, _ROWS)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size


def standard_output(*, is_plain: bool) -> StandardOutput:
    """Return standard output; in a file or a pipe a line stays a line, for those who search it."""
    width = None if sys.stdout.isatty() else LONGEST_LINE
    system: Literal["auto"] | None = None if is_plain else "auto"
    return StandardOutput(highlight=False, markup=False, width=width, color_system=system)
