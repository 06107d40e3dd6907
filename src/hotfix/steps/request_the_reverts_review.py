"""Request the review of the revert from whoever reviewed the hotfix."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.proposal import THE_REVERT
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import is_asked


@dataclass(frozen=True)
class RequestTheRevertsReview:
    """Reports nothing. Asks once: nobody waits for the revert, so there is no ladder to climb.

    Attributes:
        reviewer: for runs that asked nobody; empty for none.
    """

    reviewer: str
    name: str = "request_the_reverts_review"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Ask once."""
        reviewer = self._who(facts)
        if THE_REVERT.number not in facts:
            return Done(THE_REVERT.nothing_to("review"))
        if not reviewer:
            return Done("No reviewer is configured: ask somebody to review the revert.")
        ports.pull_requests.request_review(facts.number(THE_REVERT.number), reviewer)
        return _done(reviewer)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The review is asked for, or given already."""
        reviewer = self._who(facts)
        if THE_REVERT.number not in facts or not reviewer:
            return NotDone()
        revert = ports.pull_requests.get(facts.number(THE_REVERT.number))
        return _done(reviewer) if is_asked(ports.pull_requests, revert, reviewer) else NotDone()

    def _who(self, facts: Facts) -> str:
        return facts.text_or("reviewer", self.reviewer)


def _done(reviewer: str) -> Done:
    return Done(f"Review of the revert requested from {reviewer}.")
