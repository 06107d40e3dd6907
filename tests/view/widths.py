"""What is wrong with lines on a terminal of some width, next to the same without a terminal."""

import re
from collections.abc import Iterator

from hotfix.view import fitting
from hotfix.view.fitting import cells
from hotfix.view.foreign_text import is_code

WIDTHS = (40, 60, 80, 100, 200)
_SEQUENCE = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)")
_ENDS = ".,;:"
_GOES_ON = "… "
# As a shell reads it: between two words all blanks are one.
_GOES_ON_IN_A_SHELL = re.compile(r" \\\n *")
# Only between two of the words that an option accepts is one parted.
_AT_A_BAR = re.compile(r"\|\s+")


def misfits(told: str, whole: str, width: int) -> list[str]:
    """Return what is lost, cut, too wide, or broken though it is to be copied.

    Args:
        told: as a terminal gets it.
        whole: the same as it goes into a pipe.
        width: of the terminal.
    """
    told = _SEQUENCE.sub("", told)
    rows, commands = told.splitlines(), [each for line in whole.splitlines() for each in _of(line)]
    found = []
    told = _joined(list(_named_in_each(pasted(rows))), width)
    # The stop behind a command is left out where the command has a line to itself.
    words, wanted = (
        [word.rstrip(_ENDS) for word in _AT_A_BAR.sub("|", text).split()] for text in (told, whole)
    )
    if words != wanted:
        found.append(f"other words: {_difference(words, wanted)}")
    found += [
        f"too wide: {row!r}"
        for row in rows
        if cells(row) > width and not (_is_one_piece(row, commands) or _is_whole_code(row, whole))
    ]
    bare = [each.rstrip(_ENDS) for each in commands]
    whole_again = pasted(rows)
    found += [f"broken: {each!r}" for each in bare if not any(each in row for row in whole_again)]
    return found


def pasted(rows: list[str]) -> list[str]:
    """Return the rows with each command on one, as a shell reads what is pasted into it."""
    return _GOES_ON_IN_A_SHELL.sub(" ", "\n".join(rows)).split("\n")


def _named_in_each(rows: list[str]) -> Iterator[str]:
    """Yield the rows, with the name of who said them in each, and not once above them."""
    name = ""
    for row, below in zip(rows, [*rows[1:], ""], strict=True):
        text = row.strip()
        if below.strip().startswith("|") and text.endswith(":") and " " not in text:
            name = text.removesuffix(":")
            continue
        is_further = text.startswith(_GOES_ON) or not text.strip("~^ ")
        name = name if name and (text.startswith("|") or is_further) else ""
        yield row.replace("|", f"{name} |", 1) if name and text.startswith("|") else row


def _joined(rows: list[str], width: int) -> str:
    """Return the rows as text, code that goes on in a further row on one line again."""
    lines = [""]
    for before, row in zip(["", *rows], rows, strict=False):
        goes_on = row.startswith(" ") and row.lstrip().startswith(_GOES_ON)
        if not goes_on:
            lines.append(row)
            continue
        # A row that is full to its last cell ends in a word.
        gap = "" if cells(before) >= width else " "
        lines[-1] += gap + row.lstrip().removeprefix(_GOES_ON)
    return "\n".join(lines)


def _is_one_piece(row: str, commands: list[str]) -> bool:
    """Tell whether the row is one word or command, behind no more than a sign."""
    text = row.strip().removesuffix(" \\")
    text = text[2:].lstrip() if text[1:2] == " " else text
    is_word = " " not in text or (text[0] == text[-1] and text[0] in "'\"")
    return is_word or text in {each.rstrip(_ENDS) for each in commands}


def _is_whole_code(row: str, whole: str) -> bool:
    """Tell whether the row is a line of code, which is not parted, behind what stands before it."""
    text = row[9:] if row.startswith(" " * 9) else row.strip().removeprefix("| ")
    return row in whole.splitlines() and is_code(text)


def commands_in(line: str) -> list[str]:
    """Return the commands that a line names, each as it is to be copied."""
    words = line.split()
    return [
        " ".join(words[at : at + count])
        for at, count in fitting._taken(words)
        if count > 1 and fitting._begins(words, at)
    ]


def _of(line: str) -> list[str]:
    # What a command takes, or what is laid out in columns, is not to be copied.
    is_usage = line.startswith("Usage:")
    return [] if is_usage else [each for each in commands_in(line) if each in line]


def _difference(words: list[str], wanted: list[str]) -> str:
    at = next(
        (n for n, (one, two) in enumerate(zip(words, wanted, strict=False)) if one != two),
        min(len(words), len(wanted)),
    )
    return f"{words[at - 2 : at + 4]} for {wanted[at - 2 : at + 4]}"
