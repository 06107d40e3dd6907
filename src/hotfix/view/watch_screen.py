"""``hotfix status --watch`` at a terminal: the rows of the run's own screen, drawn in place."""

from collections.abc import Sequence

from rich.cells import chop_cells

from hotfix.domain.leaving import LOOKED_AT
from hotfix.domain.progress import Progress
from hotfix.view.fitting import parted
from hotfix.view.foot import Rows, changes, erased, whole
from hotfix.view.foot_lines import foot_lines, within
from hotfix.view.terminal import Terminal


class WatchScreen(Terminal):
    """Shows whoever looks on what the person at the run's own terminal has before them."""

    leave = LOOKED_AT
    _rows_shown: Rows | None = None
    _size_shown: tuple[int, int] = (0, 0)
    _events_shown = 0

    @property
    def can_redraw(self) -> bool:
        """Whether it is a terminal that can be drawn on, and may be."""
        return self.console.is_terminal and not self._is_plain

    def draw(self, progress: Progress, head: Sequence[str], lines: Sequence[str]) -> None:
        """Show where the run stands.

        Args:
            progress: by its journal.
            head: what stands above the rows, one line each, cleaned.
            lines: what stands in their place where nothing is redrawn; only what is news.
        """
        if self.can_redraw:
            self._draw(progress, head)
        elif progress.events != self._events_shown:
            self._events_shown = progress.events
            self.lines(lines)

    def end(self, following: Sequence[str]) -> None:
        """Leave what is to be done next under the rows, to be copied; lines have it by now."""
        if self._rows_shown is not None:
            self.lines(following)

    def _draw(self, progress: Progress, head: Sequence[str]) -> None:
        width, height = self.console.size
        titles = [
            (row, "" if at else "title")
            for at, text in enumerate(head)
            for row in rows_of(text, width - 1)
        ]
        feet = foot_lines(progress, self._now(), width - 1, self.leave)
        feet = within(feet, height - len(titles) - 1)
        rows = Rows(
            (
                *(self._painted(row, style) for row, style in titles),
                *map(self._painted_line, feet),
                "",
            )
        )
        before = self._rows_shown
        if before is not None and self._size_shown == (width, height) and len(rows) == len(before):
            self._put(changes(before, rows) if rows != before else "")
        else:
            self._put(erased(before, is_resized=self._size_shown != (width, height)) + whole(rows))
        self._rows_shown, self._size_shown = rows, (width, height)

    def _put(self, text: str) -> None:
        if text:
            self.console.file.write(text)
            self.console.file.flush()


def rows_of(text: str, width: int) -> list[str]:
    """Return the text on rows that are none of them wider than the screen: they are redrawn."""
    return [part for row in parted(text, width) for part in chop_cells(row, width) or [""]]
