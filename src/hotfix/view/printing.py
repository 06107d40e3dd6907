"""What a command says to a person beside a run's screen: line after line, as wide as there is room.

Standard library only: the quick commands wait for nothing else.
"""

import os
import sys

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


def print_lines(*lines: str, file: "TextIO | None" = None) -> None:
    """Print ``lines``, cleaned ones, to standard output or ``file``: whole, and parted to fit."""
    stream = file or sys.stdout
    print("\n".join(parted_for(lines, stream)), file=stream, flush=True)


def must_be_read(*, is_endless: bool = False) -> None:
    """Have the command broken off once nobody reads what it prints, as far as that can be told.

    For what changes something step by step, which somebody has to watch; and for what
    ``is_endless``, where to read no more is the way to end it.
    """
    for stream in (sys.stdout, sys.stderr):
        say = getattr(stream, "must_be_read", None)
        if say is not None:
            say(is_endless=is_endless)


def parted_for(lines: "Iterable[str]", stream: "TextIO") -> "Iterable[str]":
    """Return ``lines`` as they fit into ``stream``; in a file or a pipe a line stays a line."""
    told, width = tuple(lines), columns(stream)
    if width is None or all(_most_cells(line) <= width for line in told):
        return told
    from hotfix.view.fitting import fitted  # noqa: PLC0415 - a prompt does not wait for it

    return fitted(told, width)


def _most_cells(line: str) -> int:
    """Return how many cells ``line`` may take at most: a sign beyond ASCII takes two, or less."""
    return sum(1 if sign.isascii() else 2 for sign in line)


def columns(stream: "TextIO") -> int | None:
    """Return how many cells a line of ``stream`` has; None where it is no terminal."""
    if not stream.isatty():
        return None
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None
