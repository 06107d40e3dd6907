"""Revert the merge in the code: what was rolled back must not come back with the next deploy."""

from typing import ClassVar

from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    APPROVED_SHA,
    BASE_SHA,
    BRANCH,
    CHANGE,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
    REVERT,
    REVERT_BRANCH,
    REVERT_BY_HAND,
    REVERT_CONFLICTS,
    REVERT_NUMBER,
    REVERT_SHA,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bad_commits import is_aboard
from hotfix.ports.bundle import Ports
from hotfix.ports.repository import Replayed

_NOT_NEEDED = (REVERT("not needed"),)


@frozen
class RevertTheMerge:
    """Reports ``revert_branch`` and ``revert_sha``, or ``revert`` and ``revert_conflicts``.

    A conflict is reported: production is back already, and a person resolves it in peace.

    Effect: creates a local branch, at once or not at all; twice changes nothing.
    """

    merge_into: str  #: the deploy branch; never pushed to, only proposed to
    prefix: str  #: of the branch's name
    name: str = "revert_the_merge"
    reads: ClassVar[Declared] = maybe(
        *(APPROVED_SHA, BASE_SHA, BRANCH, CHANGE, MERGE_SHA, PULL_REQUEST_NUMBER, REVERT_NUMBER),
        REVERT_BY_HAND,
    )
    reports: ClassVar[Declared] = maybe(
        REVERT, REVERT_BRANCH, REVERT_BY_HAND, REVERT_CONFLICTS, REVERT_SHA
    )

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Make the revert on top of what the deploy branch is now."""
        if MERGE_SHA not in facts:
            return Done("Nothing was merged: there is nothing to revert.", _NOT_NEEDED)
        sha = facts[MERGE_SHA]
        tip = ports.repository.fetch(self.merge_into)
        if tip is None or not is_aboard(self._bad(facts, sha), tip, ports):
            return Done(f"{self.merge_into} does not carry {sha[:8]} any more.", _NOT_NEEDED)
        branch = self._branch(facts)
        brought = ports.repository.brought_by(sha, _merged(facts, ports), facts.get(BASE_SHA, ""))
        made = ports.repository.revert(branch, tip, brought)
        by_hand = REVERT_BY_HAND(brought.by_hand)
        shas = ", ".join(each[:8] for each in brought.commits)
        if isinstance(made, Replayed):
            found = (by_hand, REVERT_BRANCH(branch), REVERT_SHA(made.sha))
            return Done(f"Reverted {shas} on {branch}: {_compared(made)}.", found)
        if not made.conflicts:
            return Done(f"{self.merge_into} has nothing of {sha[:8]} any more.", _NOT_NEEDED)
        return Done(
            f"The revert of {shas} conflicts in {', '.join(made.conflicts)}: {self.merge_into} "
            f"still carries it. By hand: git switch --create {branch} {tip[:12]}; "
            f"{brought.by_hand}",
            (by_hand, REVERT("conflicts"), REVERT_CONFLICTS(made.conflicts)),
        )

    def by_hand(self, facts: Facts) -> str:
        """Revert it with git itself, and propose that."""
        what = facts.get(REVERT_BY_HAND) or f"git revert of all that {_named(facts)} brought"
        return f"{what}, on a branch from {self.merge_into}, and a pull request of it"

    def _bad(self, facts: Facts, sha: str) -> BadCommit:
        """Return what was merged, with the revert that an earlier rollback proposed."""
        change = facts.get(CHANGE)
        others = (facts.get(APPROVED_SHA, ""), *(change.commits if change else ()))
        names = tuple(filter(None, others))
        return BadCommit(facts.run, "", sha, names, self.merge_into, facts.get(REVERT_NUMBER, 0))

    def _branch(self, facts: Facts) -> str:
        slug = facts[BRANCH].removeprefix(self.prefix)
        branch = f"{self.prefix}revert-{slug}"
        # A push to the deploy branch would deploy what nobody has reviewed.
        return branch if branch != self.merge_into else f"{branch}-1"


def _merged(facts: Facts, ports: Ports) -> str:
    """Return the commit that was merged: somebody may have merged a newer one than was approved."""
    if PULL_REQUEST_NUMBER in facts:
        return ports.pull_requests.get(facts[PULL_REQUEST_NUMBER]).head_sha
    return facts.get(APPROVED_SHA, "")


def _compared(made: Replayed) -> str:
    if not made.others:
        return "all files are as they were before the merge"
    return f"as before the merge, but for what others changed: {', '.join(made.others)}"


def _named(facts: Facts) -> str:
    number = facts.get(PULL_REQUEST_NUMBER)
    return f"pull request {number}" if number else facts.get(MERGE_SHA, "the merge")[:12]
