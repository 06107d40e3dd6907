"""What the journals say, each read once: what many runs are asked about is kept in the index.

Three tables: ``log``, the entries of ``hotfix log``; ``states``, whose run it is, whether it is
over, whether it owes what a service can tell of and which states of deployments it knows;
``figures``, what it adds to ``hotfix history``.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hotfix.composition.journals import Runs
from hotfix.composition.run_list import (
    SIGNED,
    Derived,
    is_young,
    listing,
    marks,
    signature_of,
)
from hotfix.domain.event import Event
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemError
from hotfix.runs.known_runs import Shared, holds, noteworthy
from hotfix.runs.readable import Say, in_silence

# Tells of what a row says whether anybody goes by it.
Matters = Callable[[Any], bool]
# In a row, before why its journal cannot be read.
_UNREADABLE = "unreadable"

_QUIET_SECONDS, _FEW = 2.0, 50
LOG, STATES, FIGURES = _TABLES = ("log", "states", "figures")


class State(NamedTuple):
    """What one run says of itself, and of the deployments."""

    is_over: bool
    whose: int  #: number, in ``Learned.shared``, of what ``RunSettings.whose`` says
    #: names of the deployments that it recorded; none where it says nothing of them that counts
    names: Sequence[str]
    healthy: Sequence[Sequence[str]]  #: name and hash of each template that it knows as healthy
    #: whether it is over, and left something to people of which a service can tell how it stands
    owes: bool


@frozen
class Learned:
    """What the runs say, by run, newest first."""

    #: a problem of a run that cannot be read, None of one that was not read
    said: Mapping[str, Any]
    shared: Sequence[Any]  #: what several of them have in common


def learned(
    state: Path, table: str, say: Say = in_silence, matters: Matters | None = None
) -> Learned:
    """Return what the runs say, as far as a ``table`` has it; those that it lacks are read.

    Args:
        state: the state directory.
        table: what is asked of them.
        say: is told, once, where that takes its time.
        matters: with it, runs that it tells to say nothing that counts may be left out: for some
            minutes they are not looked at, unless a run came, went or began anew.
    """
    looked_at, begun, unread = time.time_ns(), time.monotonic(), 0
    tables = _Tables(str(state), table)
    found = tables.listed() if matters is None or not tables.hold else tables.that(matters)
    said: dict[str, Any] = {}
    try:
        for run, signed in found.items():
            if tables.has(run, signed):
                said[run] = _read(tables.asked.rows[run][SIGNED])
                continue
            unread += 1
            if unread > _FEW and time.monotonic() - begun > _QUIET_SECONDS:
                say(f"Reading the records for the first time: {unread} of {len(found)} by now.")
                say = in_silence
            try:
                events = Runs(state).events(run)
                made = tables.made_of(events)
            except ProblemError as error:
                said[run] = error.problem
                if isinstance(error.__cause__, OSError):
                    continue  # what was in the way may be gone without a trace in the journal
                why = [_UNREADABLE, dict(error.problem.to_json())]
                made = dict.fromkeys(_TABLES, why)
            else:
                said[run] = made[table]
            if signed is not None and not is_young(signed, looked_at):
                tables.keep(run, signed, made)
    finally:
        # Whoever does not wait for the end finds the part that was read.
        tables.write(found, looked_at)
    return Learned(said, tables.shared.values)


def known_already(state: Path, table: str) -> Learned:
    """Return what a ``table`` has of the runs, and nothing of those that it lacks.

    What it says of a run that is over and not ``noteworthy`` may be some minutes old.
    """
    tables = _Tables(str(state), table)
    if tables.hold:
        said = {run: _read(row[SIGNED]) for run, row in tables.asked.rows.items()}
        found = tables.that(lambda _: False)
    else:
        said, found = {}, tables.listed()
    said |= {
        run: _read(tables.asked.rows[run][SIGNED]) if tables.has(run, signed) else None
        for run, signed in found.items()
    }
    return Learned(said, tables.shared.values)


def _is_unreadable(value: Any) -> bool:
    return isinstance(value, list) and value[:1] == [_UNREADABLE]


def _read(value: Any) -> Any:
    """Return what a row says; the problem, where its journal could not be read."""
    return Problem.from_json(value[1]) if _is_unreadable(value) else value


class _Tables:
    """The tables; those that were not asked for are opened where there is something to keep."""

    def __init__(self, state: str, asked: str) -> None:
        self._state, self._is_new = state, False
        self.asked = Derived(state, asked)
        self._by_name = {asked: self.asked}
        self.shared = Shared(self.asked.head.get("shared", ()))
        # What the head will tell by whether all still holds; None where not all was looked at.
        self._compared: dict[str, Any] | None = None

    @property
    def hold(self) -> bool:
        """Whether the rows are of all runs, newest first; only the noteworthy may differ by now."""
        return holds(self._state, self.asked)

    def listed(self) -> Mapping[str, list[int] | None]:
        """Return the signature of each run's journal, newest first."""
        now = marks(self._state)
        found, others = listing(self._state, self.asked.rows)
        self._compared = {"marks": now, "others": others}
        return found

    def that(self, matters: Matters) -> Mapping[str, list[int] | None]:
        """Return the same of the runs that matter, by their rows, or are noteworthy."""
        may_differ = {each.run for each in noteworthy(self._state)}
        return {
            run: signature_of(self._state, run)
            for run, row in self.asked.rows.items()
            if run in may_differ or _is_unreadable(row[SIGNED]) or matters(row[SIGNED])
        }

    def has(self, run: str, signed: list[int] | None) -> bool:
        """Tell whether the table that was asked for holds what a journal says now."""
        row = self.asked.rows.get(run)
        return row is not None and row[:SIGNED] == signed

    def made_of(self, events: Sequence[Event]) -> dict[str, Any]:
        """Return what a run says, by table."""
        from hotfix.runs.derivation import derived

        if len(self._by_name) == 1 and self._compared is not None:
            self._open_the_others()
        made = derived(events)
        is_over, whose, *rest = made[STATES]
        return {**made, STATES: (is_over, self.shared.number(whose), *rest)}

    def _open_the_others(self) -> None:
        for name in _TABLES:
            if name not in self._by_name:
                self._by_name[name] = Derived(self._state, name)
        self.shared = Shared(self._by_name[STATES].head.get("shared", ()))

    def keep(self, run: str, signed: list[int], made: Mapping[str, Any]) -> None:
        """Keep what was made of a journal that has this signature."""
        if len(self._by_name) == 1 and self._compared is not None:
            self._open_the_others()
        if self._compared is None:
            return  # too little for it to be worth writing: who asks next reads the same few
        self._is_new = True
        for name, value in made.items():
            self._by_name[name].rows[run] = [*signed, value]

    def write(self, found: Mapping[str, Any], looked_at: int) -> None:
        """Write the tables where something is new, or a run is gone.

        ``looked_at`` is a moment before the journals were: nanoseconds since the epoch.
        """
        if self._compared is None:
            return
        head = self._compared if self._is_whole(found, looked_at) else {}
        is_less = not self.asked.rows.keys() <= found.keys()
        is_news = any(self.asked.head.get(name) != value for name, value in head.items())
        for name, table in self._by_name.items():
            is_asked = table is self.asked
            if self._is_new or (is_asked and (is_less or is_news)):
                table.rows = {run: table.rows[run] for run in found if run in table.rows}
                shared = self.shared.values if name == STATES else []
                table.head = {"shared": shared, **(head if is_asked else {})}
                table.write()
            elif is_asked and head:
                table.note_that_it_holds()

    def _is_whole(self, found: Mapping[str, Any], looked_at: int) -> bool:
        """Tell whether there is a row of each run as it is now, and none came a moment ago."""
        changed = self._compared["marks"] if self._compared else []
        return not any(is_young(each, looked_at) for each in changed) and all(
            self.has(run, signed) for run, signed in found.items()
        )
