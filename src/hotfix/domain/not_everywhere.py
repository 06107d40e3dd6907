"""What a run has proven in production, and what other branches lack yet."""

from hotfix.domain.fact_names import BROUGHT_TO, ROLLED_BACK
from hotfix.domain.fact_records import BroughtTo
from hotfix.domain.frozen import frozen
from hotfix.domain.progress import Progress

# The step that brings it there.
STEP = "bring_to_other_branches"


@frozen
class NotEverywhere:
    """What the journal of a run remembers."""

    run: str  #: its id
    description: str  #: what its hotfix was about
    branches: tuple[BroughtTo, ...]  #: those that lack the fix
    is_bad: bool  #: whether it was rolled back after all

    @property
    def warning(self) -> str:
        """Return the warning that is held until each has it."""
        return self._of("; ".join(f"{each.branch} ({self._mend(each)})" for each in self.branches))

    @property
    def where(self) -> str:
        """Return the same without what a person does."""
        return self._of(", ".join(each.branch for each in self.branches))

    @property
    def mend(self) -> str:
        """Return what a person does."""
        return "; ".join(self._mend(each) for each in self.branches)

    def _of(self, named: str) -> str:
        if self.is_bad:
            return f"The fix was rolled back ({self.description}) and is proposed to {named}"
        return f"The fix ({self.description}) is not everywhere yet: {named}"

    def _mend(self, brought: BroughtTo) -> str:
        if self.is_bad:
            return f"close {brought.url}"
        if not brought.url:
            why = f"conflicts in {', '.join(brought.conflicts)}: " if brought.conflicts else ""
            return f"{why}{brought.by_hand}"
        conflicts = f", conflicts in {', '.join(brought.conflicts)}" if brought.conflicts else ""
        return f"merge {brought.url}{conflicts}"


def not_everywhere(progress: Progress) -> NotEverywhere | None:
    """Return what is still to be brought somewhere; None where nothing is."""
    is_bad = ROLLED_BACK in progress.facts
    lacking = tuple(
        each
        for each in progress.facts.get(BROUGHT_TO, ())
        # What was rolled back is to be nowhere: but its pull request is there to be merged.
        if not each.is_settled and (each.url or not is_bad)
    )
    if not lacking:
        return None
    return NotEverywhere(progress.run, progress.incident.description, lacking, is_bad)
