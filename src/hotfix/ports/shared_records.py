"""The team's copy of every run's record: what another machine sees, and goes on from."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem
from hotfix.domain.snapshot import VERSION


@frozen
class SharedRun:
    """One run, as the team sees it."""

    run: str  #: its id
    operator: str  #: who walked it last
    token: int  #: the lock's fencing token under which it was written
    updated: datetime | None  #: the time of its newest event, UTC, aware
    status: JsonObject  #: as in ``state.json`` (``domain/status.py``)
    trimmed_lines: int = 0  #: how many lines of the journal did not fit; 0 where it is whole
    #: the machine that wrote it; empty where an earlier version did
    host: str = field(default="", compare=False)

    @property
    def is_newer(self) -> bool:
        """Tell whether a newer version of ``hotfix`` wrote it, in a format of its own."""
        version = self.status.get("v")
        return isinstance(version, int) and version > VERSION


@frozen
class SharedJournal:
    """What stands in the cluster about one run, whether it can be trusted or not."""

    run: str  #: its id; the name of its ConfigMap where that names none
    shared: SharedRun | None  #: what stands beside the journal; None where nothing of use does
    lines: bytes  #: of the journal; empty where there are none
    damage: Problem | None = None  #: why it is not what was written, or not all; None: it may be
    age_seconds: float | None = None  #: since the record was made, by the server's clock
    version: str = ""  #: what it was read as: it is only removed as that
    #: when it was read, by the server's clock, UTC; None where nobody told
    read_at: datetime | None = field(default=None, compare=False)


class SharedRecords(Protocol):
    """The records in the namespace.

    Every method raises MissingRightError without rights for it, and
    TemporaryTroubleError where the answer was lost.
    """

    def write(self, shared: SharedRun, journal: bytes) -> bool:
        """Make the record of a run look like this; the same again changes nothing.

        The ``journal`` is its lines as on disk; how much of it was trimmed is found out here.
        Returns False where a newer token has written it: another machine walks the run.

        Raises:
            ProblemError: a newer version of ``hotfix`` has written it; it is left alone.
        """
        ...

    def all(self) -> Sequence[SharedRun]:
        """Return every run, newest first."""
        ...

    def find(self, run: str) -> SharedRun | None:
        """Return a run, or None where nobody shared it."""
        ...

    def read(self, run: str) -> bytes:
        """Return the journal's lines; raises ProblemError where it is not there, or trimmed."""
        ...

    def journals(self, run: str | None = None) -> Sequence[SharedJournal]:
        """Return every record with its journal, newest first, or that of one run if it is there.

        What somebody edited, what is half written, trimmed, or of a newer version is among them.
        """
        ...

    def remove(self, found: SharedJournal) -> bool:
        """Remove a record; False where it is not the one that was read any more, or gone."""
        ...

    def left_out(self, run: str) -> int:
        """Return how many lines did not fit when this process wrote the run last."""
        ...

    def fence(self, run: str, token: int) -> bytes:
        """Keep machines with a lower token from writing; returns the journal as it is then.

        Raises:
            ProblemError: there is no such record, or it was trimmed.
        """
        ...
