"""What the world says of an effect that was begun, and whose result is not on record."""

from enum import StrEnum


class Settlement(StrEnum):
    """What became of it."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"
