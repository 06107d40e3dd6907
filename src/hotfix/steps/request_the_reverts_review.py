"""Request the review of the revert from whoever reviewed the hotfix."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class RequestTheRevertsReview:
    """Reports nothing.

    Attributes:
        reviewer: for runs that asked nobody; empty for none.
    """

    reviewer: str
    name: str = "request_the_reverts_review"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Ask once."""
        reviewer = self._who(facts)
        if "revert_number" not in facts:
            return Done("There is no revert to review.")
        if not reviewer:
            return Done("No reviewer is configured: ask somebody to review the revert.")
        ports.pull_requests.request_review(facts.number("revert_number"), reviewer)
        return _done(reviewer)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The review is asked for, or given already."""
        reviewer = self._who(facts)
        if "revert_number" not in facts or not reviewer:
            return NotDone()
        number = facts.number("revert_number")
        asked = ports.pull_requests.get(number).requested_reviewers
        given = [review.reviewer for review in ports.pull_requests.reviews(number)]
        return _done(reviewer) if reviewer in {*asked, *given} else NotDone()

    def _who(self, facts: Facts) -> str:
        return facts.text_or("reviewer", self.reviewer)


def _done(reviewer: str) -> Done:
    return Done(f"Review of the revert requested from {reviewer}.")
