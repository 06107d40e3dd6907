"""Revert the merge in the code: what was rolled back must not come back with the next deploy."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    BRANCH,
    CHANGE,
    MERGE_SHA,
    REVERT,
    REVERT_BRANCH,
    REVERT_CONFLICTS,
    REVERT_NUMBER,
    REVERT_SHA,
)
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bad_commits import is_aboard
from hotfix.ports.bundle import Ports
from hotfix.ports.repository import Replayed

_NOT_NEEDED = (REVERT("not needed"),)


@dataclass(frozen=True)
class RevertTheMerge:
    """Reports ``revert_branch`` and ``revert_sha``, or ``revert`` and ``revert_conflicts``.

    A conflict is reported: production is back already, and a person resolves it in peace.

    Effect: creates a local branch, at once or not at all; twice changes nothing.
    """

    merge_into: str  #: the deploy branch; never pushed to, only proposed to
    prefix: str  #: of the branch's name
    is_rebased: bool = False  #: whether merging put every commit of the fix on the deploy branch
    name: str = "revert_the_merge"
    reads: ClassVar[Declared] = maybe(BRANCH, CHANGE, MERGE_SHA, REVERT_NUMBER)
    reports: ClassVar[Declared] = maybe(REVERT, REVERT_BRANCH, REVERT_CONFLICTS, REVERT_SHA)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Make the revert on top of what the deploy branch is now."""
        if MERGE_SHA not in facts:
            return Done("Nothing was merged: there is nothing to revert.", _NOT_NEEDED)
        sha = facts[MERGE_SHA]
        tip = ports.repository.fetch(self.merge_into)
        if tip is None or not is_aboard(self._bad(facts, sha), tip, ports):
            return Done(f"{self.merge_into} does not carry {sha[:8]} any more.", _NOT_NEEDED)
        branch = self._branch(facts)
        made = ports.repository.revert(branch, tip, sha, self._commits(facts))
        if isinstance(made, Replayed):
            found = (REVERT_BRANCH(branch), REVERT_SHA(made.sha))
            return Done(f"Reverted {sha[:8]} on {branch}.", found)
        if not made.conflicts:
            return Done(f"{self.merge_into} has nothing of {sha[:8]} any more.", _NOT_NEEDED)
        return Done(
            f"The revert of {sha[:8]} conflicts in {', '.join(made.conflicts)}: {self.merge_into} "
            f"still carries it. By hand: git switch --create {branch} {tip[:12]}; "
            f"git revert {sha[:12]}",
            (REVERT("conflicts"), REVERT_CONFLICTS(made.conflicts)),
        )

    def by_hand(self, facts: Facts) -> str:
        """Revert it with git itself, and propose that."""
        sha = facts.get(MERGE_SHA, "")[:12]
        return f"git revert {sha} on a branch from {self.merge_into}, and a pull request of it"

    def _bad(self, facts: Facts, sha: str) -> BadCommit:
        """Return what was merged, with the revert that an earlier rollback proposed."""
        return BadCommit(facts.run, "", sha, (), self.merge_into, facts.get(REVERT_NUMBER, 0))

    def _branch(self, facts: Facts) -> str:
        slug = facts[BRANCH].removeprefix(self.prefix)
        branch = f"{self.prefix}revert-{slug}"
        # A push to the deploy branch would deploy what nobody has reviewed.
        return branch if branch != self.merge_into else f"{branch}-1"

    def _commits(self, facts: Facts) -> int:
        change = facts.get(CHANGE)
        return max(1, len(change.commits)) if self.is_rebased and change else 1
