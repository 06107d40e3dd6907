"""The pull request by which a run proposed its fix to the base, while that is to be done with."""

from hotfix.domain.fact_names import BRING_BACK_SETTLED, BRING_BACK_URL, ROLLED_BACK
from hotfix.domain.frozen import frozen
from hotfix.domain.progress import Progress

# The step that opens it.
STEP = "bring_back_to_base"


@frozen
class BringBack:
    """What the journal of a run remembers."""

    run: str  #: its id
    description: str  #: what its hotfix was about
    url: str  #: of the pull request
    is_bad: bool  #: whether the fix was rolled back after all

    @property
    def number(self) -> int:
        """Return the number of the pull request; 0 where its link tells none."""
        digits = self.url.rpartition("/pull/")[2]
        return int(digits) if digits.isdecimal() else 0

    @property
    def what(self) -> str:
        """Return what is known of it by the record alone."""
        fix = "The fix was rolled back, and" if self.is_bad else "The fix"
        return f"{fix} was proposed to the base; whether that is merged is not on record."

    @property
    def mend(self) -> str:
        """Return what a person does."""
        return f"{'close' if self.is_bad else 'merge'} {self.url}"


def bring_back(progress: Progress) -> BringBack | None:
    """Return what is still to be done with; None where nothing is, by the record."""
    facts = progress.facts
    if BRING_BACK_URL not in facts or BRING_BACK_SETTLED in facts:
        return None
    about = progress.incident.description
    return BringBack(progress.run, about, facts[BRING_BACK_URL], ROLLED_BACK in facts)
