"""Runs a program to its end, or to a deadline, and returns what it said."""

import os
import selectors
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from hotfix.domain.frozen import frozen
from hotfix.processes.ending import GRACE_SECONDS, ending
from hotfix.processes.starting import start

_LOOK_SECONDS = 0.05
_CHUNK_BYTES = 65_536
# What is in a pipe when its program has ended is at most this; more comes from somebody it left.
_CHUNKS_AFTER_THE_END = 64


@frozen
class Finished:
    """How a program ended, and what it said."""

    code: int | None  #: its exit code, negative for a signal; None where we had to end it
    output: bytes  #: its standard output, or the end of it
    errors: bytes  #: its standard error, or the end of it; empty where both were one


def run(
    words: Sequence[str],
    seconds: float,
    *,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    needs: Collection[str] = (),
    adds: Mapping[str, str] | None = None,
    keep: int | None = None,
    as_one: bool = False,
    leaves_nothing: bool = False,
    cancelled: threading.Event | None = None,
    grace_seconds: float = GRACE_SECONDS,
) -> Finished:
    """Run a program; one that is not over after ``seconds`` is ended, with what it started.

    Args:
        words: the program and its arguments; no shell is involved.
        seconds: how long it may take.
        folder: where it runs; by default where we are.
        environ: its environment; by default ours. Of either it sees no secret of ours, and nothing
            of another git's repository.
        needs: which of our secrets it gets to see all the same.
        adds: what its environment has besides.
        keep: of each stream, the last so many bytes; None for all of it.
        as_one: whether standard error goes where standard output goes.
        leaves_nothing: whether what it leaves running is ended, too, when it is over by itself.
        cancelled: ends it when set. For threads: Ctrl-C reaches only the main one.
        grace_seconds: between the request to end and the end.

    Raises:
        OSError, ValueError: it cannot be started.
    """
    errors = subprocess.STDOUT if as_one else subprocess.PIPE
    process = start(
        words,
        folder=folder,
        environ=environ,
        needs=needs,
        adds=adds,
        stdout=subprocess.PIPE,
        stderr=errors,
    )
    deadline = time.monotonic() + seconds

    def is_to_end() -> bool:
        return time.monotonic() > deadline or (cancelled is not None and cancelled.is_set())

    with _Streams(process, keep) as streams:
        try:
            streams.read_until(lambda: process.poll() is not None or is_to_end())
            code = process.poll()
        except BaseException:
            _end(process, streams, grace_seconds)
            raise
        if code is None or leaves_nothing:
            _end(process, streams, grace_seconds)
        return Finished(code, streams.output, streams.errors)


@contextmanager
def set_by_an_error(event: threading.Event) -> Iterator[None]:
    """Set ``event`` where what is inside is interrupted: its threads run programs meanwhile."""
    try:
        yield
    except BaseException:
        event.set()
        raise


def _end(process: "subprocess.Popen[bytes]", streams: "_Streams", grace_seconds: float) -> None:
    # It is read on: what blocks on a full pipe cannot put anything in order.
    last = ending(process, grace_seconds)
    try:
        streams.read_until(last.is_over)
    finally:
        last.hurry()


class _Streams:
    """What a process says, read as it comes."""

    def __init__(self, process: "subprocess.Popen[bytes]", keep: int | None) -> None:
        self._process = process
        self._keep = keep
        self._said: dict[str, bytearray] = {"output": bytearray(), "errors": bytearray()}
        self._selector = selectors.DefaultSelector()
        for pipe, name in ((process.stdout, "output"), (process.stderr, "errors")):
            if pipe is not None:
                self._selector.register(pipe, selectors.EVENT_READ, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._selector.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                # Not read to its end: what left the group may hold it open.
                pipe.close()

    @property
    def output(self) -> bytes:
        return bytes(self._said["output"])

    @property
    def errors(self) -> bytes:
        return bytes(self._said["errors"])

    def read_until(self, is_over: Callable[[], bool]) -> None:
        """Read until ``is_over``, and then what is there."""
        while not is_over():
            if self._selector.get_map():
                self._read(_LOOK_SECONDS)
            else:
                self._wait()
        for _ in range(_CHUNKS_AFTER_THE_END):
            if not self._read(0):
                break

    def _wait(self) -> None:
        try:
            self._process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            return

    def _read(self, seconds: float) -> bool:
        """Read what is there, waiting at most ``seconds`` for it; returns whether anything was."""
        found = self._selector.select(seconds)
        for key, _ in found:
            chunk = os.read(key.fd, _CHUNK_BYTES)
            if not chunk:
                self._selector.unregister(key.fileobj)
                continue
            said = self._said[key.data]
            said += chunk
            if self._keep is not None:
                del said[: -self._keep]
        return bool(found)
