"""GitHub has a bad night: it does what it is told, and often nobody hears so."""

from dataclasses import dataclass

from starlette.requests import Request

from hotfix.simulators.fault import DROPPED, Fault
from hotfix.simulators.scenarios.scenario import Scenario
from hotfix.simulators.world import World

_ALWAYS = 1_000_000
_WRITES, _READS = 3, 5


@dataclass
class EveryNth(Fault):
    """Hits every ``nth`` request of a kind.

    Attributes:
        nth: which one; 1 is each.
        writes: whether it hits writes, or reads.
    """

    nth: int = 1
    writes: bool = True
    _seen: int = 0

    def hits(self, request: Request) -> bool:
        """Count ``request`` if it is of the kind, and tell whether it is an ``nth`` one."""
        if (request.method != "GET") is not self.writes:
            return False
        self._seen += 1
        return self._seen % self.nth == 0


def _make_flaky(world: World) -> None:
    world.github.faults += [
        EveryNth(status=DROPPED, acts=True, times=_ALWAYS, nth=_WRITES, writes=True),
        EveryNth(status=502, times=_ALWAYS, nth=_READS, writes=False),
    ]


FLAKY = Scenario(
    "github-flaky",
    "GitHub loses the answers of writes it has done, and some reads fail: nothing is done twice.",
    prepare=_make_flaky,
)
