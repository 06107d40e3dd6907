"""What is printed holds no secret, whoever has put one into it: a service may echo its token."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from hotfix.domain.redaction import redacted
from hotfix.processes.environment import known_secrets

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import Any, TextIO


class Redacting:
    """A stream of text that shows ``[redacted]`` in the place of each secret of this process."""

    def __init__(self, stream: "TextIO") -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text; returns how long it was."""
        self._stream.write(redacted(text, known_secrets()))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write all of them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stream, name)


@contextmanager
def redacting() -> Iterator[None]:
    """Print through it, to standard output and standard error."""
    out, errors = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Redacting(out), Redacting(errors)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, errors
