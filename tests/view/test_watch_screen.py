"""Whoever looks on sees all of what stands above the rows, however narrow their window is."""

import io

import pytest
from rich.console import Console
from tests.journals.reading import recorded
from tests.view.widths import WIDTHS, pasted

from hotfix.view.fitting import cells
from hotfix.view.watch_screen import WatchScreen, rows_of

GONE = "process gone: hotfix resume hf-20261126-1822-checkout-returns-500-bynw"


@pytest.mark.parametrize("width", [20, *WIDTHS])
@pytest.mark.parametrize("text", [GONE, "決済サービスが応答しない" * 9])
def test_a_command_above_the_rows_is_there_whole_and_no_row_is_too_wide(text, width):
    rows = rows_of(text, width)
    assert all(cells(row) <= width for row in rows)
    assert "".join(pasted(rows)).replace(" ", "") == text.replace(" ", "")
    assert rows_of("", width) == [""]


@pytest.mark.parametrize("width", [40, 60, 200])
def test_what_is_next_after_a_run_stands_whole_under_the_last_rows(width):
    it, told = recorded("post-mortem-issue-closed"), io.StringIO()
    console = Console(file=told, width=width, height=40, force_terminal=True, no_color=True)
    screen = WatchScreen(lambda: it.now, console)
    screen._can_link = False
    screen.draw(it.progress, ["run"], [])
    command = f"hotfix note --run {it.progress.run} 'Root cause: ...'"
    screen.end([command, "Next: more"])
    rows = pasted(told.getvalue().split("\n"))
    *_, said, last, _ = rows
    assert (said.lstrip("\r"), last) == (command, "Next: more")
    assert sum(command in row for row in rows) == 1
