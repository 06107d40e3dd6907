"""Request a review from one team member (procedure, step 4)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class RequestReview:
    """Asks once; without a configured reviewer it says so and goes on: somebody may come by."""

    reviewer: str
    name: str = "request_review"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Ask the reviewer."""
        if not self.reviewer:
            return Done("No reviewer is configured: ask somebody to review.")
        ports.pull_requests.request_review(facts.number("pull_request_number"), self.reviewer)
        return self._done()

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The review is asked for, or given already."""
        number = facts.number("pull_request_number")
        asked = ports.pull_requests.get(number).requested_reviewers
        given = [review.reviewer for review in ports.pull_requests.reviews(number)]
        return self._done() if self.reviewer in {*asked, *given} else NotDone()

    def _done(self) -> Done:
        return Done(f"Review requested from {self.reviewer}.", {"reviewer": self.reviewer})
