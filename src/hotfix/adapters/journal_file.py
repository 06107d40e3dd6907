"""The journal as a file: one JSON object a line, each with the hash of the line before.

One folder a run, ``runs/<run>/``: ``journal.jsonl``, and ``state.json`` for fast readers, which
is derived and may be lost. Folders are 0700 and files 0600; nothing is opened through a link.
"""

import hashlib
import json
import os
import socket
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from hotfix.domain.event import Event
from hotfix.domain.event_data import EventData
from hotfix.domain.fold import after, fold
from hotfix.domain.json_value import JsonValue
from hotfix.domain.newer_version import refuse_newer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.status import status
from hotfix.ports.clock import Clock

_FIRST = "0" * 64
_SHORTEST_SECRET = 8
_FILE, _STATE, _LOCK = "journal.jsonl", "state.json", "writer.lock"


def runs(state: Path) -> list[str]:
    """Return the ids of all runs under the state directory, newest first."""
    folder = state / "runs"
    if not folder.is_dir():
        return []
    found = [each for each in folder.iterdir() if (each / _FILE).is_file()]
    return [each.name for each in sorted(found, key=_started, reverse=True)]


def read_events(state: Path, run: str) -> tuple[Event, ...]:
    """Return the events of a run, without a lock; a torn last line is left out.

    Raises:
        ProblemError: there is no such run, or its journal is damaged in the middle.
    """
    events, _, _ = _read(state / "runs" / run / _FILE)
    return events


def read_lines(state: Path, run: str) -> bytes:
    """Return the whole lines of a journal as they are on disk, without a lock, unchecked.

    Raises:
        ProblemError: there is no such run.
    """
    raw = _bytes_of(state / "runs" / run / _FILE)
    return raw[: raw.rfind(b"\n") + 1]


def check_lines(run: str, lines: bytes) -> tuple[Event, ...]:
    """Return the events of a journal that came from elsewhere.

    Raises:
        ProblemError: it is empty, torn, of another run, or its chain of hashes is broken.
    """
    try:
        events, _, good = _parsed(lines, Path(run) / _FILE)
        is_sound = bool(events) and good == len(lines) and all(each.run == run for each in events)
    except ProblemError:
        is_sound = False
    if not is_sound:
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"The shared record of run {run} is damaged.",
                why="Its lines do not fit together: it was changed after it was written.",
                next_command=f"Copy runs/{run} from the other machine's state directory to yours",
            )
        )
    return events


def adopt(state: Path, run: str, lines: bytes) -> tuple[Event, ...]:
    """Make ``lines`` the journal of a run that was walked on another machine; returns its events.

    What is here already stays where it says more, and is kept beside where it says otherwise.

    Args:
        state: the state directory; made where missing.
        run: its id.
        lines: the whole journal, as it was on the other machine's disk.

    Raises:
        ProblemError: the chain of hashes is broken, another process walks the run here, or a newer
            version has written to it.
    """
    folder = state / "runs" / run
    path = folder / _FILE
    refuse_newer(fold(check_lines(run, lines)))
    with _file_trouble(folder):
        for each in (state, state / "runs", folder):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_owner(folder)
    lock = FileLock(folder / _LOCK, mode=0o600)
    try:
        with _file_trouble(folder), lock.acquire(timeout=0):
            _replace_journal(path, lines)
    except Timeout as error:
        raise ProblemError(_walked_here(folder)) from error
    return read_events(state, run)


