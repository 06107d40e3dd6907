"""Which suites run, on record: whoever goes on after a ``kill -9`` ends them first.

A suite is on record before it runs. Its process group is ours beyond doubt where its leader has the
number and the moment of the record, or where one of it was started with the mark of the record.
"""

import json
import os
import secrets
from dataclasses import asdict, replace
from pathlib import Path

from hotfix.domain.frozen import frozen
from hotfix.ports.suite_runner import Suite
from hotfix.processes import table

# Not HOTFIX_...: a suite may run this program, which knows no such setting.
MARK = "SUITE_OF_HOTFIX"


@frozen
class Running:
    """A suite that was started: what is on record of it."""

    suite: str  #: its name
    grace_seconds: float  #: that it has when it is asked to end
    mark: str  #: in the environment of all that it starts, and nowhere else
    pid: int = 0  #: of its leader, and of its group; 0 until it runs
    started: str = ""  #: when, in the words of ``processes.table``

    @property
    def variable(self) -> str:
        """Return the mark as it stands in an environment."""
        return f"{MARK}={self.mark}"


class LeftBehind:
    """The records of one run, a file each; one process at a time walks a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def about_to_start(self, suite: Suite) -> Running:
        """Put on record that a suite is going to run."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        running = Running(suite.name, suite.grace_seconds, secrets.token_hex(16))
        self._write(running)
        return running

    def has_started(self, running: Running, pid: int) -> Running:
        """Add who runs it."""
        entry = table.entry_of(pid)
        running = replace(running, pid=pid, started=entry.started if entry else "")
        self._write(running)
        return running

    def is_over(self, running: Running) -> None:
        """Strike it off: nothing of it runs any more."""
        self._file(running).unlink(missing_ok=True)

    def left(self) -> tuple[tuple[Running, int], ...]:
        """Return what a killed process left, with its process group; strikes off what is over."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            running = _read(path)
            group = _group_of(running) if running else None
            if running is None or group is None:
                path.unlink(missing_ok=True)
            else:
                found.append((running, group))
        return tuple(found)

    def _file(self, running: Running) -> Path:
        return self._folder / f"{running.mark}.json"

    def _write(self, running: Running) -> None:
        path = self._file(running)
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(running), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


def _read(path: Path) -> Running | None:
    try:
        return Running(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _group_of(running: Running) -> int | None:
    """Return the group that is ours beyond doubt and lives, or None."""
    if not running.pid:
        return next(iter(table.groups_bearing(running.variable)), None)
    leader = table.entry_of(running.pid)
    if leader is not None and leader.started == running.started:
        return running.pid
    # Its leader has gone, or another has its number: what it left bears its mark.
    is_ours = any(table.bears(pid, running.variable) for pid in table.members(running.pid))
    return running.pid if is_ours else None
