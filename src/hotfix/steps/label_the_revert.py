"""Label the revert as the hotfix was labelled."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class LabelTheRevert:
    """Reports nothing. Labels that the repository lacks are created."""

    labels: tuple[str, ...]
    name: str = "label_the_revert"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Add the labels."""
        if "revert_number" not in facts:
            return Done("There is no revert to label.")
        ports.pull_requests.add_labels(facts.number("revert_number"), self.labels)
        return self._done()

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """All of them are on it."""
        if "revert_number" not in facts:
            return NotDone()
        there = ports.pull_requests.get(facts.number("revert_number")).labels
        return self._done() if set(self.labels) <= set(there) else NotDone()

    def _done(self) -> Done:
        return Done(f"Labelled the revert {', '.join(self.labels)}.")
