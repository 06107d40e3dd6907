"""The keyboard: what is typed counts for the question that it was typed for, and for no other."""

import select
import sys
import termios
import time

# A paste arrives in pieces; by then the next of them would have come, also over a slow line.
_QUIET_SECONDS = 0.1
_LONGEST_SECONDS = 2.0


def throw_away() -> None:
    """Throw away what was typed until now, and what of a paste is still on its way."""
    if not sys.stdin.isatty():
        return
    until = time.monotonic() + _LONGEST_SECONDS
    try:
        is_quiet = False
        while not is_quiet and time.monotonic() < until:
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
            is_quiet = not select.select([sys.stdin], [], [], _QUIET_SECONDS)[0]
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    except termios.error:
        return  # a terminal that is gone; whoever reads next finds that out


def typed_line(seconds: float) -> str | None:
    """Return the next line that is typed within ``seconds``, stripped, or None.

    Raises:
        EOFError: the input ended: Ctrl-D, or the terminal is gone.
    """
    readable, _, _ = select.select([sys.stdin], [], [], seconds)
    if not readable:
        return None
    try:
        line = sys.stdin.readline()
    except OSError as error:
        raise EOFError from error
    if not line:
        raise EOFError
    return line.strip()
