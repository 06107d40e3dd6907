"""The team's test suites as local processes, each in a process group of its own."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hotfix.domain.suite_state import SuiteState
from hotfix.ports.suite_runner import Suite, SuiteRun

_GRACE_SECONDS = 2.0
_TAIL_LINES, _TAIL_BYTES, _LONGEST_LINE = 20, 16_384, 300


@dataclass
class _Child:
    suite: Suite
    log_file: Path
    started: float
    process: subprocess.Popen[bytes] | None
    why: str = ""
    ended: float | None = None
    timed_out: bool = False


class LocalSuites:
    """Runs suites side by side; each one's whole output goes into ``log_folder``.

    Environment variables of the names in ``hidden`` they must not see.
    """

    def __init__(self, log_folder: Path, hidden: Sequence[str] = ()) -> None:
        self._log_folder = log_folder
        self._hidden = frozenset(hidden)
        self._children: list[_Child] = []

    def start(self, suites: Sequence[Suite], folder: Path) -> None:
        """Start all suites in the work tree ``folder``; what still ran is ended first."""
        self.stop()
        self._log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._children = [self._started(suite, folder) for suite in suites]

    def look(self) -> tuple[SuiteRun, ...]:
        """Return how each suite stands, and end those over their timeout."""
        now = time.monotonic()
        for child in self._children:
            if child.process is None or child.ended is not None:
                continue
            if child.process.poll() is None and now - child.started > child.suite.timeout_seconds:
                child.timed_out = True
                _end([child.process])
            if child.process.poll() is not None:
                child.ended = now
                _kill_group(child.process, signal.SIGKILL)  # what the suite left behind
        return tuple(_seen(child, now) for child in self._children)

    def stop(self) -> None:
        """End whatever runs, with its children, and forget it."""
        # Whatever has ended was cleaned up then: its number may be another process's by now.
        running = [child for child in self._children if child.ended is None]
        _end([child.process for child in running if child.process is not None])
        self._children = []

    def _started(self, suite: Suite, folder: Path) -> _Child:
        log_file = self._log_folder / f"{suite.name.replace(os.sep, '_')}.log"
        environment = {
            name: value for name, value in os.environ.items() if name not in self._hidden
        }
        handle = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            process = subprocess.Popen(
                suite.command,
                cwd=folder / suite.directory,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return _Child(suite, log_file, time.monotonic(), None, _why(error, suite, folder))
        finally:
            os.close(handle)
        return _Child(suite, log_file, time.monotonic(), process)


def _why(error: Exception, suite: Suite, folder: Path) -> str:
    if not (folder / suite.directory).is_dir():
        return f"There is no folder {suite.directory}."
    if isinstance(error, FileNotFoundError):
        return f"There is no program {suite.command[0]}."
    return str(error)


def _seen(child: _Child, now: float) -> SuiteRun:
    code = None if child.process is None else child.process.returncode
    if child.process is None:
        state = SuiteState.NOT_STARTED
    elif child.timed_out:
        state = SuiteState.TIMED_OUT
    elif child.ended is None:
        state = SuiteState.RUNNING
    else:
        state = SuiteState.PASSED if code == 0 else SuiteState.FAILED
    return SuiteRun(
        name=child.suite.name,
        state=state,
        exit_code=code,
        seconds=(child.ended or now) - child.started,
        last_lines=_tail(child.log_file),
        log_file=child.log_file,
        why=child.why,
    )


def _tail(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    lines = text.splitlines()[-_TAIL_LINES:]
    return tuple(line[:_LONGEST_LINE] for line in lines)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all groups to end, then make them."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        _kill_group(process, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill_group(process, signal.SIGKILL)
            process.wait()
    for process in processes:
        _kill_group(process, signal.SIGKILL)


def _kill_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
