"""Ways of merging."""

from enum import StrEnum

# The step that merges: before its yes it does nothing, after it GitHub knows.
MERGE_STEP = "merge_the_fix"


class MergeHow(StrEnum):
    """Who merges, and when."""

    DIRECT = "direct"
    QUEUE = "queue"
    AUTO = "auto"
