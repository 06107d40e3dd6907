"""Make sure that the branch which is merged into exists (procedure, step 6: ``hotfix/*``)."""

from typing import ClassVar

from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.fact_names import BASE_SHA, DEPLOY_BRANCH_MADE_AT, MERGE_INTO
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@frozen
class EnsureTargetBranch:
    """Creates ``merge_into`` from the base where it is missing; reports where, as that deploys.

    Effect: creates the deploy branch on the server where it is missing.
    """

    merge_into: str
    name: str = "ensure_target_branch"
    reads: ClassVar[Declared] = (BASE_SHA,)
    reports: ClassVar[Declared] = (MERGE_INTO, *maybe(DEPLOY_BRANCH_MADE_AT))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Create the branch, unless it is there."""
        sha = ports.pull_requests.branch_commit(self.merge_into)
        if sha is not None:
            return self._done(sha)
        sha = ports.pull_requests.ensure_branch(self.merge_into, facts[BASE_SHA])
        return self._done(sha, DEPLOY_BRANCH_MADE_AT(sha))

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The server has the branch; at the base's commit, it is we who created it."""
        sha = ports.pull_requests.branch_commit(self.merge_into)
        if sha is None:
            return NotDone()
        made = (DEPLOY_BRANCH_MADE_AT(sha),) if sha == facts[BASE_SHA] else ()
        return self._done(sha, *made)

    def _done(self, sha: str, *made: Reported) -> Done:
        return Done(f"{self.merge_into} is at {sha[:8]}.", (MERGE_INTO(self.merge_into), *made))
