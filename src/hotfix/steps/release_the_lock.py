"""Release the hotfix lock."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.out_of_reach import OutOfReach
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.problem import MissingRightError, ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports
from hotfix.ports.lock import lock_id


@frozen
class ReleaseTheLock:
    """Gives back what this run holds, and nothing of anybody else.

    Effect: gives the lock back; twice does nothing.
    """

    #: whether a person says yes to an end of the run after which the lock may remain
    needs_a_yes: bool = False
    name: str = "release_the_lock"
    reads: ClassVar[Declared] = maybe(LOCK_TOKEN)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Give it back if this run holds it, under its own token."""
        if ports.cluster is None:
            return Done("No lock was held.", is_needless=True)
        # A rollback that claimed it and then failed never got to know its token.
        token = facts.get(LOCK_TOKEN)
        try:
            is_released = ports.cluster.release_lock(facts.run, token, facts.operator)
        except (ProblemError, TemporaryTroubleError) as trouble:
            if token is None and isinstance(trouble, MissingRightError):
                return Done("No lock is held.", is_needless=True)
            if not self.needs_a_yes:
                raise
            return self._out_of_reach(facts).outcome(self.name, facts, trouble)
        if not is_released:
            return Done("No lock is held.", is_needless=True)
        return Done("Released the lock.")

    def by_hand(self, facts: Facts) -> str:
        """Release it by its id, or find out what that is."""
        if LOCK_TOKEN not in facts:
            return "hotfix lock"
        return f"hotfix lock release --lock-id {lock_id(facts.run, facts[LOCK_TOKEN])}"

    def _out_of_reach(self, facts: Facts) -> OutOfReach:
        """A cluster that is gone never gives a lock back."""
        return OutOfReach(
            key="lock-remains",
            text="The lock cannot be released now, and may remain.",
            end="End the run; the lock may remain",
            remains="The lock may remain.",
            again="the cluster can",
            by_hand=self.by_hand(facts),
        )
