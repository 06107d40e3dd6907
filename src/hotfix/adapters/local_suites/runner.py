"""Runs the team's test suites side by side, each in a process group of its own."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from hotfix.adapters.local_suites.capped_log import CappedLog, Recording
from hotfix.adapters.local_suites.left_behind import MARK, LeftBehind, Running
from hotfix.domain.suite_output import ran_no_test
from hotfix.domain.suite_state import SuiteState
from hotfix.ports.suite_runner import Suite, SuiteRun
from hotfix.processes.ending import Ending, ending, finish
from hotfix.processes.starting import start

# What runners that watch files and wait for keys ask for; a CI=false of ours is not about them.
_NOBODY_WATCHES = {"CI": "true"}


class LocalSuites:
    """Implements ``ports.suite_runner.SuiteRunner``.

    Args:
        log_folder: where each start of a suite has a file for its output.
        records: where it is on record which suites run.
    """

    def __init__(self, log_folder: Path, records: Path) -> None:
        self._log_folder = log_folder
        self._records = LeftBehind(records)
        self._children: list[_Child] = []
        self._left: list[tuple[Running, Ending]] = []

    def end_what_is_left(self) -> tuple[str, ...]:
        """Begin to end what a killed process of the run has left running; returns what it is."""
        ours = {child.running for child in self._children}
        known = ours | {running for running, _ in self._left}
        found = [each for each in self._records.left() if each[0] not in known]
        self._left += [(each, Ending(group, each.grace_seconds)) for each, group in found]
        return tuple(running.suite for running, _ in found)

    def start(self, suites: Sequence[Suite], folder: Path) -> None:
        """Start all suites in the work tree ``folder``; what still ran is ended first."""
        self.end_what_is_left()
        self.stop()
        for suite in suites:
            self._children.append(self._started(suite, folder))

    def look(self) -> tuple[SuiteRun, ...]:
        """Return how each suite stands, and begin to end those over their timeout."""
        for child in self._children:
            child.look()
        return tuple(child.seen() for child in self._children)

    def stop(self) -> None:
        """End whatever runs, with its children, and forget it."""
        try:
            endings = [each for child in self._children for each in child.end()]
            finish([*endings, *(each for _, each in self._left)])
        finally:
            for child in self._children:
                child.look()
            for running, _ in self._left:
                self._records.is_over(running)
            self._children, self._left = [], []

    def _started(self, suite: Suite, folder: Path) -> "_Child":
        log = CappedLog(self._log_folder, suite.name)
        running = self._records.about_to_start(suite)
        try:
            process = start(
                suite.command,
                folder=folder / suite.directory,
                adds={MARK: running.mark, **(_NOBODY_WATCHES if suite.is_ci else {})},
                stdout=subprocess.PIPE,
            )
        except (OSError, ValueError) as error:
            log.close()
            self._records.is_over(running)
            return _Child(suite, log, why=_why(error, suite, folder))
        except BaseException:
            self._records.is_over(running)
            raise
        running = self._records.has_started(running, process.pid)
        return _Child(suite, log, process, running, self._records)


class _Child:
    """A suite that was started, or could not be: ``why`` says what the system said."""

    def __init__(
        self,
        suite: Suite,
        log: CappedLog,
        process: "subprocess.Popen[bytes] | None" = None,
        running: Running | None = None,
        records: LeftBehind | None = None,
        why: str = "",
    ) -> None:
        self._suite = suite
        self._log = log
        self._process = process
        self.running = running
        self._records = records
        self._why = why
        self._started = time.monotonic()
        self._ended: float | None = None
        self._ending: Ending | None = None
        self._is_over = process is None
        self._is_late = False
        self._is_empty = False
        pipe = process.stdout if process is not None else None
        self._recording = Recording(pipe, log) if pipe is not None else None

    def look(self) -> None:
        """Take note of its end; it is over when nothing of it runs any more."""
        if self._is_over or self._process is None:
            return
        if self._ended is None and self._process.poll() is not None:
            self._ended = time.monotonic()
        self._is_late = self._is_late or (
            self._ended is None and time.monotonic() - self._started > self._suite.timeout_seconds
        )
        if self._ended is not None or self._is_late:
            # What it left behind, or all of it.
            self._is_over = all(each.is_over() for each in self.end())
        if self._is_over:
            self._ended = self._ended or time.monotonic()
            if self._recording is not None:
                self._recording.finish()
                self._is_empty = ran_no_test(self._log.whole())
            if self._records is not None and self.running is not None:
                self._records.is_over(self.running)

    def end(self) -> tuple[Ending, ...]:
        """Begin to end it, unless that was done; empty where it is over."""
        if self._is_over or self._process is None:
            return ()
        if self._ending is None:
            self._ending = ending(self._process, self._suite.grace_seconds)
        return (self._ending,)

    def seen(self) -> SuiteRun:
        """Return how it stands."""
        code = self._process.returncode if self._process is not None and self._is_over else None
        until = self._ended or time.monotonic()
        return SuiteRun(
            name=self._suite.name,
            state=self._state(code),
            exit_code=code,
            seconds=until - self._started,
            last_lines=self._log.last_lines,
            log_file=self._log.path,
            why=self._why,
            left_out=self._log.left_out,
            lines=self._log.lines,
            silent_seconds=max(0.0, until - max(self._started, self._log.written_at)),
        )

    def _state(self, code: int | None) -> SuiteState:
        if self._process is None:
            return SuiteState.NOT_STARTED
        if not self._is_over:
            return SuiteState.RUNNING
        if self._is_late:
            return SuiteState.TIMED_OUT
        if code != 0:
            return SuiteState.FAILED
        return SuiteState.RAN_NO_TEST if self._is_empty else SuiteState.PASSED


def _why(error: Exception, suite: Suite, folder: Path) -> str:
    if not (folder / suite.directory).is_dir():
        return f"There is no folder {suite.directory}."
    if isinstance(error, FileNotFoundError):
        return f"There is no program {suite.command[0]}."
    return str(error)
