"""Bring the base up to date with the remote (procedure, step 1: ``git pull origin main``)."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import BASE_LOOKED_AT, BASE_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, GoBack, Outcome
from hotfix.ports.bundle import Ports


@frozen
class UpdateBase:
    """Reports ``base_sha``.

    Effect: moves the local base; twice changes nothing.
    """

    base: str
    name: str = "update_base"
    reads: ClassVar[Declared] = maybe(BASE_LOOKED_AT)
    reports: ClassVar[Declared] = (BASE_SHA,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Fetch and fast-forward; what came since the ride-along was listed is looked at first."""
        sha = ports.repository.update_base(self.base)
        if facts.get(BASE_LOOKED_AT, sha) != sha:
            return GoBack("list_the_ride_along", f"{self.base} has new commits: {sha[:8]}.")
        return Done(f"{self.base} is at {sha[:8]}.", (BASE_SHA(sha),))
