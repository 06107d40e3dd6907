"""Make sure that the branch which is merged into exists (procedure, step 6: ``hotfix/*``)."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BASE_SHA, MERGE_INTO
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class EnsureTargetBranch:
    """Creates ``merge_into`` from the base where it is missing.

    Effect: creates the deploy branch on the server where it is missing.
    """

    merge_into: str
    name: str = "ensure_target_branch"
    reads: ClassVar[Declared] = (BASE_SHA,)
    reports: ClassVar[Declared] = (MERGE_INTO,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Create the branch, unless it is there."""
        sha = ports.pull_requests.ensure_branch(self.merge_into, facts[BASE_SHA])
        return self._done(sha)

    def evidence(self, _facts: Facts, ports: Ports) -> Evidence:
        """The server has the branch."""
        sha = ports.pull_requests.branch_commit(self.merge_into)
        return self._done(sha) if sha else NotDone()

    def _done(self, sha: str) -> Done:
        return Done(f"{self.merge_into} is at {sha[:8]}.", (MERGE_INTO(self.merge_into),))
