"""Request the review of the revert from whoever reviewed the hotfix."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import REVERT_NUMBER, REVIEWER
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, LeftToDo, NotDone, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import is_asked


@frozen
class RequestTheRevertsReview:
    """Reports nothing. Asks once: nobody waits for the revert, so there is no ladder to climb.

    Effect: asks somebody for a review.
    """

    reviewer: str  #: for runs that asked nobody; empty for none
    name: str = "request_the_reverts_review"
    reads: ClassVar[Declared] = maybe(REVERT_NUMBER, REVIEWER)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Ask once."""
        reviewer = self._who(facts)
        if REVERT_NUMBER not in facts:
            return Done("There is no revert to review.", is_needless=True)
        if not reviewer:
            return LeftToDo(_NOBODY)
        revert = ports.pull_requests.get(facts[REVERT_NUMBER])
        # A rollback that is asked for again finds the revert of the first.
        if not is_asked(ports.pull_requests, revert, reviewer):
            ports.pull_requests.request_review(revert.number, reviewer)
        return _done(reviewer)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The review is asked for, or given already."""
        reviewer = self._who(facts)
        if REVERT_NUMBER not in facts or not reviewer:
            return NotDone()
        revert = ports.pull_requests.get(facts[REVERT_NUMBER])
        return _done(reviewer) if is_asked(ports.pull_requests, revert, reviewer) else NotDone()

    def by_hand(self, facts: Facts) -> str:
        """Ask with GitHub's own command."""
        number, reviewer = facts.get(REVERT_NUMBER, 0), self._who(facts)
        return f"gh pr edit {number} --add-reviewer {reviewer}"

    def _who(self, facts: Facts) -> str:
        return facts.get(REVIEWER, self.reviewer)


_NOBODY = Problem(
    ProblemCode.FAILED,
    what="Nobody was asked to review the revert.",
    why="No reviewer is configured, and the hotfix had none.",
    next_command="ask somebody to review the revert",
)


def _done(reviewer: str) -> Done:
    return Done(f"Review of the revert requested from {reviewer}.")
