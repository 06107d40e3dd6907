"""Runs a program at our own terminal, where it may ask, and where Ctrl-C reaches both."""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from hotfix.processes.environment import of_child

_LOOK_SECONDS, _GRACE_SECONDS = 0.05, 10.0


def run_at_our_terminal(
    words: Sequence[str],
    *,
    folder: Path,
    adds: Mapping[str, str],
    environ: Mapping[str, str],
    may_ask: bool,
    killed: Callable[[], bool] = lambda: False,
    each_line: Callable[[str], None] | None = None,
) -> int:
    """Run a program to its end; returns its exit code, negative for a signal.

    Args:
        words: the program and its arguments; no shell is involved.
        folder: where it runs.
        adds: what its environment has besides, secrets too.
        environ: its environment.
        may_ask: whether it reads what is typed here; Ctrl-C is then its own alone.
        killed: asked again and again; once it says so, the program is killed.
        each_line: gets each whole line that it prints; None lets it print by itself.
    """
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=of_child((), adds, environ),
        stdin=None if may_ask else subprocess.DEVNULL,
        stdout=None if each_line is None else subprocess.PIPE,
    )
    with _heard(process, each_line), _left_to_it() if may_ask else nullcontext():
        try:
            while process.poll() is None:
                _wait(process, _LOOK_SECONDS)
                if killed():
                    process.kill()
        except KeyboardInterrupt:
            process.terminate()  # it leaves things in order
            _wait(process, _GRACE_SECONDS)
            raise
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    return process.returncode


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


@contextmanager
def _left_to_it() -> Iterator[None]:
    """Do nothing about Ctrl-C, which reaches the program, too."""
    kept = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)


@contextmanager
def _heard(
    process: "subprocess.Popen[bytes]", each_line: Callable[[str], None] | None
) -> Iterator[None]:
    """Pass each whole line on meanwhile: one that a kill has torn is none."""
    if each_line is None or process.stdout is None:
        yield
        return
    pipe, hear = process.stdout, each_line

    def listen() -> None:
        for line in pipe:
            if line.endswith(b"\n"):
                hear(line.decode("utf-8", "replace").rstrip("\n"))

    listener = threading.Thread(target=listen, name="lines", daemon=True)
    listener.start()
    try:
        yield
    finally:
        listener.join(_GRACE_SECONDS)
        pipe.close()
