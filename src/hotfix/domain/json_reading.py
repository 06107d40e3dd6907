"""JSON is read without the patterns that ``json`` imports: a third of what a prompt waits for.

The library, too, has the text read by a scanner in C; with patterns it looks for blanks around it.
"""

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import Any


class _Usual:
    """What ``json.loads`` asks for where nothing else is wanted."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = parse_constant = float
    parse_int = int


def json_value(text: str) -> "Any":
    """Return what JSON says, as ``json.loads`` does; ValueError where it is none."""
    try:
        from _json import make_scanner

        value, end = make_scanner(_Usual)(text, 0)  # type: ignore[arg-type]
        if end == len(text):
            return value
    except (AttributeError, ImportError, StopIteration, SystemError):
        # Of another Python, with another inside; or cut off in the middle, for which the scanner
        # has words only where the library is imported.
        pass
    # Blanks around it, more than one value, or none: the library knows, and has the words.
    from json import loads

    return loads(text)
