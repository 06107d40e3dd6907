"""What people say in the channel about a run, and mark so that it is kept."""

from dataclasses import field
from datetime import datetime
from typing import Protocol

from hotfix.domain.frozen import frozen


@frozen
class Remark:
    """A reply in the run's thread that somebody marked."""

    id: str  #: the channel's id of it
    by: str  #: who wrote it
    text: str  #: what it says, plain text
    at: datetime  #: when it was written, UTC, by the channel's clock
    edited_at: datetime | None = None  #: when its writer changed it last, UTC; None: never
    #: when it was read, by the clock that has dated it; None where that is not told
    read_at: datetime | None = field(default=None, compare=False)


class Remarks(Protocol):
    """The thread of a run."""

    def remarks(self, run: str) -> tuple[Remark, ...]:
        """Return what is marked by now, oldest first; nothing where there is no thread.

        Raises:
            ProblemError: it may not be read.
            TemporaryTroubleError: it could not be read now, and when to look again.
        """
        ...
