"""Label the pull request (procedure, step 4: ``hotfix``, ``urgent``)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.proposal import THE_FIX, Proposal
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class LabelPullRequest:
    """Reports the labels where they are asked for. Those that the repository lacks are created.

    Attributes:
        labels: to put on it.
        proposal: what the pull request proposes.
        name: a plan may have this step for another proposal.
    """

    labels: tuple[str, ...]
    proposal: Proposal = THE_FIX
    name: str = "label_pull_request"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Add the labels."""
        if self.proposal.number not in facts:
            return Done(self.proposal.nothing_to("label"))
        ports.pull_requests.add_labels(facts.number(self.proposal.number), self.labels)
        return self._done()

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """All of them are on it."""
        if self.proposal.number not in facts:
            return NotDone()
        there = ports.pull_requests.get(facts.number(self.proposal.number)).labels
        return self._done() if set(self.labels) <= set(there) else NotDone()

    def _done(self) -> Done:
        found = {self.proposal.labels: self.labels} if self.proposal.labels else {}
        return Done(f"{self.proposal.labelled} {', '.join(self.labels)}.", found)
