"""Publish the hotfix branch, so that a colleague could go on from another machine."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, GoBack, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class PublishBranch:
    """Pushes the branch as it is.

    Attributes:
        name: the plan has this step twice: the empty branch, and the branch with the fix.
        only_tested: whether a commit that was not tested goes back to be looked at first.
    """

    name: str = "publish_branch"
    only_tested: bool = False

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Push, never by force."""
        branch = facts.text("branch")
        here = ports.repository.branch_commit(branch) or ""
        if self.only_tested and here != facts.text("tested_sha"):
            return GoBack("guard_the_change", f"{here[:8]} was committed after the tests.")
        ports.repository.publish(branch)
        return self._done(branch, here)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The remote has the commit that we have."""
        branch = facts.text("branch")
        here = ports.repository.branch_commit(branch)
        if here is not None and ports.repository.remote_commit(branch) == here:
            return self._done(branch, here)
        return NotDone()

    def _done(self, branch: str, sha: str) -> Done:
        return Done(f"Pushed {branch} at {sha[:8]}.", {"head_sha": sha})
