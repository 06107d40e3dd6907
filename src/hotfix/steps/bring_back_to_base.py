"""Bring the fix back to the base, so that the next release does not lose it."""

from dataclasses import dataclass

from hotfix.domain import pull_request_text
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest


@dataclass(frozen=True)
class BringBackToBase:
    """Reports ``bring_back_url``. Opens the pull request; merging it is the team's own business."""

    incident: Incident
    base: str
    merge_into: str
    name: str = "bring_back_to_base"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Open a pull request from the fix branch into the base."""
        if self.merge_into == self.base:
            return Done("The fix is on the base already.")
        body = (
            f"Brings the hotfix {facts.text('pull_request_url')} back to `{self.base}`, "
            f"so that the next release keeps it.\n\n{pull_request_text.marker(facts.run)}\n"
        )
        title = f"Bring back: {pull_request_text.title(self.incident)}"
        return _done(ports.pull_requests.open(title, body, facts.text("branch"), self.base))

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A pull request from the fix branch into the base is there."""
        if self.merge_into == self.base:
            return NotDone()
        found = ports.pull_requests.find(facts.text("branch"), self.base)
        return _done(found) if found is not None else NotDone()


def _done(opened: PullRequest) -> Done:
    return Done(f"Bring-back: {opened.url}", {"bring_back_url": opened.url})
