"""The journals on this machine, and the boxes through which others add to a run."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.composition.run_list import has_begun, newest_first
from hotfix.domain.event import Event
from hotfix.domain.problem import Problem
from hotfix.ports.clock import Clock
from hotfix.ports.journal import Kept

if TYPE_CHECKING:
    from hotfix.adapters.journal.journal_file import JournalFile
    from hotfix.adapters.mailbox import Mailbox


def keep_traceback(state: Path, error: BaseException) -> Kept:
    """Keep in the state directory how an error of no run in particular came about."""
    from hotfix.adapters.journal.tracebacks import keep_traceback

    return keep_traceback(state / "tracebacks", error)


class Runs:
    """The journals on this machine.

    Args:
        state: the state directory.
    """

    def __init__(self, state: Path) -> None:
        self._state = state

    def ids(self) -> list[str]:
        """Return the ids of all runs, newest first."""
        return newest_first(str(self._state))

    def has(self, run: str) -> bool:
        """Tell whether there is a run of that id."""
        return has_begun(str(self._state), run)

    def events(self, run: str) -> tuple[Event, ...]:
        """Return the events of a run, without a lock; raises ProblemError where it is damaged."""
        from hotfix.adapters.journal.lines import read_events

        return read_events(self._state, run)

    def as_far_as_sound(self, run: str) -> tuple[tuple[Event, ...], Problem | None]:
        """Return the events of a run up to where its journal is damaged, and how; None: it is not.

        Raises:
            ProblemError: there is no such run, or nothing of its journal can be read.
        """
        from hotfix.adapters.journal.lines import read_as_far_as_sound

        return read_as_far_as_sound(self._state, run)

    def create(
        self, run: str, clock: Clock, operator: str, secrets: Collection[str]
    ) -> "JournalFile":
        """Begin the journal of a new run; the only writer until it is closed."""
        from hotfix.adapters.journal.journal_file import JournalFile

        return JournalFile.create(self._state, run, clock, operator, secrets=secrets)

    def open(
        self, run: str, clock: Clock, operator: str, secrets: Collection[str]
    ) -> "JournalFile":
        """Open the journal of a run for writing; raises ProblemError where somebody else does."""
        from hotfix.adapters.journal.journal_file import JournalFile

        return JournalFile.open(self._state, run, clock, operator, secrets=secrets)

    def trouble(self) -> Problem | None:
        """Return why no run could be kept here, by a trial; None where one could be."""
        from hotfix.adapters.journal.files import folder_trouble

        return folder_trouble(self._state)

    def note_newest(self, run: str) -> None:
        """Write down that ``run`` is walked once more: what it changes now, it changes last.

        Raises:
            ProblemError: that cannot be written.
        """
        from hotfix.adapters.journal.files import file_trouble
        from hotfix.adapters.journal.order import is_newest, note_newest

        if not is_newest(str(self._state), run):
            with file_trouble(self._state):
                note_newest(str(self._state), run)

    def lines(self, run: str) -> bytes:
        """Return the whole lines of a journal, as they are on disk."""
        from hotfix.adapters.journal.lines import read_lines

        return read_lines(self._state, run)

    def checked(self, run: str, lines: bytes) -> tuple[Event, ...]:
        """Return the events of a journal from elsewhere; raises ProblemError where it is broken."""
        from hotfix.adapters.journal.lines import check_lines

        return check_lines(run, lines)

    def shared_as_far_as_sound(
        self, run: str, lines: bytes
    ) -> tuple[tuple[Event, ...], Problem | None]:
        """Return the events of a shared record up to where it is damaged, and how."""
        from hotfix.adapters.journal.lines import shared_as_far_as_sound

        return shared_as_far_as_sound(run, lines)

    def adopt(self, run: str, lines: bytes) -> tuple[Event, ...]:
        """Make ``lines`` the journal of a run that another machine walked; returns its events.

        Raises:
            ProblemError: its chain of hashes is broken, or another process walks it here.
        """
        from hotfix.adapters.journal.adoption import adopt

        return adopt(self._state, run, lines)

    def tracebacks(self, run: str) -> list[Path]:
        """Return the files that tell how errors of a run that nobody foresaw came about."""
        from hotfix.adapters.journal.tracebacks import kept_tracebacks

        return kept_tracebacks(self._state / "runs" / run)

    def take_tracebacks(self, other: "Runs", run: str) -> None:
        """Copy what another state directory has of ``tracebacks``; what cannot be is left out."""
        from hotfix.adapters.journal.tracebacks import copy_tracebacks

        copy_tracebacks(other.tracebacks(run), self._state / "runs" / run)

    def remove(self, run: str, again: str, first: Callable[[], None] = lambda: None) -> None:
        """Remove all that this machine has of a run; ``adapters/journal/removal.py`` says how.

        Raises:
            ProblemError: that cannot be, and ``again`` is the command once it can.
        """
        from hotfix.adapters.journal.removal import remove

        remove(self._state, run, again, first)

    def mailbox(self, run: str) -> "Mailbox":
        """Return the box through which others add to the run."""
        from hotfix.adapters.mailbox import Mailbox

        return Mailbox(self._state / "runs" / run / "inbox")
