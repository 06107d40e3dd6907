"""The lines of a journal as events: the chain of hashes, a torn end, damage."""

import hashlib
import json
from pathlib import Path

from hotfix.adapters.journal.files import FILE, bytes_of
from hotfix.domain.event import Event
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

# What the first line has in place of a hash of the line before.
FIRST = "0" * 64


def runs(state: Path) -> list[str]:
    """Return the ids of all runs under the state directory, newest first."""
    folder = state / "runs"
    if not folder.is_dir():
        return []
    found = [each for each in folder.iterdir() if (each / FILE).is_file()]
    return [each.name for each in sorted(found, key=_started, reverse=True)]


def read_events(state: Path, run: str) -> tuple[Event, ...]:
    """Return the events of a run, without a lock; a torn last line is left out.

    Raises:
        ProblemError: there is no such run, or its journal is damaged in the middle.
    """
    events, _, _ = read(state / "runs" / run / FILE)
    return events


def read_lines(state: Path, run: str) -> bytes:
    """Return the whole lines on disk, unlocked and unchecked; raises ProblemError without a run."""
    raw = bytes_of(state / "runs" / run / FILE)
    return raw[: raw.rfind(b"\n") + 1]


def check_lines(run: str, lines: bytes) -> tuple[Event, ...]:
    """Return the events of a journal that came from elsewhere.

    Raises:
        ProblemError: it is empty, torn, of another run, or its chain of hashes is broken.
    """
    try:
        events, _, good = _parsed(lines, Path(run) / FILE)
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


def read(path: Path) -> tuple[tuple[Event, ...], str, int]:
    """Return the events, the hash of the last line, and how many bytes are good."""
    return _parsed(bytes_of(path), path)


def _parsed(raw: bytes, path: Path) -> tuple[tuple[Event, ...], str, int]:
    events: list[Event] = []
    previous, good = FIRST, 0
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


def _started(folder: Path) -> tuple[str, float]:
    # The second and third part of the id are the date and the minute of the start.
    parts = folder.name.split("-")
    return "-".join(parts[1:3]), (folder / FILE).stat().st_mtime


def _damaged(path: Path, line: int) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The journal of run {path.parent.name} is damaged in line {line}.",
        why=f"{path} was changed after it was written, or the disk lost a part of it.",
        next_command=f"head -n {line - 1} {path} holds what can be trusted",
    )
