"""Push the branch with the revert; it is not the deploy branch, so nothing is deployed by it."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class PublishTheRevert:
    """Reports nothing."""

    name: str = "publish_the_revert"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Push, never by force."""
        if "revert_branch" not in facts:
            return Done("There is no revert to push.")
        ports.repository.publish(facts.text("revert_branch"))
        return _done(facts)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The remote has the commit that we have."""
        if "revert_branch" not in facts:
            return NotDone()
        there = ports.repository.remote_commit(facts.text("revert_branch"))
        return _done(facts) if there == facts.text("revert_sha") else NotDone()


def _done(facts: Facts) -> Done:
    return Done(f"Pushed {facts.text('revert_branch')} at {facts.text('revert_sha')[:8]}.")
