"""What the commits of the fix say of its cause: a draft, until a person says better."""

import re
from collections.abc import Iterator, Sequence

from hotfix.domain.foreign_text import one_line

_MOST_SENTENCES, _LONGEST = 2, 300
_NAMED = re.compile(r"\s*(?:[-*]\s+)?\**(?:root[ -]?)?cause\**\s*:\**\s*(.*)", re.IGNORECASE)
# A name on a line of its own belongs to the paragraph under it.
_NAME_ALONE = re.compile(r"(?im)^(\W*(?:root[ -]?)?cause\**:\**[ \t]*)\n\s*\n")
_BECAUSE = re.compile(r"\s*(?:[-*]\s+)?because\b", re.IGNORECASE)
# Trailers, and what git itself writes under a message, tell no cause; nor does a link.
_TELLS_NOTHING = re.compile(
    r"\s*(?:[A-Za-z][A-Za-z0-9-]*-[A-Za-z0-9-]+:\s"
    r"|(?:fix(?:es|ed)?|close[sd]?|resolve[sd]?|refs?|see|issue|bug|cc|link)\b:?\s+\S+\s*$"
    r"|\(cherry picked from commit |this reverts commit |https?://\S+\s*$|[#>|`-]{3,})",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^\Wa-z_])")


def root_cause(bodies: Sequence[str]) -> str:
    """Return in one or two sentences what commits say of the cause; empty where they say nothing.

    A line or trailer ``Root cause:`` or ``Cause:`` is taken first, then what begins with
    ``Because``, else the first paragraph of the first commit.

    Args:
        bodies: of their messages, without the first lines, oldest first; foreign text.
    """
    paragraphs = [tuple(_paragraphs(body)) for body in bodies]
    told = [lines for each in paragraphs for lines in each]
    first = next(iter(paragraphs[0]), ()) if paragraphs else ()
    drafts = (*map(_named, told), *map(_because, told), first)
    return next((short for lines in drafts if (short := _short(lines))), "")


def quoted(text: str) -> str:
    """Return foreign ``text`` as markdown that mentions nobody and closes nothing."""
    plain = text.replace("`", "'")
    return f"`{plain}`" if plain else ""


def _paragraphs(body: str) -> Iterator[tuple[str, ...]]:
    """Yield the lines of each paragraph, without those that tell nothing."""
    joined = _NAME_ALONE.sub(r"\1\n", body.replace("\r\n", "\n"))
    for paragraph in re.split(r"\n\s*\n", joined):
        lines = tuple(line for line in paragraph.split("\n") if _tells(line))
        if lines:
            yield lines


def _tells(line: str) -> bool:
    return bool(line.strip() and (_NAMED.match(line) or not _TELLS_NOTHING.match(line)))


def _named(lines: tuple[str, ...]) -> tuple[str, ...]:
    for number, line in enumerate(lines):
        if found := _NAMED.fullmatch(line):
            return (found[1], *_same_line(lines[number + 1 :]))
    return ()


def _because(lines: tuple[str, ...]) -> tuple[str, ...]:
    for number, line in enumerate(lines):
        if _BECAUSE.match(line):
            return (line, *_same_line(lines[number + 1 :]))
    return ()


def _same_line(lines: Sequence[str]) -> Iterator[str]:
    """Yield what goes on with a line: up to the next one that has a name of its own."""
    for line in lines:
        if re.match(r"\s*(?:[-*]\s|[A-Za-z][\w -]{0,20}:\s)", line):
            return
        yield line


def _short(lines: Sequence[str]) -> str:
    text = one_line(" ".join(lines))
    short = " ".join(_SENTENCE_ENDS.split(text)[:_MOST_SENTENCES])
    return short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1].rstrip()}…"
