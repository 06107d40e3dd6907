"""How a program is started: the leader of a session of its own.

It has no terminal to ask at, Ctrl-C reaches us alone, and what it starts can be ended with it.
"""

import atexit
import signal
import subprocess
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hotfix.processes.ending import ending, finish
from hotfix.processes.environment import of_child

_STOPS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
_started: "set[subprocess.Popen[bytes]]" = set()

Stream = int | IO[bytes]


def start(
    words: Sequence[str],
    *,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    needs: Collection[str] = (),
    adds: Mapping[str, str] | None = None,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = subprocess.DEVNULL,
    stderr: Stream = subprocess.STDOUT,
) -> "subprocess.Popen[bytes]":
    """Start a program, without a shell; by default in our folder, and unheard.

    Its environment is ours, or ``environ`` in its place, as ``environment.of_child`` makes it. It
    ends with us at the latest, unless we are killed.

    Raises:
        OSError, ValueError: it cannot be started.
    """
    _started.difference_update([each for each in tuple(_started) if each.returncode is not None])
    process = None
    try:
        with _stops_held_back():
            process = subprocess.Popen(
                words,
                cwd=folder,
                env=of_child(needs, adds, environ),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
            _started.add(process)
    except BaseException:
        if process is not None:
            finish([ending(process)])
        raise
    return process


@contextmanager
def _stops_held_back() -> Iterator[None]:
    """Let Ctrl-C and its like come when there is a process to end, and not in the middle."""
    if threading.current_thread() is not threading.main_thread():
        yield  # they come to the main thread alone
        return
    came: list[int] = []
    kept = {number: signal.getsignal(number) for number in _STOPS}
    ours = {number: handler for number, handler in kept.items() if callable(handler)}
    for number in ours:
        signal.signal(number, lambda which, _frame: came.append(which))
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
        for which in came:
            signal.raise_signal(which)


@atexit.register
def _end_all() -> None:
    """End what a background thread still waits for when the command is over."""
    finish([ending(each) for each in tuple(_started) if each.poll() is None])
