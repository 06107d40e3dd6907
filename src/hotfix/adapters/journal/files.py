"""The files of a run: private, synced, opened through no link; refusals of the system in words."""

import json
import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from filelock import Timeout

from hotfix.adapters.journal.derived import open_plain
from hotfix.adapters.journal.order import STATE
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.whose_terminal import whose_terminal

LOCK = "writer.lock"


@contextmanager
def file_trouble(folder: Path, then: str = "hotfix resume") -> Iterator[None]:
    """Turn what the file system refuses into a problem; ``then`` is typed once it is mended."""
    try:
        yield
    except Timeout:
        # An OSError, too, but no trouble with files: the lock is held.
        raise
    except OSError as error:
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"The journal in {folder} cannot be written.",
                why=error.strerror or str(error),
                next_command=f"df -h {(near := _nearest(folder))}; ls -ld {near}; {then}",
            )
        ) from error


def folder_trouble(state: Path) -> Problem | None:
    """Return why no journal could be kept below ``state``, by a trial that leaves nothing behind.

    None where one could be.
    """
    try:
        with (
            file_trouble(state, "hotfix doctor"),
            tempfile.TemporaryFile(dir=_nearest_of(state)) as trial,
        ):
            trial.write(b"{}\n")
            trial.flush()
            os.fsync(trial.fileno())
    except ProblemError as error:
        return error.problem
    return None


def _nearest_of(folder: Path) -> Path:
    """Return the folder itself, or what there is of the way to it."""
    return next(each for each in (folder, *folder.parents) if os.path.lexists(each))


def _nearest(folder: Path) -> str:
    return shlex.quote(str(_nearest_of(folder.absolute())))


def bytes_of(path: Path) -> bytes:
    """Return what the file holds; raises ProblemError where there is none."""
    try:
        with open(path, "rb", opener=open_plain) as file:
            return file.read()
    except FileNotFoundError as error:
        raise ProblemError(no_run(path.parent.name)) from error
    except OSError as error:
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"The journal of run {path.parent.name} cannot be read.",
                why=error.strerror or str(error),
                next_command=f"ls -l {path}",
            )
        ) from error


def write_private(path: Path, raw: bytes) -> None:
    """Replace what the file holds; nobody else may read it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)


def set_aside(path: Path, raw: bytes) -> None:
    """Keep ``raw`` beside ``path`` under the first number that is free; nothing is overwritten."""
    for number in count(1):
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            handle = os.open(path.with_name(f"{path.name}-{number}"), flags, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        return


def open_file(path: Path) -> int:
    """Open the journal for appending, made where missing; returns the descriptor."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with file_trouble(path.parent):
        return os.open(path, flags, 0o600)


def write_all(file: int, raw: bytes) -> None:
    """Write all of it, however often the system takes a part."""
    while raw:
        raw = raw[os.write(file, raw) :]


def sync_folder(folder: Path) -> None:
    """Make sure that the names in the folder are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_owner(folder: Path) -> None:
    """Refuse a folder that somebody else could write, or that is a link; raises ProblemError."""
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


def walked_here(folder: Path) -> Problem:
    """Return that another process on this machine writes the journal, and whose that is."""
    return Problem(
        ProblemCode.LOCKED,
        what=f"It is open in another terminal{_holder(folder)}.",
        why=f"One process at a time is at work on run {folder.name}.",
        next_command=f"Go on there, or Ctrl-C there first; then: hotfix resume {folder.name}",
    )


def _holder(folder: Path) -> str:
    """Return who has it open, in brackets; nothing where that is not on record."""
    try:
        seen = json.loads((folder / STATE).read_text(encoding="utf-8"))
        holder = seen["holder"]
        operator = holder.get("operator") or seen["operator"]
        return f" ({whose_terminal({**holder, 'operator': operator})})"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""


def no_run(run: str) -> Problem:
    """Return that there is no such run."""
    return Problem(
        ProblemCode.USAGE,
        what=f"There is no run {run}.",
        why="Its journal is not in the state directory.",
        next_command="hotfix log",
    )
