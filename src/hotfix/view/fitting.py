"""Lines that fit a terminal: parted between words, with commands and addresses left whole.

A command that is offered to be typed, and does not fit where it comes, has a line to itself,
without the stop that its sentence puts behind it: who copies the line copies the command. One that
is wider than the terminal begins at the left edge, and is broken as a shell is told of it, by a
backslash between two of its words: who copies its lines copies the command.
"""

import re
from collections.abc import Iterable, Iterator
from unicodedata import combining, east_asian_width

# What begins a command wherever it stands, and what does so only behind a label or a stop.
_PROGRAMS = frozenset({"hotfix", "git", "gh", "kubectl", "argocd", "pipx", "docker", "glab"})
_ALSO_WORDS = frozenset(
    {"cat", "cd", "chmod", "chown", "df", "env", "eval", "export", "head", "ls", "make", "rm"}
    | {"source", "sudo", "."}
)
# Whose first word names what the second one does to it, such as ``git stash push``.
_GROUPS = frozenset(
    "app apply auth branch compose config help issue label lock pr remote repo rollout run stash "  # noqa: SIM905 - none of them names a fact
    "submodule workflow worktree".split()
)
_JOINS = frozenset({"&&", "||", "|", "--"})
_BEFORE_A_JOIN = (["&&"], ["||"], ["|"])
# What goes on in words behind a command that no sign ends.
_GO_ON = frozenset(
    {"and", "asks", "by", "for", "from", "goes", "if", "in", "is", "it", "on", "once", "or"}
    | {"prints", "says", "shows", "that", "then", "to", "when", "where", "which", "while", "with"}
    | {"without"}
)
_STOPS = (":", ";", ",", ".", "(")
_ENDS = ".,;:"
_SIGNS = frozenset("✓✗!-?•→↶■·|│$+*")
_LEAST_ROOM, _UNDER_A_NAME = 20, 4
# What ends a line of a command that goes on, and what the next one begins with.
_BROKEN, _UNDER_A_COMMAND = " \\", "  "
# A word with the blanks before it; a number and its unit are one.
_WORD = re.compile(r"(\s*)(\S*\d (?:ms|s|min|h|kB|MB)(?![\w-])\S*|\S+)")
# A word as a shell reads it, with what is quoted in it.
_SHELL_WORD = re.compile(r"""(\s*)((?:\\.|"[^"]*"|'[^']*'|[^\s\\"'])+|\S)""")
# What a row of code that goes on from the one above begins with.
_GOES_ON = "… "
# Who said it, and the sign of a diff; and a line of marks, as a traceback has it under its code.
_BEFORE_CODE = re.compile(r" *(?:\S+ \| |\| )? *[-+]? *")
_BEFORE_A_MARK = " |"
_MARKS = re.compile(r"(?:.*\| )? *[~^]+[~^ ]*")


def fitted(lines: Iterable[str], width: int | None) -> Iterator[str]:
    """Yield the lines of ``lines``, each parted so that it fits.

    Args:
        lines: cleaned; one may hold several.
        width: of the terminal, in cells; None where nobody's terminal has to be fitted.
    """
    for text in lines:
        for line in text.split("\n"):
            yield from parted(line, width)


