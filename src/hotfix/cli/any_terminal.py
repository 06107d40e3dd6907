"""A terminal that cannot show a sign, or sends bytes that are no text, ends no command."""

import codecs
import os
import sys

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import Any

_ERRORS = "hotfix-plain"
_PLAIN = {
    "✓": "+",
    "✗": "x",
    "…": "...",
    "·": "-",
    "•": "*",
    "→": "->",
    "↶": "<-",
    "■": "#",
    "▶": ">",
    "█": "#",
    "░": ".",
    "─": "-",
    "│": "|",
}


def bear_any_terminal() -> None:
    """Let what cannot be encoded be written in other signs, and what cannot be decoded be read."""
    codecs.register_error(_ERRORS, _in_plain_signs)
    # Whoever started us has closed it: there is nothing to read, and nobody who reads.
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, _ERRORS), (sys.stderr, _ERRORS)):
        # One that is not the process's own stays as it is.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)


def _nowhere(mode: str) -> "Any":
    return os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8")


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign) or _escaped(sign) for sign in signs), error.end


def _escaped(sign: str) -> str:
    """Return the sign as JSON escapes it, so that JSON in a poor encoding stays JSON."""
    units = sign.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
