"""The end of what a program printed, without a mark whose line is missing."""

import re
from collections.abc import Sequence

# A row of ``^`` or ``~`` under a line of code, as compilers and tracebacks print it; before it may
# stand who said it.
_MARK = re.compile(r"(?:\S+ \| )?[\s|]*[~^]+(?:\s.*)?")


#: signs of a line that people are shown of a log
LONGEST = 300


def shortened(line: str) -> str:
    """Return a line no longer than anybody reads; what is left out is said by its last sign."""
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def last_lines(lines: Sequence[str], most: int) -> Sequence[str]:
    """Return the last ``most`` lines; a mark there has the line above that it points at, too.

    A mark that nothing stands above is left out.
    """
    at = max(0, len(lines) - most)
    while at and _MARK.fullmatch(lines[at]):
        at -= 1
    while at < len(lines) and _MARK.fullmatch(lines[at]):
        at += 1
    return lines[at:]
