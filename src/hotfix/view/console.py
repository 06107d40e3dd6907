"""Standard output as rich writes to it: as wide as the terminal is, whatever that calls itself."""

import sys

from rich.console import Console, ConsoleDimensions

from hotfix.view.printing import columns

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
