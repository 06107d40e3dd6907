"""The team's channel: one message for the run, kept up to date, and a thread under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import ProblemError


@frozen
class Addressee:
    """Somebody whom a message is for."""

    name: str  #: as it is on record: a login, a name, or what the configuration says
    email: str = ""  #: empty where it is not known


@frozen
class Message:
    """What a message says."""

    text: str  #: plain text, for notifications and readers without blocks
    #: Slack blocks, already escaped; empty for text alone
    blocks: Sequence[JsonObject] = field(default_factory=tuple)
    #: whom it is for; with anybody here, the text begins with their names (``addressed``), and they
    #: are notified where the channel knows them
    to: tuple[Addressee, ...] = ()


def addressed(names: Iterable[str]) -> str:
    """Return what a message begins with that is for somebody."""
    return f"{', '.join(names)}: "


@frozen
class Announcement:
    """What the channel should show for a run."""

    parent: Message  #: the one message that is kept up to date
    #: the thread under it, by key, oldest first; each is posted once
    replies: Mapping[str, Message] = field(default_factory=dict)


@frozen
class Posted:
    """A message that is there."""

    id: str  #: the channel's id of it (a timestamp text)
    key: str  #: what we marked it with: ``parent``, or the key of the reply
    text: str  #: what it says now


class MessageRefusedError(ProblemError):
    """The channel takes others, but not this message, nor will it at a later try."""


class Messenger(Protocol):
    """The configured channel. Every message carries the run and a key, so that it can be found."""

    def find(self, run: str) -> Posted | None:
        """Return the run's parent message from the channel's recent history, or None."""
        ...

    def replies(self, run: str, parent: str) -> tuple[Posted, ...]:
        """Return our replies in the thread of ``parent``."""
        ...

    def post(self, run: str, key: str, message: Message, parent: str = "") -> Posted:
        """Post a message, as a reply where ``parent`` is given. Sent once; after trouble, look.

        Raises:
            MessageRefusedError: this message is refused for good.
        """
        ...

    def update(self, posted: Posted, message: Message) -> None:
        """Make the message say something else.

        Raises:
            MessageRefusedError: it cannot be edited, or not like this, for good.
        """
        ...
