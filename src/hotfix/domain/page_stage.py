"""What customers should read by now: one of a few stages, by what is on record and nothing else."""

from hotfix.domain.fact_names import (
    PAGE_CLOSED,
    PROBES_RESTORED,
    ROLLED_BACK,
    STATUS_PAGE,
    STATUS_PAGE_CHOICE,
    VERIFIED_BY,
)
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import FixStand, fix_stand, not_green
from hotfix.domain.page_texts import LEAVE, PAGE, Stage
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress, RunState


def is_published(facts: Facts) -> bool:
    """Tell whether a person has read the texts and said yes to them."""
    return facts.get(STATUS_PAGE_CHOICE, LEAVE) != LEAVE


def stage(progress: Progress) -> Stage:
    """Return how far it is."""
    facts = progress.facts
    if progress.plan == PlanName.ROLLBACK and progress.is_done("confirm_the_rollback"):
        if ROLLED_BACK not in facts or not progress.is_done("probe_after_rollback"):
            return Stage.GOING_BACK
        probes = facts.get(PROBES_RESTORED, ())
        # What nobody saw work again is not over: going back brings back what was broken before.
        is_green = bool(probes) and all(each.is_green for each in probes)
        return Stage.RESOLVED if is_green else Stage.GONE_BACK
    if VERIFIED_BY in facts and progress.has_passed("confirm_by_a_person"):
        return Stage.RESOLVED if is_over_for_customers(facts) else Stage.MONITORING
    if progress.plan == PlanName.ABORT or progress.state in {RunState.STOPPED, RunState.ABORTED}:
        return Stage.GIVEN_UP
    # Without a cluster and a workflow, nobody has seen it deployed.
    is_unseen = fix_stand(facts) in {FixStand.NOT_MERGED, FixStand.MERGED}
    if progress.has_passed("watch_rollout") and not is_unseen:
        return Stage.MONITORING
    return Stage.IDENTIFIED if _is_cause_known(progress) else Stage.INVESTIGATING


def is_over_for_customers(facts: Facts) -> bool:
    """Tell whether customers may read that a verified fix works.

    What a person accepted although a probe was not green may not work for whoever the probe stands
    for: they read it once somebody has said yes to that text all the same.
    """
    return not not_green(facts) or STATUS_PAGE in facts


def leaves_open_incident(progress: Progress) -> bool:
    """Tell whether a run is over whose incident nobody is known to have resolved on the page."""
    if not progress.state.is_over or progress.state is RunState.TAKEN_OVER:
        return False
    is_left = stage(progress) is not Stage.RESOLVED or PAGE in progress.untold
    return is_left and is_published(progress.facts) and PAGE_CLOSED not in progress.facts


def status(progress: Progress) -> str:
    """Return the page's own word for how far it is."""
    found = stage(progress)
    if found in {Stage.GOING_BACK, Stage.GONE_BACK}:
        return Stage.IDENTIFIED.value
    if found is Stage.GIVEN_UP:
        known = Stage.IDENTIFIED if _is_cause_known(progress) else Stage.INVESTIGATING
        return known.value
    return found.value


def _is_cause_known(progress: Progress) -> bool:
    return bool(progress.incident.root_cause) or progress.has_passed("await_the_fix")
