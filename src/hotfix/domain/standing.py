"""What is known of something that was sent to whom cannot be asked."""

from enum import StrEnum


class Standing(StrEnum):
    """What is known of it from this machine's record."""

    NEW = "new"  #: never tried, or it certainly did not arrive
    PERHAPS = "perhaps"  #: it was tried, and nobody knows what became of it
    SENT = "sent"  #: it was confirmed
