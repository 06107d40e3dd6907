"""The command that restores production, where something of a run is, or may be, there."""

from hotfix.domain.fact_names import MERGE_SHA, ROLLED_BACK, VERIFIED_BY
from hotfix.domain.merge_state import merge_state
from hotfix.domain.open_merge import is_merge_open
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress

# With these a rollback changes production; and what has seen what came of it.
SENT = ("call_off_the_deploy", "restore_the_recorded_set", "deploy_the_good_run_again")
SEEN = "probe_after_rollback"


def way_back(progress: Progress) -> str:
    """Return the command; empty where nothing may be there, it is verified, or on its way back."""
    is_on_its_way = progress.plan == PlanName.ROLLBACK and not progress.state.is_over
    facts = progress.facts
    if is_on_its_way or VERIFIED_BY in facts:
        return ""
    is_open = not progress.state.is_over and merge_state(progress) != "not merged"
    is_merged = MERGE_SHA in facts or is_merge_open(facts) or is_open
    is_there = is_merged and ROLLED_BACK not in facts
    return f"hotfix rollback {progress.run}" if is_there or is_left_half_way(progress) else ""


def is_left_half_way(progress: Progress) -> bool:
    """Tell whether a rollback was given up that has, or may have, changed production, unseen."""
    is_given_up = progress.plan == PlanName.ABORT
    has_seen = (PlanName.ROLLBACK, SEEN) in progress.done
    return is_given_up and rollback_may_have_changed(progress) and not has_seen


def rollback_may_have_changed(progress: Progress) -> bool:
    """Tell whether a rollback of the run has, or may have, changed anything in production."""
    walked = progress.begun | progress.done
    return any((PlanName.ROLLBACK, step) in walked for step in SENT)
