"""What is printed holds no secret, whoever has put one into it: a service may echo its token."""

import io
import os
import sys

from hotfix.domain.redaction import redacted
from hotfix.processes.environment import known_secrets

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TextIO


class Redacting:
    """A stream of text that shows ``[redacted]`` in the place of each secret of this process.

    Once nobody reads it, the command goes on to its end: whether the reader of a pipe
    (``| head -1``) is gone before or after the last line is chance, and must not decide on the exit
    code. ``must_be_read`` makes an exception.

    Args:
        stream: where to.

    Attributes:
        trouble: why it takes nothing more; None while it does.
        is_endless: whether the command would go on until somebody ends it.
    """

    def __init__(self, stream: "TextIO") -> None:
        self._must_be_read = self.is_endless = False
        # A stream without a buffer (PYTHONUNBUFFERED, -u) does not say what of a text a disk that
        # fills has not taken.
        raw = getattr(stream, "buffer", None)
        self._is_unbuffered = isinstance(raw, io.RawIOBase)
        self._stream = _buffered(stream) if self._is_unbuffered else stream
        self.trouble: OSError | None = None

    def write(self, text: str) -> int:
        """Write the text; returns how long it was."""
        try:
            self._stream.write(redacted(text, known_secrets()))
            if self._is_unbuffered:
                self._stream.flush()
        except OSError as error:
            self._meet(error)
        return len(text)

    def flush(self) -> None:
        """Let what was written get to where it goes."""
        try:
            self._stream.flush()
        except OSError as error:
            self._meet(error)

    def _meet(self, error: OSError) -> None:
        """Take note of a trouble, and raise it where it is the command's end."""
        self.trouble = error
        if self._must_be_read or not isinstance(error, BrokenPipeError):
            raise error
        self.write_no_more()

    def must_be_read(self, *, is_endless: bool) -> None:
        """Raise BrokenPipeError from now on once nobody reads it, and at once if that is so."""
        self._must_be_read, self.is_endless = True, is_endless
        if isinstance(self.trouble, BrokenPipeError):
            raise self.trouble

    def write_no_more(self) -> None:
        """Let what is left to flush, and all that comes, go nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def writelines(self, lines: "Iterable[str]") -> None:
        """Write all of them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stream, name)


def _buffered(stream: "TextIO") -> "TextIO":
    """Return a stream to the same descriptor, which stays open, that has a buffer."""
    return open(stream.fileno(), "w", encoding=stream.encoding, errors=stream.errors, closefd=False)


class RedactedOutput:
    """Inside, both standard outputs are printed to through ``Redacting``."""

    def __enter__(self) -> None:
        self._kept = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = map(Redacting, self._kept)

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr = self._kept
