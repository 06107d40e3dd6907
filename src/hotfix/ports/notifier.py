"""Somewhere that people are told, and that cannot be asked what has arrived there."""

from enum import StrEnum
from typing import Protocol

from hotfix.domain.frozen import frozen


@frozen
class Notice:
    """What is told, as plain text."""

    title: str
    text: str


class Standing(StrEnum):
    """What is known of a notice from this machine's record."""

    NEW = "new"  #: never tried, or it certainly did not arrive
    PERHAPS = "perhaps"  #: it was tried, and nobody knows what became of it
    SENT = "sent"  #: it was confirmed


class UnconfirmedError(Exception):
    """A notice may have arrived or not; it must not be sent again blindly."""


class Notifier(Protocol):
    """One address."""

    @property
    def name(self) -> str:
        """Return its place in the list and its scheme, such as ``2-ntfy``: the rest is secret."""
        ...

    def standing(self, key: str) -> Standing:
        """Return what is known of the notice with that key, over restarts."""
        ...

    def prepare(self) -> None:
        """Wait until there is all on this machine that sending needs; sends and raises nothing."""
        ...

    def send(self, key: str, notice: Notice) -> None:
        """Send a notice; that it is tried is on disk before, and what came of it after.

        Raises:
            TemporaryTroubleError: it certainly did not arrive.
            UnconfirmedError: nobody knows whether it did.
            ProblemError: the address is of no use.
        """
        ...

    def close(self) -> None:
        """Let go of what is held for sending; what is under way is finished by itself."""
        ...
