"""A merge that may still come, or may have come unseen: left to GitHub, or never settled."""

from hotfix.domain.fact_names import MERGE_HOW, MERGE_SHA, UNSETTLED
from hotfix.domain.facts import Facts
from hotfix.domain.merge_how import MERGE_STEP, MergeHow


def is_merge_open(facts: Facts) -> bool:
    """Tell whether no merge is known, and GitHub may make one, or have made it, all the same."""
    is_unsettled = MERGE_STEP in facts.get(UNSETTLED, ())
    is_left = facts.get(MERGE_HOW, MergeHow.DIRECT) is not MergeHow.DIRECT
    return MERGE_SHA not in facts and (is_unsettled or is_left)
