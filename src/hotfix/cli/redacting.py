"""What is printed holds no secret, whoever has put one into it: a service may echo its token."""

import sys

from hotfix.domain.redaction import redacted
from hotfix.processes.environment import known_secrets

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TextIO


class Redacting:
    """A stream of text that shows ``[redacted]`` in the place of each secret of this process.

    Attributes:
        trouble: why it takes nothing more; None while it does.
    """

    def __init__(self, stream: "TextIO") -> None:
        self._stream = stream
        self.trouble: OSError | None = None

    def write(self, text: str) -> int:
        """Write the text; returns how long it was."""
        try:
            self._stream.write(redacted(text, known_secrets()))
        except OSError as error:
            self.trouble = error
            raise
        return len(text)

    def flush(self) -> None:
        """Let what was written get to where it goes."""
        try:
            self._stream.flush()
        except OSError as error:
            self.trouble = error
            raise

    def writelines(self, lines: "Iterable[str]") -> None:
        """Write all of them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stream, name)


class RedactedOutput:
    """Inside, both standard outputs are printed to through ``Redacting``."""

    def __enter__(self) -> None:
        self._kept = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (Redacting(stream) for stream in self._kept)

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr = self._kept
