"""Who owns which paths: the CODEOWNERS file (GitHub: "About code owners").

The last line that matches a path decides; a line without owners takes them away.
"""

import re
from collections import Counter
from collections.abc import Sequence

# Where the file may be; the first one that is there counts.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_PART = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_AS_PATTERN = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def owners_of(text: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the owners of ``paths``, those of most paths first: logins, ``org/team``, addresses.

    Args:
        text: of the file.
        paths: in the repository.
    """
    lines = [words for line in text.splitlines() if (words := line.partition("#")[0].split())]
    rules = [(_pattern(words[0]), words[1:]) for words in lines]
    counts: Counter[str] = Counter()
    for path in paths:
        owners: list[str] = []
        for pattern, named in rules:
            if pattern.fullmatch(path):
                owners = named
        counts.update(owner.removeprefix("@") for owner in owners)
    return tuple(name for name, _ in counts.most_common())


def _pattern(text: str) -> re.Pattern[str]:
    is_folder = text.endswith("/")
    is_anchored = "/" in text.rstrip("/")
    body = "".join(
        _AS_PATTERN.get(part, re.escape(part)) for part in _PART.findall(text.strip("/"))
    )
    before = "" if is_anchored else "(?:.*/)?"
    # "docs/*" owns the files in docs and not what is further down.
    after = "/.*" if is_folder else "" if text.endswith("/*") else "(?:/.*)?"
    return re.compile(f"{before}{body}{after}")
