"""All needs, checked in threads: as slow as the slowest service, and never slower than a limit."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding, Need, unmet

_DEADLINE_SECONDS = 20.0


class ParallelReadiness:
    """Runs one check an area; the deadline is for all of them together.

    A hotfix can do without the ``optional`` areas: no answer is a warning there.
    """

    def __init__(
        self,
        checks: Mapping[str, Callable[[], Sequence[Need]]],
        optional: Collection[str] = (),
        deadline_seconds: float = _DEADLINE_SECONDS,
    ) -> None:
        self._checks = dict(checks)
        self._optional = frozenset(optional)
        self._deadline_seconds = deadline_seconds

    def check(self) -> tuple[Need, ...]:
        """Return every need, by area in the order given."""
        found: dict[str, Sequence[Need]] = {}

        def look(area: str, check: Callable[[], Sequence[Need]]) -> None:
            found[area] = _needs(area, check)

        # Daemon threads: a service that hangs must not keep the command from ending.
        threads = [
            threading.Thread(target=look, args=item, daemon=True) for item in self._checks.items()
        ]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + self._deadline_seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return tuple(need for area in self._checks for need in found.get(area, (self._late(area),)))

    def _late(self, area: str) -> Need:
        saw = f"no answer within {self._deadline_seconds:g} s"
        finding = Finding.WARNING if area in self._optional else Finding.FAILED
        return Need(area, "reachable", finding, saw, "hotfix doctor")


def _needs(area: str, check: Callable[[], Sequence[Need]]) -> Sequence[Need]:
    try:
        return check()
    except ProblemError as error:
        return (unmet(area, "usable", Finding.FAILED, error),)
    except TemporaryTroubleError as trouble:
        return (unmet(area, "reachable", Finding.FAILED, trouble),)
