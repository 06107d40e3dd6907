"""Bring the base up to date with the remote (procedure, step 1: ``git pull origin main``)."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BASE_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class UpdateBase:
    """Reports ``base_sha``.

    Effect: moves the local base; twice changes nothing.
    """

    base: str
    name: str = "update_base"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = (BASE_SHA,)

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Fetch and fast-forward; the operator's work is not touched."""
        sha = ports.repository.update_base(self.base)
        return Done(f"{self.base} is at {sha[:8]}.", (BASE_SHA(sha),))
