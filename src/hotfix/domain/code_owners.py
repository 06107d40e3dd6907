"""Who owns which paths: the CODEOWNERS file (GitHub: "About code owners").

The last line that matches a path decides; a line without owners takes them away. A backslash takes
its meaning from the character after it, so that a path may hold a space. A line that GitHub cannot
read is skipped, as GitHub does: one with ``!``, ``[`` or three asterisks in its pattern, or with an
owner that is neither ``@login``, ``@org/team`` nor an address.
"""

import re
from collections import Counter
from collections.abc import Sequence

from hotfix.domain.lines import text_lines

# Where the file may be; the first one that is there counts.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_OWNER = re.compile(r"@[\w-]+(?:/[\w-]+)?|[^@\s]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# What GitHub does not have of gitignore's patterns.
_UNREADABLE = re.compile(r"^!|^\\#|(?<!\\)\[|\*\*\*")
_PART = re.compile(r"\\.|\*\*/|\*\*|\*|\?|[^*?\\]+")
_AS_PATTERN = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def owners_of(text: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the owners of ``paths``, those of most paths first: logins, ``org/team``, addresses.

    Args:
        text: of the file.
        paths: in the repository.
    """
    lines = [words for line in text_lines(text) if (words := _words(line))]
    rules = [
        (_pattern(pattern), owners)
        for pattern, *owners in lines
        if not _UNREADABLE.search(pattern) and all(map(_OWNER.fullmatch, owners))
    ]
    counts: Counter[str] = Counter()
    for path in paths:
        found: list[str] = []
        for pattern, owners in rules:
            if pattern.fullmatch(path):
                found = owners
        counts.update(owner.removeprefix("@") for owner in found)
    return tuple(name for name, _ in counts.most_common())


def _words(line: str) -> list[str]:
    """Return the pattern and the owners of a line, without its comment."""
    words = _WORD.findall(line)
    comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:comment]


def _pattern(text: str) -> re.Pattern[str]:
    is_folder = text.endswith("/")
    is_anchored = "/" in text.rstrip("/")
    body = "".join(
        _AS_PATTERN.get(part) or re.escape(part[1:] if part[0] == "\\" else part)
        for part in _PART.findall(text.strip("/"))
    )
    before = "" if is_anchored else "(?:.*/)?"
    # "docs/*" owns the files in docs and not what is further down.
    after = "/.*" if is_folder else "" if text.endswith("/*") else "(?:/.*)?"
    return re.compile(f"{before}{body}{after}")
