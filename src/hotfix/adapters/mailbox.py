"""The mailbox of a run: one file a signal, so that any process can add to it at any moment."""

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from hotfix.domain.event_data import LockLost, Noted, Told, Untold
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.signals import Reply, Signal

_KINDS = {each.type.value: each for each in (Noted, Told, Untold, LockLost, Reply)}
_number = count()


class Mailbox:
    """Signals as files in ``folder``.

    What was taken is removed at the next call of ``take``: by then it is in the journal, and a
    crash in between makes it come again, with the same id.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: list[Path] = []

    def send(self, signal: Signal) -> None:
        """Put a signal into the box; it is there as a whole or not at all.

        Raises:
            ProblemError: the disk is full or read-only.
        """
        try:
            self._put(signal)
        except OSError as error:
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"Nothing can be put into {self._folder}.",
                    why=error.strerror or str(error),
                    next_command=f"df -h {self._folder.parent}; ls -ld {self._folder.parent}",
                )
            ) from error

    def _put(self, signal: Signal) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{self._next():020d}-{os.getpid()}-{next(_number)}"
        new = self._folder / f".{name}"
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"kind": signal.said.type, "data": signal.said.to_json()}, file)
            file.flush()
            os.fsync(file.fileno())
        new.rename(self._folder / f"{name}.json")

    def _next(self) -> int:
        """Return nanoseconds that are later than what waits, also when the clock was set back."""
        waiting = [path.name.partition("-")[0] for path in self._folder.glob("*.json")]
        return max([time.time_ns(), *(int(each) + 1 for each in waiting if each.isdecimal())])

    def take(self) -> Sequence[Signal]:
        """Take out what has come, oldest first; whoever looks gives a sign of life."""
        self._note_the_look()
        for path in self._taken:
            path.unlink(missing_ok=True)
        self._taken = []
        if not self._folder.is_dir():
            return ()
        signals = []
        for path in sorted(self._folder.glob("*.json")):
            signal = _read(path)
            if signal is None:
                # Not ours: moved aside, so that it is neither taken again nor lost.
                _move_aside(path)
                continue
            self._taken.append(path)
            signals.append(signal)
        return tuple(signals)

    def _note_the_look(self) -> None:
        """Leave behind when it was looked; nothing depends on it but what ``status`` says."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            (self._folder / ".looked").touch(mode=0o600)


def _move_aside(path: Path) -> None:
    """Rename what is no signal, under the first number that is free."""
    names = (path.with_suffix(f".unreadable-{number}") for number in count(1))
    path.rename(next(name for name in names if not name.exists()))


def _read(path: Path) -> Signal | None:
    try:
        if not path.is_file():
            return None  # a pipe, say, would be waited for
        found = json.loads(path.read_text(encoding="utf-8"))
        return Signal(_KINDS[found["kind"]].from_json(found["data"]), path.stem)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
