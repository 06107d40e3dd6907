"""The words of a rollback as they mostly are, read without the library that knows all of them.

Its import is as long as half of what the cluster takes to answer. Whatever is not plain here, wrong
words first of all, is left to it.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hotfix.cli.rolling_back import Wanted

_FLAGS = {
    "--yes": "yes",
    "--json": "as_json",
    "--plain": "plain",
    "--quiet": "quiet",
    "--dry-run": "dry_run",
    "--over-others": "over_others",
    "--to-healthy": "to_healthy",
    "--use-todays-config": "use_todays",
}
_MOST_DIGITS = 9


def wanted_by(words: Sequence[str]) -> Wanted | None:
    """Return what the words after ``rollback`` say; None where that is not plain."""
    said: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        option, is_joined, value = word.partition("=")
        if word in _FLAGS:
            said[_FLAGS[word]] = True
            continue
        if not word.startswith("-"):
            option, value = "RUN", word
        elif not is_joined:
            value = next(rest, "")
        key, read = _VALUES.get(option, ("", None))
        if read is None or not _is_plain(value) or (key in said and key != "deployments"):
            return None
        try:
            said[key] = (*said.get(key, ()), value) if key == "deployments" else read(value)
        except ValueError:
            return None
    return Wanted(**said)


def _is_plain(value: str) -> bool:
    return bool(value) and not value.startswith("-")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise ValueError(text)
    return int(text)


# Each with the field that it fills, and with what reads its value.
_VALUES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "RUN": ("run", str),
    "--to-revision": ("to_revision", _number),
    "--deployment": ("deployments", str),
    "--config": ("config", Path),
}
