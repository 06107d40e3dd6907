"""Somewhere that people are told, and that cannot be asked what has arrived there."""

from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.standing import Standing


@frozen
class Notice:
    """What is told, as plain text."""

    title: str
    text: str


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
