"""What journals say, run by run, in a file that may be lost: it is checked, and made anew.

A table is two lines, each with its checksum: a head, and rows by the id of their run. A row begins
with the signature that its journal had when it was read; of another one, it says nothing. What is
damaged, of another version, or somebody else's is as if it were not there.

A shell prompt waits for these imports.
"""

import os
import stat
import time
from binascii import crc32

from hotfix import __version__
from hotfix.domain.json_reading import json_value

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import Any

# Size, and when it was changed, and moved or given away, in nanoseconds.
Signature = list[int]
SIGNED = 3

#: where the tables are in the state directory
FOLDER = "index"
#: the table that has each run, with how it stands
RUNS = "runs"
_NEW = ".new"
_FORMAT = f"6 {__version__}"
# What was changed a moment ago may be changed again within the same tick of a file system's clock.
YOUNG_NS = 2_000_000_000
# Whoever writes is done by then, or has died of it.
_WRITTEN_SECONDS = 60.0


def signature(path: str, within: int | None = None) -> "Signature | None":
    """Return what a change to a file changes; None where it is not there, or not to be seen.

    ``within`` is the descriptor of the folder that a relative path begins in.
    """
    try:
        found = os.stat(path, dir_fd=within)
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def is_young(signed: "Signature | None", looked_at: int) -> bool:
    """Tell whether a change after it was looked at might have left this signature as it was.

    ``looked_at`` is a moment before that: nanoseconds since the epoch.
    """
    return signed is not None and max(signed[1:]) > looked_at - YOUNG_NS


class Derived:
    """One table of the index; ``head`` and ``rows`` are what the file holds, empty without one."""

    def __init__(self, state: str, name: str, *, head_alone: bool = False) -> None:
        self._path = os.path.join(state, FOLDER, name)
        # One table in the place of another says nothing, either.
        self._salt = crc32(f"{_FORMAT} {name}".encode())
        self.head: dict[str, Any] = {}
        self.rows: dict[str, list[Any]] = {}
        # Seconds since it was last written, or found to hold; below 0 under a clock set back.
        self.age = -1.0
        # A file of ours that is torn, or damaged, or was written by another version: no news.
        try:
            self._read(head_alone=head_alone)
        except (OSError, ValueError, RecursionError):
            return

    def _read(self, *, head_alone: bool) -> None:
        with open(self._path, "rb", opener=open_plain) as file:
            found = os.fstat(file.fileno())
            if found.st_uid != os.geteuid():
                return
            head = self._checked(file.readline())
            rows = {} if head_alone else self._checked(file.readline())
        self.head, self.rows, self.age = head, rows, time.time() - found.st_mtime

    def write(self) -> None:
        """Replace the file by what is held; where that is refused, it is found out again."""
        try:
            self._write(f"{self._path}{_NEW}", os.path.dirname(self._path))
        except OSError:
            return

    def _write(self, new: str, folder: str) -> None:
        if not os.path.isdir(folder):
            os.mkdir(folder, mode=0o700)
        if os.path.islink(folder):
            return
        _remove_what_was_left(new)
        # Somebody else may write the same at this moment: then once is enough.
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self._line(self.head))
                file.write(self._line(self.rows))
            os.replace(new, self._path)
        except BaseException:
            os.unlink(new)
            raise

    def _checked(self, line: bytes) -> "dict[str, Any]":
        """Return what a line holds; raises ValueError where it is not what was written."""
        text = line[9:]
        if not line.endswith(b"\n") or line[:9] != self._checksum(text):
            raise ValueError
        found: dict[str, Any] = json_value(text[:-1].decode())
        return found

    def _line(self, held: "dict[str, Any]") -> bytes:
        import json  # noqa: PLC0415 - a prompt that only reads waits for less

        text = json.dumps(held, separators=(",", ":")).encode() + b"\n"
        return self._checksum(text) + text

    def _checksum(self, text: bytes) -> bytes:
        return b"%08x " % crc32(text, self._salt)

    def note_that_it_holds(self) -> None:
        """Write down that all of it was compared with the journals just now."""
        try:
            os.utime(self._path)
        except OSError:
            return


def _remove_what_was_left(new: str) -> None:
    try:
        if abs(time.time() - os.stat(new).st_mtime) > _WRITTEN_SECONDS:
            os.unlink(new)
    except FileNotFoundError:
        return


def open_plain(path: str, flags: int) -> int:
    """Open a file to read it, and no link to one; a pipe in its place is not waited for."""
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    mode = os.fstat(handle).st_mode
    # A folder is refused by whoever reads.
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        os.close(handle)
        raise OSError("It is no regular file")
    return handle
