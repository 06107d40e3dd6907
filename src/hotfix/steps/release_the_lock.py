"""Release the hotfix lock."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.problem import MissingRightError
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class ReleaseTheLock:
    """Releasing twice does nothing, so a lost answer needs no other evidence."""

    name: str = "release_the_lock"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Give it back if this run holds it, under its own token."""
        if ports.cluster is None:
            return Done("No lock was held.")
        # A rollback that claimed it and then failed never got to know its token.
        token = facts.number("lock_token") if "lock_token" in facts else None
        try:
            ports.cluster.release_lock(facts.run, token, facts.operator)
        except MissingRightError:
            if token is not None:
                raise
        return Done("Released the lock." if "lock" in facts else "No lock is held.")
