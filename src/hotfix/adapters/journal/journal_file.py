"""The journal as a file: one JSON object a line, each with the hash of the line before.

One folder a run, ``runs/<run>/``: ``journal.jsonl``, and ``state.json`` for fast readers, which
is derived and may be lost. Folders are 0700 and files 0600; nothing is opened through a link.
"""

import hashlib
import json
import os
import socket
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from hotfix.adapters.journal.files import (
    LOCK,
    bytes_of,
    check_owner,
    file_trouble,
    no_run,
    open_file,
    set_aside,
    sync_folder,
    walked_here,
    write_all,
    write_private,
)
from hotfix.adapters.journal.lines import FIRST, read
from hotfix.adapters.journal.order import FILE, STATE, note_newest
from hotfix.adapters.journal.tracebacks import keep_traceback
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventData
from hotfix.domain.fold import after, fold
from hotfix.domain.json_record import utc_text
from hotfix.domain.newer_version import refuse_newer
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.redacted_values import redacted_values
from hotfix.domain.redaction import redacted
from hotfix.domain.state_checksum import with_checksum
from hotfix.domain.status import status
from hotfix.ports.clock import Clock
from hotfix.ports.journal import Kept
from hotfix.processes.birth import born
from hotfix.processes.environment import known_secrets

# Of a recorded deployment.


class JournalFile:
    """The open journal of one run: the only writer. Use ``create`` or ``open``."""

    def __init__(self, folder: Path, clock: Clock, operator: str, secrets: Collection[str]) -> None:
        self._folder = folder
        self._clock = clock
        self._operator = operator
        # Kept as it is: a secret may be found, and added to it, while the run is walked.
        self._secrets = secrets
        self._holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "born": born(os.getpid()),
            "operator": operator,
            "since": utc_text(clock.now()),
        }
        self._lock = FileLock(folder / LOCK, mode=0o600)
        self._take_lock()
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            self._file = open_file(folder / FILE)
            undo.callback(os.close, self._file)
            self._is_dirty = True
            self._events: list[Event] = []
            self._progress = Progress()
            self._last_hash = FIRST
            self._catch_up()
            if self._progress.last_at is not None:
                # Another machine's clock, or this one's before it was set back, was ahead.
                clock.not_before(self._progress.last_at)
            undo.pop_all()

    @classmethod
    def create(
        cls, state: Path, run: str, clock: Clock, operator: str, *, secrets: Collection[str] = ()
    ) -> Self:
        """Begin the journal of a new run, whose id no other run has.

        The state directory is made where missing. The ``secrets`` are never written; they become
        ``[redacted]``.

        Raises:
            ProblemError: the folder cannot be made, or is not ours.
        """
        folder, again = state / "runs" / run, "the same command again"
        with file_trouble(folder, again):
            for each in (state, state / "runs", folder):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_owner(folder)
        with file_trouble(folder, again):
            note_newest(str(state), run)
        journal = cls(folder, clock, operator, secrets)
        sync_folder(folder)
        sync_folder(folder.parent)
        return journal

    @classmethod
    def open(
        cls, state: Path, run: str, clock: Clock, operator: str, *, secrets: Collection[str] = ()
    ) -> Self:
        """Open the journal of a run to go on with it; a torn last line is cut and kept beside it.

        Raises:
            ProblemError: there is no such run, somebody else writes, it is damaged, or a newer
                version has written to it.
        """
        folder = state / "runs" / run
        if not (folder / FILE).exists():
            raise ProblemError(no_run(run))
        check_owner(folder)
        return cls(folder, clock, operator, secrets)

    @property
    def run(self) -> str:
        """Return the id of the run."""
        return self._folder.name

    def events(self) -> Sequence[Event]:
        """Return all events so far, in order."""
        self._catch_up()
        return tuple(self._events)

    def progress(self) -> Progress:
        """Return where the run stands by all of them."""
        self._catch_up()
        return self._progress

    def append(self, said: EventData, phase: str = "", step: str = "") -> Event:
        """Write an event and sync it; returns it when it cannot be lost any more."""
        self._catch_up()
        now, before = self._clock.now(), self._progress.last_at
        redact = partial(redacted, secrets={*self._secrets, *known_secrets()})
        event = Event(
            run=self.run,
            seq=len(self._events) + 1,
            # Never before the event before it, whatever the clock says.
            at=now if before is None else max(now, before),
            type=said.type,
            operator=redact(self._operator),
            phase=phase,
            step=step,
            # Values alone: the chain and the shape of the line are never touched.
            data={key: redacted_values(value, redact) for key, value in said.to_json().items()},
        )
        line = json.dumps({**event.to_json(), "previous": self._last_hash}, ensure_ascii=False)
        raw = line.encode("utf-8", "backslashreplace") + b"\n"
        # Whoever interrupts between here and the end makes the next call read the file again.
        self._is_dirty = True
        with file_trouble(self._folder):
            write_all(self._file, raw)
            os.fsync(self._file)
        event = Event.from_json(json.loads(line))
        self._note(event, raw)
        self._is_dirty = False
        self._write_state()
        return event

    def keep_traceback(self, error: BaseException) -> Kept:
        """Keep how ``error`` came about in a private file beside the record."""
        return keep_traceback(self._folder, error, self._secrets)

    def close(self) -> None:
        """Let the next writer in."""
        os.close(self._file)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            # Whoever breaks a command off hears which run it leaves open.
            if isinstance(error, KeyboardInterrupt) and not self._is_over():
                error.add_note(f"Run {self.run} is open: hotfix resume {self.run}")
        finally:
            self.close()

    def _is_over(self) -> bool:
        """Whether there is nothing to go on with: it is over, or has not begun."""
        progress = self.progress()
        return not progress.events or progress.state.is_over

    def _catch_up(self) -> None:
        """Read the file where what is in memory may not be what is on disk; cut a torn end."""
        if not self._is_dirty:
            return
        path = self._folder / FILE
        found = read(path)
        progress = fold(found.events)
        refuse_newer(progress)
        torn = bytes_of(path)[found.good :]
        if torn:
            with file_trouble(self._folder):
                set_aside(self._folder / "journal.torn", torn)
                os.ftruncate(self._file, found.good)
                os.fsync(self._file)
        self._events, self._progress = list(found.events), progress
        self._last_hash = found.last_hash
        self._is_dirty = False

    def _note(self, event: Event, raw: bytes) -> None:
        self._events.append(event)
        self._progress = after(self._progress, event)
        self._last_hash = hashlib.sha256(raw[:-1]).hexdigest()

    def _write_state(self) -> None:
        """Write what fast readers need; it is derived, so losing it loses nothing."""
        said_by = os.fstat(self._file)
        seen = {
            **status(self._progress),
            "whose": self._progress.settings.whose(),
            "journal_bytes": said_by.st_size,
            "journal_times": [said_by.st_mtime_ns, said_by.st_ctime_ns],
            "holder": self._holder,
        }
        text = json.dumps(seen, ensure_ascii=False).encode("utf-8", "backslashreplace")
        new = self._folder / f"{STATE}.new"
        with file_trouble(self._folder):
            write_private(new, with_checksum(text))
            new.replace(self._folder / STATE)

    def _take_lock(self) -> None:
        try:
            with file_trouble(self._folder):
                self._lock.acquire(timeout=0)
        except Timeout as error:
            raise ProblemError(walked_here(self._folder)) from error
