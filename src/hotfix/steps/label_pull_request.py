"""Label the pull request (procedure, step 4: ``hotfix``, ``urgent``)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class LabelPullRequest:
    """Reports ``labels``. Labels that the repository lacks are created."""

    labels: tuple[str, ...]
    name: str = "label_pull_request"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Add the labels."""
        ports.pull_requests.add_labels(facts.number("pull_request_number"), self.labels)
        return self._done()

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """All of them are on it."""
        pull_request = ports.pull_requests.get(facts.number("pull_request_number"))
        return self._done() if set(self.labels) <= set(pull_request.labels) else NotDone()

    def _done(self) -> Done:
        return Done(f"Labelled {', '.join(self.labels)}.", {"labels": self.labels})
