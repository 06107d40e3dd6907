"""Publish a branch: the hotfix, so that a colleague could go on from another machine; the revert.

It is never the deploy branch, nor one whose push deploys by what its own commit says.
"""

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import TESTED_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, Failed, GoBack, NotDone, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.proposal import THE_FIX, Proposal
from hotfix.domain.push_triggers import would_deploy
from hotfix.domain.refspec import by_its_name
from hotfix.ports.bundle import Ports


@frozen
class PublishBranch:
    """Pushes the commit that it has looked at, and no later one; never by force.

    Effect: pushes the branch.
    """

    #: the plan has this step twice: the empty branch, and the branch with the fix
    name: str = "publish_branch"
    #: whether a commit that was not tested goes back to be looked at first
    only_tested: bool = False
    proposal: Proposal = THE_FIX  #: what is on the branch
    workflow: str = ""  #: file name of the workflow that deploys; empty for none

    @property
    def reads(self) -> Declared:
        """The branch; its commit, where we made it; the one that was tested, where that counts."""
        proposal = self.proposal
        commit = (proposal.commit,) if proposal.is_made_by_us else ()
        tested = (TESTED_SHA,) if self.only_tested else ()
        return (*proposal.declared(proposal.branch, *commit), *tested)

    @property
    def reports(self) -> Declared:
        """The commit, where a person made it."""
        return () if self.proposal.is_made_by_us else (self.proposal.commit,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Push, never by force."""
        if self.proposal.branch not in facts:
            return Done(self.proposal.nothing_to("push"))
        here = self._commit(facts, ports)
        if not here:
            return Failed(_gone(facts[self.proposal.branch]), nothing_happened=True)
        if self.only_tested and here != facts[TESTED_SHA]:
            return GoBack("guard_the_change", f"{here[:8]} was committed after the tests.")
        problem = self._deploys(facts[self.proposal.branch], here, ports)
        if problem is not None:
            return Failed(problem, nothing_happened=True)
        ports.repository.publish(facts[self.proposal.branch], here)
        return self._done(facts, here)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The remote has the commit that we have."""
        if self.proposal.branch not in facts:
            return NotDone()
        here = self._commit(facts, ports)
        there = ports.repository.remote_commit(facts[self.proposal.branch])
        return self._done(facts, here) if here == there else NotDone()

    def by_hand(self, facts: Facts) -> str:
        """Push it with git itself."""
        return f"git push origin {by_its_name(facts.get(self.proposal.branch, ''))}"

    def _deploys(self, branch: str, sha: str, ports: Ports) -> Problem | None:
        """Return why the push would deploy: the commit itself says what its push starts."""
        if not self.workflow:
            return None
        triggers = ports.repository.push_triggers(sha, self.workflow)
        is_deploying = triggers.deploy(branch)
        return would_deploy(self.workflow, triggers, branch) if is_deploying else None

    def _commit(self, facts: Facts, ports: Ports) -> str:
        if self.proposal.is_made_by_us:
            return facts[self.proposal.commit]
        return ports.repository.branch_commit(facts[self.proposal.branch]) or ""

    def _done(self, facts: Facts, sha: str) -> Done:
        found = () if self.proposal.is_made_by_us else (self.proposal.commit(sha),)
        return Done(f"Pushed {facts[self.proposal.branch]} at {sha[:8]}.", found)


def _gone(branch: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The branch {branch} is not in this clone any more, so it cannot be pushed.",
        why="Somebody deleted or renamed it since the run began.",
        next_command=f"git reflog shows its last commit; git branch {branch} COMMIT; "
        "then: hotfix resume",
    )
