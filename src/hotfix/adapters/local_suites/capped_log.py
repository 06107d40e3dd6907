"""What a suite prints, in a file that stays small: its beginning and its end."""

import os
import selectors
import threading
import time
from pathlib import Path
from typing import IO

_HEAD_BYTES, _TAIL_BYTES = 4 * 1_048_576, 4 * 1_048_576
_CHUNK_BYTES = 262_144
_LOOK_SECONDS = 0.05
# What is in a pipe when its suite is over is less; more comes from somebody whom it left behind.
_CHUNKS_AFTER_THE_END = 64
_LAST_LINES, _LAST_BYTES, _LONGEST_LINE = 20, 16_384, 300


class CappedLog:
    """A new file in ``folder``, the operator's alone: ``NAME.1.log``, or the next free number.

    The first 4 MiB and the last 4 MiB (up to 8 while it is written) are kept.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file, self.path = _new_file(folder, name.replace(os.sep, "_"))
        self.left_out = 0  #: bytes that are not in the file
        self.lines = 0  #: whole ones that were printed, in the file or not
        self.written_at = 0.0  #: of ``time.monotonic``, when something came last
        self._size = 0
        self._begin_of_tail = 0
        self._end = b""
        self._is_writable = True

    @property
    def last_lines(self) -> tuple[str, ...]:
        """Return the last 20 lines, decoded leniently, oldest first, each of 300 signs at most."""
        lines = self._end.decode("utf-8", "replace").splitlines()[-_LAST_LINES:]
        return tuple(line[:_LONGEST_LINE] for line in lines)

    def write(self, chunk: bytes) -> None:
        """Add what was printed; a disk that is full costs the suite nothing but its log."""
        self.written_at = time.monotonic()
        self.lines += chunk.count(b"\n")
        self._end = (self._end + chunk)[-_LAST_BYTES:]
        if not self._is_writable:
            self.left_out += len(chunk)
            return
        try:
            self._size += self._written(chunk)
            if self._size > _HEAD_BYTES + 2 * _TAIL_BYTES:
                self._leave_the_middle_out()
        except OSError:
            self._is_writable = False
            self.left_out += len(chunk)

    def whole(self) -> str:
        """Return all that was printed, decoded leniently; empty where the file has not all of it.

        It can be read once it is closed, too.
        """
        if self.left_out:
            return ""
        try:
            return self.path.read_bytes().decode("utf-8", "replace")
        except OSError:
            return ""

    def close(self) -> None:
        """Write no more."""
        self._is_writable = False
        os.close(self._file)

    def _written(self, data: bytes) -> int:
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]
        return len(data)

    def _leave_the_middle_out(self) -> None:
        begin = self._begin_of_tail or _HEAD_BYTES
        kept = os.pread(self._file, _TAIL_BYTES, self._size - _TAIL_BYTES)
        self.left_out += self._size - begin - len(kept)
        os.ftruncate(self._file, _HEAD_BYTES)
        os.lseek(self._file, 0, os.SEEK_END)
        words = f"\n[hotfix: {self.left_out:,} bytes are left out here]\n".encode()
        self._begin_of_tail = _HEAD_BYTES + self._written(words)
        self._size = self._begin_of_tail + self._written(kept)


class Recording:
    """Writes what comes out of ``pipe`` into ``log``, in a thread of its own: no suite waits.

    It does not wait for the pipe to close either, which whoever left the suite may hold open.
    """

    def __init__(self, pipe: IO[bytes], log: CappedLog) -> None:
        self._pipe = pipe
        self._log = log
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._record, name="suite log", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Write what is there, and close both: nothing of the suite runs any more."""
        self._is_over.set()
        self._thread.join()
        self._pipe.close()
        self._log.close()

    def _record(self) -> None:
        left = _CHUNKS_AFTER_THE_END
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            while left:
                is_over = self._is_over.is_set()
                left -= is_over
                if selector.select(0 if is_over else _LOOK_SECONDS):
                    chunk = os.read(self._pipe.fileno(), _CHUNK_BYTES)
                    if not chunk:
                        return
                    self._log.write(chunk)
                elif is_over:
                    return


def _new_file(folder: Path, name: str) -> tuple[int, Path]:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    number = 1
    while True:
        path = folder / f"{name}.{number}.log"
        try:
            return os.open(path, flags, 0o600), path
        except FileExistsError:
            number += 1
