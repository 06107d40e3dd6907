"""What pods said, beside what is said of them: the last lines, and where the others are."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from hotfix.domain.figures import counted

# As an explanation has it: who said it, and what.
_SAID = re.compile(r"(\S+) \| ")
_MOST, _LAST = 4, 3


def folded(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines; of many that one pod said only the last, with how many came before."""
    for name, group in groupby(lines, _who):
        said = list(group)
        if name and len(said) > _MOST:
            before = len(said) - _LAST
            yield f"{name} | … {counted(before, 'line')} before these: hotfix logs"
            said = said[-_LAST:]
        yield from said


def _who(line: str) -> str:
    found = _SAID.match(line)
    return found[1] if found else ""
