"""Whether the fix is merged, by the record: what may be in production, and so what goes back."""

from hotfix.domain import unapproved_merge
from hotfix.domain.fact_names import MERGE_SHA
from hotfix.domain.merge_how import MERGE_STEP
from hotfix.domain.progress import Progress


def merge_state(progress: Progress) -> str:
    """Return ``merged``, ``not merged``, or ``not known`` while a merge's result is lost."""
    asked = progress.pending.key if progress.pending is not None else ""
    if MERGE_SHA in progress.facts or asked == unapproved_merge.KEY:
        return "merged"
    return "not known" if may_have_merged(progress) and _is_sent(progress) else "not merged"


def _is_sent(progress: Progress) -> bool:
    """Tell whether a merge was, or may have been, sent: a try was begun after somebody's yes."""
    if progress.has_passed(MERGE_STEP):
        # One that was left to GitHub may be merged by now.
        return True
    answer = progress.answers.get((MERGE_STEP, "merge"))
    if answer is None:
        return False
    tries = [at for (_, step), at in progress.begun_at.items() if step == MERGE_STEP]
    # What another machine began last may be lost with its record.
    if progress.is_taken_over or not tries or answer.at is None:
        return True
    return max(tries) >= answer.at


def may_have_merged(progress: Progress) -> bool:
    """Tell whether a merge is on record, whoever made it, or was begun."""
    if MERGE_SHA in progress.facts:
        return True
    is_begun = any(step == MERGE_STEP for _, step in progress.begun)
    return is_begun or progress.has_passed(MERGE_STEP)
