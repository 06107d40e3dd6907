"""A commit that was deployed and rolled back, and that nothing has undone in the code yet."""

from hotfix.domain.fact_names import (
    APPROVED_SHA,
    BAD_COMMIT_SETTLED,
    CHANGE,
    MERGE_INTO,
    MERGE_SHA,
    REVERT,
    REVERT_BY_HAND,
    REVERT_NUMBER,
    REVERT_URL,
    ROLLED_BACK,
)
from hotfix.domain.frozen import frozen
from hotfix.domain.progress import Progress


@frozen
class BadCommit:
    """What the journal of a rolled back run remembers.

    Attributes:
        run: that was rolled back.
        description: what its hotfix was about.
        sha: what its merge put on the deploy branch.
        others: further commits with the same change: those of the fix branch.
        merge_into: the deploy branch.
        revert_number, revert_url: of the revert pull request; 0 and empty where there is none.
        by_hand: the command that reverts all of it; empty where that is not known.
    """

    run: str
    description: str
    sha: str
    others: tuple[str, ...]
    merge_into: str
    revert_number: int = 0
    revert_url: str = ""
    by_hand: str = ""

    @property
    def warning(self) -> str:
        """Return the warning that is held until the revert is merged."""
        return f"{self.danger}; {self._mend}"

    @property
    def danger(self) -> str:
        """Return what holds until then."""
        return (
            f"{self.sha[:8]} was rolled back ({self.description}) and is still on "
            f"{self.merge_into}: the next deploy would ship it again"
        )

    @property
    def command(self) -> str:
        """Return what a person does."""
        return self._mend if self.revert_url else self.by_hand or self._mend

    @property
    def _mend(self) -> str:
        return f"merge {self.revert_url}" if self.revert_url else f"revert {self.sha[:8]} by hand"


def bad_commit(progress: Progress) -> BadCommit | None:
    """Return what the run left behind, or None where there is nothing to undo, or it is undone."""
    facts = progress.facts
    if ROLLED_BACK not in facts or MERGE_SHA not in facts:
        return None
    if BAD_COMMIT_SETTLED in facts or facts.get(REVERT) == "not needed":
        return None
    change = facts.get(CHANGE)
    others = (facts.get(APPROVED_SHA, ""), *(change.commits if change else ()))
    return BadCommit(
        run=progress.run,
        description=progress.incident.description,
        sha=facts[MERGE_SHA],
        others=tuple(dict.fromkeys(sha for sha in others if sha)),
        merge_into=facts.get(MERGE_INTO, ""),
        revert_number=facts.get(REVERT_NUMBER, 0),
        revert_url=facts.get(REVERT_URL, ""),
        by_hand=facts.get(REVERT_BY_HAND, ""),
    )
