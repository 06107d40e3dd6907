"""A journal that another machine wrote becomes the journal of the run here."""

import os
from pathlib import Path

from filelock import FileLock, Timeout

from hotfix.adapters.journal.files import (
    LOCK,
    bytes_of,
    check_owner,
    file_trouble,
    set_aside,
    sync_folder,
    walked_here,
    write_all,
)
from hotfix.adapters.journal.lines import check_lines, parsed, read_events
from hotfix.adapters.journal.order import FILE, note_newest
from hotfix.domain.event import Event
from hotfix.domain.fold import fold
from hotfix.domain.newer_version import refuse_newer
from hotfix.domain.problem import ProblemError


def adopt(state: Path, run: str, lines: bytes) -> tuple[Event, ...]:
    """Make ``lines`` the journal of a run that was walked on another machine; returns its events.

    They are the whole journal, as it was on the other machine's disk. What is here already stays
    where it says more, and is kept beside where it says otherwise.

    Raises:
        ProblemError: the chain of hashes is broken, another process walks the run here, or a newer
            version has written to it.
    """
    folder = state / "runs" / run
    path = folder / FILE
    refuse_newer(fold(check_lines(run, lines)))
    with file_trouble(folder):
        for each in (state, state / "runs", folder):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_owner(folder)
    lock = FileLock(folder / LOCK, mode=0o600)
    try:
        with file_trouble(folder), lock.acquire(timeout=0):
            note_newest(str(state), run)
            _replace_journal(path, lines)
    except Timeout as error:
        raise ProblemError(walked_here(folder)) from error
    return read_events(state, run)


def _replace_journal(path: Path, lines: bytes) -> None:
    present = bytes_of(path) if path.exists() else b""
    found = parsed(present)
    good, is_damaged = present[: found.good], found.damaged_line > 0
    says_more = good.startswith(lines)
    if says_more and not is_damaged:
        return
    if is_damaged or not lines.startswith(good):
        # Two machines went different ways from here on; the lock says whose way holds.
        set_aside(path.with_name("journal.superseded"), present)
    lines = good if says_more else lines
    new = path.with_name(f"{FILE}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        write_all(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)
    new.replace(path)
    sync_folder(path.parent)
