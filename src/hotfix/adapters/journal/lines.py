"""The lines of a journal as events: the chain of hashes, a torn end, damage."""

import hashlib
import itertools
import json
import os
import shlex
from pathlib import Path

from hotfix.adapters.journal.files import bytes_of, no_run
from hotfix.adapters.journal.order import FILE, STATE
from hotfix.domain.event import Event
from hotfix.domain.frozen import frozen
from hotfix.domain.lines import lines_of
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.readable_facts import unreadable_fact

# What the first line has in place of a hash of the line before.
FIRST = "0" * 64
_LONGEST = 200


@frozen
class Parsed:
    """A journal, as far as it can be trusted."""

    events: tuple[Event, ...]  #: in order
    last_hash: str  #: of the last of their lines, as the next one names it
    good: int  #: how many bytes they take; what follows is a torn line, or damage
    damaged_line: int = 0  #: the first that is no event or does not fit, from 1; 0 for none


def read_events(state: Path, run: str) -> tuple[Event, ...]:
    """Return the events of a run, without a lock; a torn last line is left out.

    Raises:
        ProblemError: there is no such run, or its journal is damaged in the middle.
    """
    return read(state / "runs" / run / FILE).events


def read_as_far_as_sound(state: Path, run: str) -> tuple[tuple[Event, ...], Problem | None]:
    """Return the events of a run up to where its journal is damaged, and how; None: it is not.

    Raises:
        ProblemError: there is no such run, or nothing of its journal can be read.
    """
    path = state / "runs" / run / FILE
    found = parsed(bytes_of(path))
    _check_whose(path, found)
    damage = _damaged(path, found.damaged_line) if found.damaged_line else None
    if not found.events:
        raise ProblemError(damage or no_run(run))
    return found.events, damage


def read_lines(state: Path, run: str) -> bytes:
    """Return the whole lines on disk, unlocked and unchecked; raises ProblemError without a run."""
    raw = bytes_of(state / "runs" / run / FILE)
    return raw[: raw.rfind(b"\n") + 1]


def check_lines(run: str, lines: bytes) -> tuple[Event, ...]:
    """Return the events of a journal that came from elsewhere.

    Raises:
        ProblemError: it is empty, torn, of another run, or its chain of hashes is broken.
    """
    found = parsed(lines)
    is_sound = bool(found.events) and found.good == len(lines)
    if not is_sound or any(each.run != run for each in found.events):
        raise ProblemError(
            Problem(
                ProblemCode.FAILED,
                what=f"The shared record of run {run} is damaged.",
                why="Its lines do not fit together: it was changed after it was written.",
                next_command=f"Copy runs/{run} from the other machine's state directory to yours",
            )
        )
    return found.events


def shared_as_far_as_sound(run: str, lines: bytes) -> tuple[tuple[Event, ...], Problem | None]:
    """Return the events of a shared record up to where it is damaged, and how; None: it is not.

    Who changes a line and chains it anew leaves no trace but what makes no sense: what such a line
    reports would trip whoever reads it.
    """
    found = parsed(lines)
    own = tuple(itertools.takewhile(lambda each: each.run == run, found.events))
    for event in own:
        if why := unreadable_fact(event):
            return own[: event.seq - 1], _unreadable(run, event.seq, why)
    is_sound = own and len(own) == len(found.events) and found.good == len(lines)
    return own, None if is_sound else shared_damage(run, len(own) + 1)


def shared_damage(run: str, line: int) -> Problem:
    """Return that a shared record is not what was written, from a line on."""
    return Problem(
        ProblemCode.FAILED,
        what=f"The shared record of run {run} is damaged in line {line}.",
        why="Its lines do not fit together: it was changed after it was written, or is half "
        "written.",
        next_command=f"Copy runs/{run} from the other machine's state directory to yours",
    )


def _unreadable(run: str, line: int, why: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The shared record of run {run} cannot be read from line {line} on.",
        why=f"Somebody changed it, or a newer hotfix wrote it ({why[:_LONGEST]}).",
        next_command=f"hotfix show {run} --local on the machine that walked it",
    )


def read(path: Path) -> Parsed:
    """Return what the file holds; raises ProblemError where it is damaged in the middle."""
    found = parsed(bytes_of(path))
    _check_whose(path, found)
    # Derived after the first event: where it is, that was whole once.
    is_lost = not found.events and path.with_name(STATE).exists()
    if found.damaged_line or is_lost:
        raise ProblemError(_damaged(path, found.damaged_line or 1))
    return found


def parsed(raw: bytes) -> Parsed:
    """Return what a journal says, up to where it is torn or damaged."""
    events: list[Event] = []
    previous, good = FIRST, 0
    for number, line in enumerate(lines_of(raw), start=1):
        is_whole = line.endswith(b"\n")
        event = _event(line[:-1], number, previous, events[0].run if events else "")
        if not is_whole and event is None:
            break
        # An event whose line ends in another byte was written whole: its end was changed since.
        if not is_whole or event is None:
            return Parsed(tuple(events), previous, good, number)
        # Whoever reads the record reads the same times.
        events.append(event.no_earlier_than(events[-1].at if events else None))
        previous = hashlib.sha256(line[:-1]).hexdigest()
        good += len(line)
    return Parsed(tuple(events), previous, good)


def _event(line: bytes, number: int, previous: str, run: str) -> Event | None:
    """Return what a line without its end says, or None where it is not the next of its journal.

    ``run`` is the one that the journal is of; empty where that is not known yet.
    """
    try:
        data = json.loads(line)
        event = Event.from_json(data)
        is_next = data["previous"] == previous and event.seq == number
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return event if is_next and event.run == (run or event.run) else None


def _check_whose(path: Path, found: Parsed) -> None:
    """Refuse a copy beside the run that it is of: that would be told, and counted, twice.

    Raises:
        ProblemError: it is one.
    """
    folder = path.parent
    if not found.events or found.events[0].run == folder.name:
        return
    run, to = found.events[0].run, shlex.quote(str(folder))
    own = folder.parent / run / FILE
    if found.damaged_line or not os.path.exists(own):  # noqa: PTH110 - `run` may be any text
        return
    raise ProblemError(
        Problem(
            ProblemCode.FAILED,
            what=f"The journal in {folder} is that of another run.",
            why=f"It was copied there: it says that it is run {run}.",
            next_command=f"hotfix show {run}; to keep the copy elsewhere: mv {to} ~",
        )
    )


def _damaged(path: Path, line: int) -> Problem:
    head = f"head -n {line - 1} {path} prints what can be trusted; " if line > 1 else ""
    return Problem(
        ProblemCode.FAILED,
        what=f"The journal of run {path.parent.name} is damaged in line {line}.",
        why=f"{path} was changed after it was written, or the disk lost a part of it.",
        next_command=f"{head}where the cluster has its record: "
        f"hotfix takeover {path.parent.name}; to go back all the same: hotfix rollback --list, "
        "then: hotfix rollback --to-revision N",
    )
