"""A program of ours that answers line by line, and ends when nobody asks any more."""

import os
import selectors
import subprocess
import threading
import time
from collections.abc import Sequence

from hotfix.processes.environment import of_child


class LineServer:
    """Started when it is first asked, and anew after it gave no answer; for one thread at a time.

    Args:
        command: the program and its arguments.
        answer_seconds: after which it is killed.
    """

    def __init__(self, command: Sequence[str], answer_seconds: float) -> None:
        self._command = command
        self._answer_seconds = answer_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._at_work = threading.Lock()

    def ask(self, line: bytes) -> bytes | None:
        """Return the line that it answers; None where it gave none, whatever it has done."""
        with self._at_work:
            return self._ask(line)

    def close(self) -> None:
        """End it; what it is at work on, it finishes before."""
        if self._at_work.acquire(blocking=False):
            try:
                self.kill()
            finally:
                self._at_work.release()
        elif (process := self._process) is not None and process.stdin is not None:
            process.stdin.close()

    def _ask(self, line: bytes) -> bytes | None:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=of_child(),
                bufsize=0,
                start_new_session=True,  # Ctrl-C is the walk's
            )
        try:
            return self._answer(self._process, line)
        except (OSError, ValueError):
            self.kill()
            return None

    def kill(self) -> None:
        """End it at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def _answer(self, process: "subprocess.Popen[bytes]", line: bytes) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise OSError
        process.stdin.write(line)
        until, got = time.monotonic() + self._answer_seconds, b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not got.endswith(b"\n"):
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise TimeoutError
                part = os.read(process.stdout.fileno(), 4096)
                if not part:
                    raise OSError
                got += part
        return got
