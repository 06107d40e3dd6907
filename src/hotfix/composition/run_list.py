"""The runs on this machine, newest first; a shell prompt waits for these imports."""

from hotfix.adapters.journal.derived import RUNS, SIGNED, Derived, is_young, open_plain
from hotfix.adapters.journal.order import (
    has_begun,
    has_ended,
    listing,
    marks,
    newest_first,
    signature_of,
)

__all__ = [
    "RUNS",
    "SIGNED",
    "Derived",
    "has_begun",
    "has_ended",
    "is_young",
    "listing",
    "marks",
    "newest_first",
    "open_plain",
    "signature_of",
]
