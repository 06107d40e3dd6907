"""The end of what was printed: a mark under a line of code never stands without that line."""

import pytest

from hotfix.domain.log_end import last_lines

SYNTAX = ("Traceback:", '  File "server.py", line 40', "    print(x", "         ^", "SyntaxError")


@pytest.mark.parametrize("who", ["", "web-1 | "])
@pytest.mark.parametrize(
    "printed",
    [
        SYNTAX,
        ("File x", "    self.a(b)", "    ~~~~~~^^^", "KeyError: 1"),
        ("error: mismatched", " 3 |     a + b", "   |     ^ expected one", "help: try"),
    ],
)
def test_a_mark_has_its_line(printed, who):
    lines = [f"{who}{line}" for line in printed]
    at = next(at for at, line in enumerate(printed) if "^" in line)
    assert last_lines(lines, len(lines) - at) == lines[at - 1 :]
    assert last_lines(lines, len(lines) - at - 1) == lines[at + 1 :]
    # Nothing is known of the line it points at.
    assert last_lines(lines[at:], 9) == lines[at + 1 :]


def test_what_points_at_nothing_is_counted_as_it_is():
    lines = ["one", "x ^ y", "three", "four"]
    assert last_lines(lines, 3) == lines[1:]
    assert last_lines(lines, 9) == lines
    assert last_lines([], 3) == []
