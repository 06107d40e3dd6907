"""Ways of merging."""

from enum import StrEnum


class MergeHow(StrEnum):
    """Who merges, and when."""

    DIRECT = "direct"
    QUEUE = "queue"
    AUTO = "auto"
