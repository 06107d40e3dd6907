"""A commit that was deployed and rolled back, and that nothing has undone in the code yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotfix.domain.progress import Progress

SETTLED = "bad_commit_settled"


@dataclass(frozen=True)
class BadCommit:
    """What the journal of a rolled back run remembers.

    Attributes:
        run: that was rolled back.
        description: what its hotfix was about.
        sha: what its merge put on the deploy branch.
        others: further commits with the same change: those of the fix branch.
        merge_into: the deploy branch.
        revert_number, revert_url: of the revert pull request; 0 and empty where there is none.
    """

    run: str
    description: str
    sha: str
    others: tuple[str, ...]
    merge_into: str
    revert_number: int = 0
    revert_url: str = ""

    @property
    def warning(self) -> str:
        """Return the warning that is held until the revert is merged."""
        mend = f"merge {self.revert_url}" if self.revert_url else f"revert {self.sha[:8]} by hand"
        return (
            f"{self.sha[:8]} was rolled back ({self.description}) and is still on "
            f"{self.merge_into}: the next deploy would ship it again; {mend}"
        )


def bad_commit(progress: Progress) -> BadCommit | None:
    """Return what the run left behind, or None where there is nothing to undo, or it is undone."""
    facts = progress.facts
    if "rolled_back" not in facts or "merge_sha" not in facts:
        return None
    if SETTLED in facts or facts.text_or("revert") == "not needed":
        return None
    return BadCommit(
        run=progress.run,
        description=progress.incident.description,
        sha=facts.text("merge_sha"),
        others=_others(facts.known.get("change"), facts.text_or("approved_sha")),
        merge_into=facts.text_or("merge_into"),
        revert_number=facts.number("revert_number") if "revert_number" in facts else 0,
        revert_url=facts.text_or("revert_url"),
    )


def _others(change: object, approved: str) -> tuple[str, ...]:
    commits = change.get("commits") if isinstance(change, Mapping) else ()
    known = [str(sha) for sha in commits] if isinstance(commits, Sequence) else []
    return tuple(dict.fromkeys(sha for sha in (approved, *known) if sha))
