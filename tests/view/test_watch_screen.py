"""Whoever looks on sees all of what stands above the rows, however narrow their window is."""

import pytest
from tests.view.widths import WIDTHS

from hotfix.view.fitting import cells
from hotfix.view.watch_screen import rows_of

GONE = "process gone: hotfix resume hf-20261126-1822-checkout-returns-500-bynw"


@pytest.mark.parametrize("width", [20, *WIDTHS])
@pytest.mark.parametrize("text", [GONE, "決済サービスが応答しない" * 9])
def test_a_command_above_the_rows_is_there_whole_and_no_row_is_too_wide(text, width):
    rows = rows_of(text, width)
    assert all(cells(row) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert rows_of("", width) == [""]
