"""Publish the hotfix branch, so that a colleague could go on from another machine."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class PublishBranch:
    """Pushes the branch as it is.

    Attributes:
        name: the plan has this step twice: the empty branch, and the branch with the fix.
    """

    name: str = "publish_branch"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Push, never by force."""
        branch = facts.text("branch")
        ports.repository.publish(branch)
        return self._done(branch, ports.repository.branch_commit(branch) or "")

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The remote has the commit that we have."""
        branch = facts.text("branch")
        here = ports.repository.branch_commit(branch)
        if here is not None and ports.repository.remote_commit(branch) == here:
            return self._done(branch, here)
        return NotDone()

    def _done(self, branch: str, sha: str) -> Done:
        return Done(f"Pushed {branch} at {sha[:8]}.", {"head_sha": sha})