def parted(line: str, width: int | None, under: int = 0) -> list[str]:
    """Return ``line`` on lines of at most ``width`` cells, further ones indented under its text.

    A word or a link that does not fit there begins the next line, no farther in than it fits; so
    does a command, and one that is offered stands there alone.

    Args:
        line: cleaned.
        width: None where no line is parted.
        under: how far in further lines begin at least.
    """
    if width is None or cells(line) <= width:
        return [line]
    hang = " " * min(max(under, _hang(line, width)), max(0, width - _LEAST_ROOM))
    rows: list[str] = []
    row = ""
    for gap, piece, is_command, is_offered in _pieces(line):
        both = f"{row}{gap}{piece}" if row.strip() or not rows else f"{row}{piece}"
        if cells(both) <= width:
            row = both
            continue
        if row.strip() in _SIGNS:
            # Alone it would say nothing.
            if is_command:
                rows += _command_rows(piece, width, f"{row}{gap}")
                row = hang
            else:
                row = both
            continue
        if row.strip():
            rows.append(row)
        is_alone = is_offered or (is_command and cells(piece) > width // 2)
        alone = piece.rstrip(_ENDS) if is_alone else piece
        if is_command and cells(alone) > width:
            rows += _command_rows(alone, width)
            row = hang
            continue
        # It goes as far in as it fits; what does not fit at all, a link say, the terminal wraps:
        # so or so it can be copied in one piece.
        row = " " * max(0, min(cells(hang), width - cells(alone))) + alone
        if is_alone:
            rows.append(row)
            row = hang
    return [*rows, row] if row.strip() or not rows else rows


def _command_rows(command: str, width: int, begins: str = "") -> list[str]:
    """Return a command on rows that a shell reads as one; a word that has no room stays whole.

    The first row ``begins`` with what stands before the command.
    """
    rows, row, words = list[str](), begins, list[str]()
    for gap, word in _SHELL_WORD.findall(command):
        both = f"{words[-1]}{gap}{word}" if words else ""
        # A flag has its value beside it, where there is room.
        is_flag = both.startswith("-") and " " not in words[-1] and not word.startswith("-")
        if words and (not gap or (is_flag and cells(both) <= width // 2)):
            words[-1] = both
        else:
            words.append(word)
    for at, word in enumerate(words):
        # A full row is one that the terminal has wrapped, for whoever reads no more than signs.
        ends = f"{_BROKEN} " if at + 1 < len(words) else ""
        both = f"{row} {word}" if at else f"{row}{word}"
        if at and cells(both + ends) > width:
            rows.append(row + _BROKEN)
            fits = cells(_UNDER_A_COMMAND + word + ends) <= width
            both = f"{_UNDER_A_COMMAND}{word}" if fits else word
        row = both
    return [*rows, row]


def code_rows(line: str, width: int | None, under: int = 0, marks: str = "") -> list[str]:
    """Return a line of code on rows of at most ``width`` cells; further ones begin with a sign.

    It is broken between words, or in one that has no room on a row; in a link never. Where it goes
    on stands no farther left than it begins.

    Args:
        line: cleaned; its blanks stay as they are.
        width: None where no line is broken.
        under: how far in the sign of further rows stands at least.
        marks: the line that points into it from below, column under column; each part of it stands
            under its part of the code.
    """
    if width is None or max(cells(line), cells(marks)) <= width:
        return [line, marks] if marks else [line]
    if marks:
        return _marked_rows(line, marks, width, under)
    begins = _begins_further(line, width, under)
    rows, row = [], ""
    for gap, word in re.findall(r"(\s*)(\S+|$)", line):
        is_link, left = "://" in word, word
        if cells(row + gap + word) <= width:
            row += gap + word
            continue
        if row.strip() and (is_link or cells(begins + word) <= width or cells(row + gap) >= width):
            rows.append(row)
            # Behind a full row only a blank tells that a word does not go on here.
            row = begins + (gap if cells(row) >= width else "")
        else:
            # What no row has room for begins where it comes, and goes on in the next ones.
            row += gap
        while not is_link and cells(row + left) > width:
            count = max(1, width - cells(row))
            while count > 1 and cells(row + left[:count]) > width:
                count -= 1
            rows.append(row + left[:count])
            row, left = begins, left[count:]
        row += left
    return [*rows, row] if row.strip() not in {"", _GOES_ON.strip()} else rows


def is_of_marks(line: str) -> bool:
    """Tell whether a line says nothing but where something is in the line above it."""
    return bool(_MARKS.fullmatch(line))


def _marked_rows(line: str, marks: str, width: int, under: int) -> list[str]:
    """Return code and what points into it, both broken in the same columns, wherever that is."""
    if not (line + marks).isascii():
        return [*code_rows(line, width, under), *code_rows(marks, width, under)]
    begins, rows, at, room = "", [], 0, width
    while at < max(len(line), len(marks)):
        part, below = line[at : at + room], marks[at : at + room].rstrip()
        rows += [f"{begins}{part}"] if part.strip() else []
        rows += [f"{' ' * len(begins)}{below}"] if below.strip(_BEFORE_A_MARK) else []
        at, begins = at + room, _begins_further(line, width, under)
        room = width - len(begins)
    return rows


def _begins_further(line: str, width: int, under: int) -> str:
    """Return what a further row of a line of code begins with: blanks, and a sign."""
    found = _BEFORE_CODE.match(line)
    at = found.end() if found is not None and found.end() <= width // 2 else under
    return f"{' ' * min(max(at, under), max(0, width - _LEAST_ROOM))}{_GOES_ON}"


def cells(text: str) -> int:
    """Return how many cells of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(sign) else 2 if east_asian_width(sign) in {"W", "F"} else 1 for sign in text
    )


def _hang(line: str, width: int) -> int:
    """Return how far in further lines begin: as far as the text of the first one."""
    text = line.lstrip(" ")
    at = len(line) - len(text)
    first, _, rest = text.partition(" ")
    if first in _SIGNS and rest:
        at += len(first) + 1
    # A table has its words in its last column, behind two blanks or more.
    for gap in re.finditer(r"(?<=\S) {2,}(?=\S)", line):
        at = gap.end() if gap.end() <= width // 2 else max(at, _UNDER_A_NAME)
    return at


def _pieces(line: str) -> Iterator[tuple[str, str, bool, bool]]:
    """Yield what is not to be parted, each with the blanks before it.

    Then, whether it is a command, and whether that is offered: the sentence does not go on with it.
    """
    found = _WORD.findall(line)
    gaps, words = [gap for gap, _ in found], [word for _, word in found]
    for at, count in _taken(words):
        yield (
            gaps[at],
            "".join(
                (gaps[each] if each > at else "") + words[each] for each in range(at, at + count)
            ),
            count > 1,
            count > 1 and _is_labelled(words, at) and not _goes_on(words, at + count),
        )


def _goes_on(words: list[str], at: int) -> bool:
    is_stopped = words[at - 1].endswith(tuple(_ENDS))
    return not is_stopped and at < len(words) and words[at].rstrip(_ENDS) in _GO_ON


def _taken(words: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each piece begins, and of how many words it is."""
    at = 0
    while at < len(words):
        count = _length(words, at) if _begins(words, at) else 1
        yield at, count
        at += count


def _begins(words: list[str], at: int) -> bool:
    """Tell whether a command begins here."""
    word = words[at].lstrip("(`")
    if at + 1 == len(words):
        return False
    return word in _PROGRAMS or (word in _ALSO_WORDS and _is_labelled(words, at))


def _is_labelled(words: list[str], at: int) -> bool:
    return at == 0 or words[at - 1].endswith(_STOPS) or words[at - 1] in {"then", "type", "$"}


def _length(words: list[str], at: int) -> int:
    """Return of how many words the command is that begins here."""
    # Of our own program it is known that it is given no words beside its command and its flags.
    is_labelled = _is_labelled(words, at) and words[at].lstrip("(`") != "hotfix"
    quote, names, is_next = "", [""], True
    for count, word in enumerate(words[at:]):
        # What a program is named behind itself, and what a flag takes, is no word of the sentence.
        takes = is_labelled or is_next or not names or (len(names) == 1 and names[0] in _GROUPS)
        takes = takes or words[at + count + 1 : at + count + 2] in _BEFORE_A_JOIN
        if count > 1 and not quote and not _belongs(word, is_labelled=takes):
            return count
        is_within, quote = bool(quote), _quote_after(word, quote)
        if not quote and word.endswith((";", ",", ".", ")", ":", "`")) and not word.endswith(".."):
            return count + 1
        is_program, is_flag = names == [""], word.startswith("-")
        if is_program or word in _JOINS - {"--"}:
            names = [] if is_program else [""]
        elif not (is_flag or is_next or is_within):
            names.append(word)
        is_next = is_flag or names == [""]
    return len(words) - at


def _belongs(word: str, *, is_labelled: bool) -> bool:
    """Tell whether ``word`` goes on with a command; in a sentence, only what is no word of it."""
    bare = word.rstrip(",.;:)")
    if word in _JOINS:
        return True
    if word.startswith("(") or bare in _GO_ON or not word.isascii():
        return False
    return is_labelled or not (bare.islower() and bare.isalpha())


def _quote_after(word: str, quote: str) -> str:
    """Return which quote is open behind ``word``."""
    for sign in word:
        if sign == quote:
            quote = ""
        elif not quote and sign in "\"'":
            quote = sign
    return quote
