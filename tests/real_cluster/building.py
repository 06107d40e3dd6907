"""What both ways to a control plane share: commands with progress, a deadline, and one at a time.

Needs nothing but Python itself, as ``provide.py`` does.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

NEEDED = ("etcd", "kube-apiserver", "kube-controller-manager")
DEADLINE_SECONDS = 45 * 60.0
_EVERY_SECONDS = 15.0


class NotProvidedError(Exception):
    """The control plane cannot be had here; the text says why and what would help."""


def missing(folder: Path) -> list[str]:
    """Return which of the needed binaries ``folder`` lacks."""
    return [name for name in NEEDED if not shutil.which(name, path=str(folder))]


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder: two that build at once would take twice the time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(built: Path, folder: Path) -> None:
    """Copy a binary to ``folder``; what is there under its name is always whole."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{built.name}.part"
    shutil.copy2(built, part)
    part.replace(folder / built.name)


def run(
    name: str,
    command: Sequence[str],
    source: Path,
    deadline: float,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Run a command in ``source`` with a line of progress now and then.

    Args:
        name: what it makes, for the progress.
        command: the command.
        source: where it runs.
        deadline: the monotonic time by which it must have ended.
        environ: what is added to the environment.

    Raises:
        NotProvidedError: it failed, or did not end in time.
    """
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            cwd=source,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # make and go have children of their own, which must end with them.
            process_group=0,
        )
    except OSError as error:
        raise NotProvidedError(f"{name}: {command[0]} cannot be run: {error}") from error
    lines: list[str] = []
    with process:
        try:
            _follow(name, process, lines, deadline)
        except BaseException:
            # What runs as root is not ours to stop; it is waited for.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        said = "\n".join(lines[-12:])
        raise NotProvidedError(f"{name}: {' '.join(command[:3])} failed:\n{said}")
    say(f"  {name}: ready after {time.monotonic() - started:.0f} s")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _follow(name: str, process: subprocess.Popen[str], lines: list[str], deadline: float) -> None:
    started = told = time.monotonic()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    while process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
        now = time.monotonic()
        if now > deadline:
            raise NotProvidedError(
                f"{name}: not built within {DEADLINE_SECONDS / 60:.0f} minutes. What is built "
                "is kept: make cluster goes on from there."
            )
        if now - told >= _EVERY_SECONDS:
            told = now
            latest = lines[-1].strip() if lines else "starting"
            say(f"  {name}: {now - started:.0f} s, {len(lines)} done, {latest[:60]}")
    reader.join()


def _read(process: subprocess.Popen[str], lines: list[str]) -> None:
    if process.stdout is not None:
        # One by one, because the progress is told from them meanwhile.
        for line in process.stdout:
            lines.append(line.rstrip())  # noqa: PERF401
