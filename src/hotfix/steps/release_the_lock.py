"""Release the hotfix lock."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import LOCK, LOCK_TOKEN
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.problem import MissingRightError
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class ReleaseTheLock:
    """Gives back what this run holds, and nothing of anybody else.

    Effect: gives the lock back; twice does nothing.
    """

    name: str = "release_the_lock"
    reads: ClassVar[Declared] = maybe(LOCK, LOCK_TOKEN)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Give it back if this run holds it, under its own token."""
        if ports.cluster is None:
            return Done("No lock was held.")
        # A rollback that claimed it and then failed never got to know its token.
        token = facts.get(LOCK_TOKEN)
        try:
            ports.cluster.release_lock(facts.run, token, facts.operator)
        except MissingRightError:
            if token is not None:
                raise
        return Done("Released the lock." if LOCK in facts else "No lock is held.")