class JournalFile:
    """The open journal of one run: the only writer. Use ``create`` or ``open``."""

    def __init__(self, folder: Path, clock: Clock, operator: str, secrets: Collection[str]) -> None:
        self._folder = folder
        self._clock = clock
        self._operator = operator
        # Kept as it is: a secret may be found, and added to it, while the run is walked.
        self._secrets = secrets
        self._lock = FileLock(folder / _LOCK, mode=0o600)
        self._take_lock()
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            self._file = _open_file(folder / _FILE)
            undo.callback(os.close, self._file)
            self._is_dirty = True
            self._events: list[Event] = []
            self._progress = Progress()
            self._last_hash = _FIRST
            self._catch_up()
            undo.pop_all()

    @classmethod
    def create(
        cls, state: Path, run: str, clock: Clock, operator: str, *, secrets: Collection[str] = ()
    ) -> Self:
        """Begin the journal of a new run.

        Args:
            state: the state directory; made where missing.
            run: an id that no other run has.
            clock: for the time of each event.
            operator: for the author of each event.
            secrets: texts that are never written; they become ``[redacted]``.

        Raises:
            ProblemError: the folder cannot be made, or is not ours.
        """
        folder = state / "runs" / run
        with _file_trouble(folder):
            for each in (state, state / "runs", folder):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_owner(folder)
        journal = cls(folder, clock, operator, secrets)
        _sync_folder(folder)
        _sync_folder(folder.parent)
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
        if not (folder / _FILE).exists():
            raise ProblemError(_no_run(run))
        _check_owner(folder)
        return cls(folder, clock, operator, secrets)

    @property
    def run(self) -> str:
        """Return the id of the run."""
        return self._folder.name

    def events(self) -> Sequence[Event]:
        """Return all events so far, in order."""
        self._catch_up()
        return tuple(self._events)

    def append(self, said: EventData, phase: str = "", step: str = "") -> Event:
        """Write an event and sync it; returns it when it cannot be lost any more.

        Raises:
            ProblemError: the disk is full or read-only.
        """
        self._catch_up()
        event = Event(
            run=self.run,
            seq=len(self._events) + 1,
            at=self._clock.now(),
            type=said.type,
            operator=self._redacted_text(self._operator),
            phase=phase,
            step=step,
            # Values alone: the chain and the shape of the line are never touched.
            data={key: self._redacted(value) for key, value in said.to_json().items()},
        )
        line = json.dumps({**event.to_json(), "previous": self._last_hash}, ensure_ascii=False)
        raw = line.encode("utf-8", "backslashreplace") + b"\n"
        # Whoever interrupts between here and the end makes the next call read the file again.
        self._is_dirty = True
        with _file_trouble(self._folder):
            _write_all(self._file, raw)
            os.fsync(self._file)
        event = Event.from_json(json.loads(line))
        self._note(event, raw)
        self._is_dirty = False
        self._write_state()
        return event

    def close(self) -> None:
        """Let the next writer in."""
        os.close(self._file)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _catch_up(self) -> None:
        """Read the file where what is in memory may not be what is on disk; cut a torn end."""
        if not self._is_dirty:
            return
        path = self._folder / _FILE
        events, last_hash, good = _read(path)
        progress = fold(events)
        refuse_newer(progress)
        torn = _bytes_of(path)[good:]
        if torn:
            with _file_trouble(self._folder):
                _write_private(self._folder / "journal.torn", torn)
                os.ftruncate(self._file, good)
                os.fsync(self._file)
        self._events, self._last_hash, self._progress = list(events), last_hash, progress
        self._is_dirty = False

    def _note(self, event: Event, raw: bytes) -> None:
        self._events.append(event)
        self._progress = after(self._progress, event)
        self._last_hash = hashlib.sha256(raw.rstrip(b"\n")).hexdigest()

    def _redacted(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self._redacted_text(value)
        if isinstance(value, Mapping):
            return {key: self._redacted(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._redacted(each) for each in value]
        return value

    def _redacted_text(self, text: str) -> str:
        for secret in tuple(self._secrets):
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, "[redacted]")
        return text

    def _write_state(self) -> None:
        """Write what fast readers need; it is derived, so losing it loses nothing."""
        holder = {"pid": os.getpid(), "host": socket.gethostname()}
        text = json.dumps({**status(self._progress), "holder": holder}, ensure_ascii=False)
        new = self._folder / f"{_STATE}.new"
        with _file_trouble(self._folder):
            _write_private(new, text.encode("utf-8", "backslashreplace"))
            new.replace(self._folder / _STATE)

    def _take_lock(self) -> None:
        try:
            with _file_trouble(self._folder):
                self._lock.acquire(timeout=0)
        except Timeout as error:
            raise ProblemError(_walked_here(self._folder)) from error


class _file_trouble:  # noqa: N801 - reads as a sentence: with _file_trouble(folder)
    """Turns what the file system refuses into a problem."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Timeout, an OSError too, is no trouble with files: the lock is held.
        if isinstance(error, OSError) and not isinstance(error, Timeout):
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"The journal in {self._folder} cannot be written.",
                    why=error.strerror or str(error),
                    next_command=f"df -h {self._folder}; ls -ld {self._folder}; hotfix resume",
                )
            ) from error


def _read(path: Path) -> tuple[tuple[Event, ...], str, int]:
    """Return the events, the hash of the last line, and how many bytes are good."""
    return _parsed(_bytes_of(path), path)


def _parsed(raw: bytes, path: Path) -> tuple[tuple[Event, ...], str, int]:
    events: list[Event] = []
    previous, good = _FIRST, 0
    for number, line in enumerate(raw.splitlines(keepends=True), start=1):
        if not line.endswith(b"\n"):
            break
        try:
            data = json.loads(line)
            event = Event.from_json(data)
            is_sound = data["previous"] == previous and event.seq == number
        except (ValueError, KeyError, TypeError, RecursionError):
            is_sound = False
        if not is_sound:
            raise ProblemError(_damaged(path, number))
        events.append(event)
        previous = hashlib.sha256(line.rstrip(b"\n")).hexdigest()
        good += len(line)
    return tuple(events), previous, good


def _bytes_of(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=_open_no_link) as file:
            return file.read()
    except FileNotFoundError as error:
        raise ProblemError(_no_run(path.parent.name)) from error
    except OSError as error:
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"The journal of run {path.parent.name} cannot be read.",
                why=error.strerror or str(error),
                next_command=f"ls -l {path}",
            )
        ) from error


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _write_private(path: Path, raw: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)


def _open_file(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with _file_trouble(path.parent):
        return os.open(path, flags, 0o600)


def _write_all(file: int, raw: bytes) -> None:
    while raw:
        raw = raw[os.write(file, raw) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_owner(folder: Path) -> None:
    found = folder.lstat()
    if found.st_uid != os.geteuid() or folder.is_symlink():
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"{folder} is not yours, or is a link.",
                why="A journal is only kept where nobody else can write.",
                next_command="export HOTFIX_STATE_DIR=a folder of your own",
            )
        )


def _started(folder: Path) -> tuple[str, float]:
    # The second and third part of the id are the date and the minute of the start.
    parts = folder.name.split("-")
    return "-".join(parts[1:3]), (folder / _FILE).stat().st_mtime


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / _STATE).read_text(encoding="utf-8"))["holder"]
        return f"Process {holder['pid']} on {holder['host']} writes its journal."
    except (OSError, ValueError, KeyError, TypeError):
        return "It writes its journal."


def _walked_here(folder: Path) -> Problem:
    return Problem(
        ProblemCode.LOCKED,
        what=f"Another process walks run {folder.name}.",
        why=_holder(folder),
        next_command="hotfix status, or end the other process and: hotfix resume",
    )


def _replace_journal(path: Path, lines: bytes) -> None:
    present = _bytes_of(path) if path.exists() else b""
    present = present[: present.rfind(b"\n") + 1]
    if present.startswith(lines):
        return
    if present and not lines.startswith(present):
        # Two machines went different ways from here on; the lock says whose way holds.
        number = len(list(path.parent.glob("journal.superseded-*"))) + 1
        _write_private(path.with_name(f"journal.superseded-{number}"), present)
    new = path.with_name(f"{_FILE}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        _write_all(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)
    new.replace(path)
    _sync_folder(path.parent)


def _no_run(run: str) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"There is no run {run}.",
        why="Its journal is not in the state directory.",
        next_command="hotfix log",
    )


def _damaged(path: Path, line: int) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The journal of run {path.parent.name} is damaged in line {line}.",
        why=f"{path} was changed after it was written, or the disk lost a part of it.",
        next_command=f"head -n {line - 1} {path} holds what can be trusted",
    )
