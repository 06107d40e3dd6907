"""Names of branches, and patterns of them, as a person writes them down.

``*`` stands for anything but a slash, ``**`` for anything. By git's rules neither can be in a name,
so nothing that is a name is taken for a pattern.
"""

import re
from collections.abc import Iterable, Sequence

_WILD = re.compile(r"\*+")
# As `git help check-ref-format` has it; what a pattern may hold beside is ``*``.
_NEVER = re.compile(r"[\x00-\x20\x7f~^:?\[\\]|\.\.|@\{|//")


def why_no_branch(pattern: str) -> str:
    """Return why no branch can be called like ``pattern``, or an empty text."""
    if found := _NEVER.search(pattern):
        return f"no branch has {found[0]!r} in its name"
    if pattern.startswith(("-", "/")) or pattern.endswith(("/", ".")) or pattern in {"", "@"}:
        return "no branch begins with '-' or '/', ends with '/' or '.', or is called '@' or nothing"
    for part in pattern.split("/"):
        if part.startswith(".") or part.endswith(".lock"):
            return f"no branch has a part called {part!r}"
    return ""


def matching(pattern: str, branches: Iterable[str]) -> Sequence[str]:
    """Return which of ``branches`` the pattern means, in their order."""
    made, last = "", 0
    for found in _WILD.finditer(pattern):
        made += re.escape(pattern[last : found.start()])
        made += "[^/]*" if found[0] == "*" else ".*"
        last = found.end()
    wanted = re.compile(made + re.escape(pattern[last:]), re.DOTALL)
    return [branch for branch in branches if wanted.fullmatch(branch)]
