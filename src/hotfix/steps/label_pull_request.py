"""Label the pull request (procedure, step 4: ``hotfix``, ``urgent``)."""

from shlex import quote

from hotfix.domain.fact import Declared
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.proposal import THE_FIX, Proposal
from hotfix.ports.bundle import Ports


@frozen
class LabelPullRequest:
    """Labels that the repository lacks are created.

    Effect: labels the pull request.
    """

    labels: tuple[str, ...]  #: to put on it
    proposal: Proposal = THE_FIX  #: what the pull request proposes
    name: str = "label_pull_request"  #: a plan may have this step for another proposal

    @property
    def reads(self) -> Declared:
        """The pull request's number."""
        return self.proposal.declared(self.proposal.number)

    @property
    def reports(self) -> Declared:
        """The labels, where they are asked for."""
        return () if self.proposal.labels is None else (self.proposal.labels,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Add the labels."""
        if self.proposal.number not in facts:
            return Done(self.proposal.nothing_to("label"))
        ports.pull_requests.add_labels(facts[self.proposal.number], self.labels)
        return self._done()

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """All of them are on it."""
        if self.proposal.number not in facts:
            return NotDone()
        there = ports.pull_requests.get(facts[self.proposal.number]).labels
        return self._done() if set(self.labels) <= set(there) else NotDone()

    def by_hand(self, facts: Facts) -> str:
        """Label it with GitHub's own command."""
        labels = quote(",".join(self.labels))
        return f"gh pr edit {facts.get(self.proposal.number, 0)} --add-label {labels}"

    def _done(self) -> Done:
        labels = self.proposal.labels
        found = () if labels is None else (labels(self.labels),)
        return Done(f"{self.proposal.labelled} {', '.join(self.labels)}.", found)
