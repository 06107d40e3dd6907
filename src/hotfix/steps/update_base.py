"""Bring the base up to date with the remote (procedure, step 1: ``git pull origin main``)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class UpdateBase:
    """Reports ``base_sha``. Doing it twice changes nothing, so it leaves no evidence."""

    base: str
    name: str = "update_base"

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Fetch and fast-forward; the operator's work is not touched."""
        sha = ports.repository.update_base(self.base)
        return Done(f"{self.base} is at {sha[:8]}.", {"base_sha": sha})
