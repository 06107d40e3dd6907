"""Revert the merge in the code: what was rolled back must not come back with the next deploy."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports
from hotfix.ports.repository import Replayed

_NOT_NEEDED = {"revert": "not needed"}


@dataclass(frozen=True)
class RevertTheMerge:
    """Reports ``revert_branch`` and ``revert_sha``, or ``revert`` and ``revert_conflicts``.

    The branch is local and made at once or not at all, so doing it twice changes nothing. A
    conflict is reported: production is back already, and a person resolves it in peace.

    Attributes:
        merge_into: the deploy branch; never pushed to, only proposed to.
        prefix: of the branch's name.
        is_rebased: whether merging put every commit of the fix on the deploy branch.
    """

    merge_into: str
    prefix: str
    is_rebased: bool = False
    name: str = "revert_the_merge"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Make the revert on top of what the deploy branch is now."""
        if "merge_sha" not in facts:
            return Done("Nothing was merged: there is nothing to revert.", _NOT_NEEDED)
        sha = facts.text("merge_sha")
        tip = ports.repository.fetch(self.merge_into)
        if tip is None or not ports.repository.contains(tip, sha):
            return Done(f"{self.merge_into} does not carry {sha[:8]} any more.", _NOT_NEEDED)
        branch = self._branch(facts)
        made = ports.repository.revert(branch, tip, sha, self._commits(facts))
        if isinstance(made, Replayed):
            found = {"revert_branch": branch, "revert_sha": made.sha}
            return Done(f"Reverted {sha[:8]} on {branch}.", found)
        if not made.conflicts:
            return Done(f"{self.merge_into} has nothing of {sha[:8]} any more.", _NOT_NEEDED)
        return Done(
            f"The revert of {sha[:8]} conflicts in {', '.join(made.conflicts)}: {self.merge_into} "
            f"still carries it. By hand: git switch --create {branch} {tip[:12]}; "
            f"git revert {sha[:12]}",
            {"revert": "conflicts", "revert_conflicts": list(made.conflicts)},
        )

    def _branch(self, facts: Facts) -> str:
        slug = facts.text("branch").removeprefix(self.prefix)
        branch = f"{self.prefix}revert-{slug}"
        # A push to the deploy branch would deploy what nobody has reviewed.
        return branch if branch != self.merge_into else f"{branch}-1"

    def _commits(self, facts: Facts) -> int:
        change = facts.known.get("change")
        commits = change.get("commits") if self.is_rebased and isinstance(change, dict) else None
        return max(1, len(commits)) if isinstance(commits, list | tuple) else 1
