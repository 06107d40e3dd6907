"""What pods said, beside what is said of them: the last lines, and where the others are."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from hotfix.domain.figures import counted
from hotfix.domain.log_end import last_lines
from hotfix.view.fitting import cells

# As an explanation has it: who said it, and what.
_SAID = re.compile(r"(\S+) \|(?: |$)")
_MOST, _LAST = 4, 3


def folded(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines; of many that one pod said only the last, with how many came before."""
    for name, group in groupby(lines, _who):
        said = list(group)
        if name and len(said) > _MOST:
            last = list(last_lines(said, _LAST))
            before = len(said) - len(last)
            if before:
                yield f"{name} | … {counted(before, 'line')} before these: hotfix logs"
            said = last
        yield from said


def named_once(lines: Iterable[str], room: int) -> Iterator[str]:
    """Yield the lines; who said several of them that do not all fit, is named once, above them.

    A line that announces them, such as ``pod, before its restart:``, has named who says them.

    Args:
        lines: folded or whole.
        room: how many cells one may take.
    """
    above = ""
    for name, group in groupby(lines, _who):
        said = list(group)
        if name and len(said) > 1 and any(cells(line) > room for line in said):
            if not (above.startswith(f"{name}, ") and above.endswith(":")):
                yield f"{name}:"
            said = [line.removeprefix(f"{name} ") for line in said]
        yield from said
        above = said[-1]


def is_said(line: str) -> bool:
    """Tell whether a program printed it, with its name before it or once above."""
    return line.startswith("|") or bool(_who(line))


def _who(line: str) -> str:
    found = _SAID.match(line)
    return found[1] if found else ""
