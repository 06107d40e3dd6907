"""What the index knows of the runs on this machine, and the journals where it does not.

Whatever is said here is said by ``state.json`` and the journals; the index only spares opening
them. A shell prompt waits for these imports.
"""

import time

from hotfix.composition.run_list import (
    RUNS,
    SIGNED,
    Derived,
    has_begun,
    has_ended,
    is_young,
    listing,
    marks,
    signature_of,
)
from hotfix.domain.snapshot import OVER
from hotfix.runs.whose import KeptRun, kept_run

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    # Returns a run as its journal says, where ``state.json`` does not.
    Settle = Callable[[KeptRun], KeptRun]

# Among these is whatever another process may be about to take up again after it was over.
NEWEST = 10
# After so long all journals are looked at again, though nothing tells that one has changed.
_HOLDS_SECONDS = 600.0


def noteworthy(
    state: str, settle: "Settle | None" = None, most: int | None = None
) -> list[KeptRun]:
    """Return the runs that may matter to whoever names none, newest first.

    They are all that are not over or hold a warning, the newest of each repository, and the ten
    newest. What is left out is over and done with: ``hotfix`` takes up such a run again in no way
    that the marks (``order``) do not tell.

    Args:
        state: the state directory.
        settle: reads a journal where ``state.json`` does not say what it says; without it, such a
            run is stale.
        most: how many of the newest; up to ``NEWEST`` none between them is left out.
    """
    found = Derived(state, RUNS, head_alone=True)
    if not holds(state, found):
        return list(_noteworthy(kept_runs(state, settle)))[:most]
    shared = found.head["whose"]
    return [
        _from_row(run, row, shared)
        if row[:SIGNED] == signature_of(state, run)
        else _settled(kept_run(state, run), settle)
        for run, row in list(found.head["noteworthy"].items())[:most]
    ]


def kept_runs(state: str, settle: "Settle | None" = None) -> list[KeptRun]:
    """Return all runs in the state directory, newest first; the index is brought up to date.

    ``settle`` is as of ``noteworthy``.
    """
    looked_at, now = time.time_ns(), marks(state)
    table = Derived(state, RUNS)
    whose = Shared(table.head.get("whose", ()))
    found, others = listing(state, table.rows)
    rows: dict[str, list[Any]] = {}
    kept, is_new = [], False
    for run, signed in found.items():
        row = table.rows.get(run, [])
        if signed is not None and row[:SIGNED] == signed:
            rows[run] = row
            kept.append(_from_row(run, row, whose.values))
            continue
        one = _settled(kept_run(state, run), settle)
        kept.append(one)
        if signed is not None and not one.is_stale and not is_young(signed, looked_at):
            is_new = True
            rows[run] = [*signed, one.state, one.held, whose.number(one.whose), one.about]
    if not (rows or table.rows) or any(is_young(each, looked_at) for each in now):
        return kept
    if is_new or len(rows) < len(table.rows) or table.head.get("marks") != now:
        named = {each.run: rows.get(each.run, []) for each in _noteworthy(kept)}
        table.head = {"marks": now, "others": others, "whose": whose.values, "noteworthy": named}
        table.rows = rows
        table.write()
    else:
        table.note_that_it_holds()
    return kept


def named_runs(state: str, named: str, settle: "Settle | None" = None) -> list[KeptRun]:
    """Return the run of that id, else those whose ids it is a part of."""
    if has_begun(state, named):
        return [_settled(kept_run(state, named), settle)]
    return [each for each in kept_runs(state, settle) if named in each.run]


def by_its_end(state: str) -> "Settle":
    """Return what tells by the end of a journal whether a run is over, where nothing else does.

    For whoever has no time to read a journal: nothing else is known of such a run, and it is stale.
    """

    def settle(kept: KeptRun) -> KeptRun:
        kept.is_over = kept.is_over or (kept.status is None and has_ended(state, kept.run))
        return kept

    return settle


class Shared:
    """Values that many rows have in common: each is kept once, and named by its number."""

    def __init__(self, values: "Iterable[Any]" = ()) -> None:
        self.values = list(values)
        self._numbers = {repr(each): number for number, each in enumerate(self.values)}

    def number(self, value: "Any") -> int:
        """Return the number of a value, which is kept from now on."""
        key = repr(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


def _settled(kept: KeptRun, settle: "Settle | None") -> KeptRun:
    return settle(kept) if kept.is_stale and settle is not None else kept


def _from_row(run: str, row: "list[Any]", shared: "list[Any]") -> KeptRun:
    state, held, whose, about = row[SIGNED:]
    return KeptRun(
        run,
        shared[whose],
        is_over=state in OVER,
        status=None,
        is_stale=False,
        held=held,
        state=state,
        about=about,
    )


def _noteworthy(kept: "Iterable[KeptRun]") -> "Iterator[KeptRun]":
    known = set()
    for number, each in enumerate(kept):
        key = repr(each.whose)
        if number < NEWEST or not each.is_over or each.is_stale or each.held or key not in known:
            yield each
        known.add(key)


def holds(state: str, table: Derived) -> bool:
    """Tell whether nothing came, went, or began anew since the head was written.

    The head has what ``marks`` and ``listing`` told then, as ``marks`` and ``others``.
    """
    head = table.head
    return (
        bool(head.get("marks"))
        and 0.0 <= table.age <= _HOLDS_SECONDS
        and head["marks"] == marks(state)
        and not any(has_begun(state, other) for other in head["others"])
    )
