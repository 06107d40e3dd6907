"""A claim of the lock that the server answered a moment ago: who holds it need not be asked."""

import time

from hotfix.domain.frozen import frozen
from hotfix.ports.lock import LockHolder

# Nobody sees a claim, decides to take it over, and does so in less.
_FRESH_SECONDS = 0.5


def both_clocks() -> tuple[float, float]:
    """Return the seconds of two clocks: one that nobody sets, and one that counts a sleep."""
    return time.monotonic(), time.time()


@frozen
class FreshClaim:
    """What came of a claim, and when it was sent."""

    holder: LockHolder  #: who held the lock when it was answered
    sent_at: tuple[float, float]  #: ``both_clocks`` before the request

    def is_fresh(self) -> bool:
        """Tell whether so little time went by, by either clock, that it is so still."""
        return all(
            0.0 <= now - then < _FRESH_SECONDS
            for now, then in zip(both_clocks(), self.sent_at, strict=True)
        )
