"""All needs, checked in threads: as slow as the slowest service, and never slower than a limit."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding, Need, unmet

#: what all needs together may take at the start of a hotfix
DEADLINE_SECONDS = 20.0
# Before each further try of an area that could not be asked.
_PAUSES_SECONDS = (0.5, 1.0, 2.0)
# A rate limit takes longer, and is told.
_WORTH_WAITING_SECONDS = 5.0


class ParallelReadiness:
    """Runs one check an area; the deadline is for all of them together.

    An area in which trouble on the way kept something from being asked is asked again after each of
    the pauses; what was answered by then stays known. A hotfix can do without the ``optional``
    areas: no answer is a warning there. Where ``later`` is given, nobody waits for them: what comes
    of each is told to it, in a thread. ``places`` are the hosts that are asked, by area, where that
    is one.
    """

    def __init__(
        self,
        checks: Mapping[str, Callable[[], Sequence[Need]]],
        optional: Collection[str] = (),
        deadline_seconds: float = DEADLINE_SECONDS,
        pauses_seconds: Sequence[float] = _PAUSES_SECONDS,
        places: Mapping[str, str] | None = None,
        later: Callable[[Sequence[Need]], None] | None = None,
    ) -> None:
        self._places = places or {}
        self._checks = dict(checks)
        self._optional = frozenset(optional)
        self._deadline_seconds = deadline_seconds
        self._pauses_seconds = tuple(pauses_seconds)
        self._later = later

    def check(self) -> tuple[Need, ...]:
        """Return every need that is waited for, by area in the order given."""
        found: dict[str, Sequence[Need]] = {}
        begun = time.monotonic()
        deadline = begun + self._deadline_seconds
        others = self._optional if self._later is not None else frozenset()

        def look(area: str, check: Callable[[], Sequence[Need]]) -> None:
            try:
                found[area] = self._needs(area, check)
                for pause in self._pauses_seconds:
                    is_over = time.monotonic() > deadline - pause
                    if is_over or not _is_worth_asking_again(found[area]):
                        break
                    time.sleep(pause)
                    found[area] = _best_known(found[area], self._needs(area, check))
            except BaseException as error:  # noqa: BLE001 - it would be lost with the thread
                found[area] = (self._unforeseen(area, error),)
            if self._later is not None and area in others:
                self._later(found[area])

        # Daemon threads: a service that hangs must not keep the command from ending.
        threads = {
            area: threading.Thread(target=look, args=(area, check), daemon=True)
            for area, check in self._checks.items()
        }
        for thread in threads.values():
            thread.start()
        awaited = [area for area in threads if area not in others]
        for area in awaited:
            threads[area].join(max(0.0, deadline - time.monotonic()))
        late = {area: self._late(area, deadline - begun) for area in {*awaited} - found.keys()}
        return tuple(need for area in awaited for need in late.get(area) or found[area])

    def _needs(self, area: str, check: Callable[[], Sequence[Need]]) -> Sequence[Need]:
        finding = self._finding(area)
        try:
            return tuple(check())
        except ProblemError as error:
            return (unmet(area, "usable", finding, error),)
        except TemporaryTroubleError as trouble:
            return (unmet(area, "reachable", finding, trouble),)

    def _unforeseen(self, area: str, error: BaseException) -> Need:
        saw = f"unforeseen: {type(error).__name__}: {error}"
        code = ProblemCode.FAILED
        return Need(area, "usable", self._finding(area), saw, "hotfix doctor", code)

    def _late(self, area: str, seconds: float) -> tuple[Need, ...]:
        place = self._places.get(area, "")
        of = f" from {place}" if place else ""
        saw = f"could not be asked: no answer{of} within {seconds:.1f} s"
        # Whether the need is met is not known.
        mend = f"Check the network, the VPN and the proxy on the way to {place or 'it'}"
        finding = self._finding(area)
        return (Need(area, "reachable", finding, saw, mend, ProblemCode.FAILED, seconds),)

    def _finding(self, area: str) -> Finding:
        return Finding.WARNING if area in self._optional else Finding.FAILED


def _is_worth_asking_again(needs: Sequence[Need]) -> bool:
    waits = [need.ask_again_in for need in needs if need.ask_again_in is not None]
    return bool(waits) and max(waits) <= _WORTH_WAITING_SECONDS


def _best_known(before: Sequence[Need], after: Sequence[Need]) -> Sequence[Need]:
    """Return what is known after a further look, which may have met trouble on its way."""
    answered = {need.name: need for need in before if need.ask_again_in is None}
    if any(need.finding is Finding.FAILED and need.ask_again_in is None for need in after):
        return after
    merged = tuple(
        need if need.ask_again_in is None else answered.get(need.name, need) for need in after
    )
    # A look that ended at the door says nothing of what the one before found behind it.
    is_more = sum(need.ask_again_in is None for need in merged) >= len(answered)
    return merged if is_more else before
