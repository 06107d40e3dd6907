"""Release the hotfix lock."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, LeftToDo, Outcome
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.lock import lock_id

# So long a cluster that does not answer is asked again before a person is.
_PATIENCE_SECONDS = 20.0


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
            return Done("No lock was held.")
        # A rollback that claimed it and then failed never got to know its token.
        token = facts.get(LOCK_TOKEN)
        try:
            is_released = ports.cluster.release_lock(facts.run, token, facts.operator)
        except (ProblemError, TemporaryTroubleError) as trouble:
            if token is None and isinstance(trouble, MissingRightError):
                return Done("No lock is held.")
            if not self.needs_a_yes:
                raise
            return self._out_of_reach(facts, trouble)
        return Done("Released the lock." if is_released else "No lock is held.")

    def by_hand(self, facts: Facts) -> str:
        """Release it by its id, or find out what that is."""
        if LOCK_TOKEN not in facts:
            return "hotfix lock"
        return f"hotfix lock release --lock-id {lock_id(facts.run, facts[LOCK_TOKEN])}"

    def _out_of_reach(self, facts: Facts, trouble: ProblemError | TemporaryTroubleError) -> Outcome:
        """Ask whether the run ends all the same; a cluster that is gone never gives a lock back."""
        if facts.answer("lock-remains") is not None:
            return LeftToDo(
                Problem(
                    ProblemCode.FAILED,
                    what="The lock may remain.",
                    why=str(trouble),
                    next_command=self.by_hand(facts),
                )
            )
        is_temporary = isinstance(trouble, TemporaryTroubleError)
        if is_temporary and facts.elapsed_seconds < _PATIENCE_SECONDS:
            raise trouble
        return Ask(self._question(facts, trouble))

    def _question(self, facts: Facts, trouble: ProblemError | TemporaryTroubleError) -> Question:
        mend = trouble.problem.next_command if isinstance(trouble, ProblemError) else ""
        return Question(
            key="lock-remains",
            text="The lock cannot be released now, and may remain. End the run all the same?",
            shown=(
                str(trouble),
                *((f"What may mend that: {mend}",) if mend else ()),
                f"Once the cluster can be asked again: {self.by_hand(facts)}",
            ),
            options=(
                Option("end", "End the run; the lock may remain"),
                Option("again", "Try again", then=Then.GO_BACK, back_to=self.name),
            ),
            by_yes="end",
        )
