"""Issues: the one the hotfix is about, and the follow-up."""

from collections.abc import Sequence
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.problem import ProblemError


@frozen
class Ticket:
    """An issue: number, link, title, and whether it is open."""

    number: int
    url: str
    title: str
    is_open: bool


class TicketGoneError(ProblemError):
    """The issue was there: it was deleted since, or the repository has no issues any more."""


class Tickets(Protocol):
    """Issues of the configured repository."""

    def get(self, number: int) -> Ticket | None:
        """Return the issue, or None where there is none that may be read.

        Raises:
            TicketGoneError: it is known to be gone.
        """
        ...

    def find(self, marker: str) -> Ticket | None:
        """Return the newest issue whose body holds ``marker``, or None."""
        ...

    def open(self, title: str, body: str, labels: Sequence[str]) -> Ticket:
        """Open an issue. After a lost answer, ``find`` tells whether it is there."""
        ...

    def comment(self, number: int, text: str) -> None:
        """Write under an issue or a pull request; after a lost answer, ``comments`` tells."""
        ...

    def comments(self, number: int) -> Sequence[str]:
        """Return the texts of the comments under an issue or a pull request, oldest first."""
        ...
