"""What a line of the procedure is, and where ``docs/procedure.md`` quotes it.

A line is: a heading, a list item, a row of a table (its cells with ": " between), a sentence of a
paragraph, or a line of code. Blank lines, fences and the rule under the head of a table are none.
Bullets, boxes to tick and the marks of a heading are no words; the numbers of a list are. A line of
code is quoted as code, with all that stands in it; everything else is quoted as it is written.

In ``docs/procedure.md`` a line is quoted by a heading, or by the first cell of a row in a table
whose first column is "the procedure says". Everything else there explains.
"""

import re
from collections.abc import Iterator

QUOTING = "the procedure says"
_FENCE = "```"
_HEADING = re.compile(r"#+ (.+)")
_ITEM = re.compile(r"- (?:\[ \] )?(.+)")
_NUMBERED = re.compile(r"\d+\. ")
_RULE = re.compile(r"[|\s:-]+")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def lines_of(text: str) -> Iterator[str]:
    """Yield every line of the procedure, as it has to be quoted."""
    is_code = False
    for line in text.splitlines():
        if line.startswith(_FENCE):
            is_code = not is_code
        elif is_code and line:
            yield f"`{line}`"
        elif line:
            yield from _of_prose(line)


def quotes_of(text: str) -> Iterator[str]:
    """Yield what ``docs/procedure.md`` quotes, from top to bottom."""
    for first, _ in rows_of(text):
        yield first


def rows_of(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what is quoted, with the other cells of its row; a heading has none."""
    head = ""
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line)
        cells = _cells(line) if line.startswith("|") else []
        if heading:
            yield heading[1], []
        if not cells:
            head = ""
        elif not head:
            head = cells[0]
        elif head == QUOTING and not _RULE.fullmatch(line):
            yield cells[0], cells[1:]


def _of_prose(line: str) -> Iterator[str]:
    item = _HEADING.fullmatch(line) or _ITEM.fullmatch(line)
    if item:
        yield item[1]
    elif line.startswith("|"):
        if not _RULE.fullmatch(line):
            yield ": ".join(_cells(line))
    elif _NUMBERED.match(line):
        yield line
    else:
        yield from _SENTENCE_END.split(line)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
