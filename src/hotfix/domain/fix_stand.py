"""What production has of a fix, by the record of its run: what every text about its end goes by."""

from enum import StrEnum

from hotfix.domain.fact_names import (
    HEALTHY,
    MERGE_SHA,
    PROBES_AFTER,
    PROOF,
    RESTORATION,
    ROLLED_BACK,
    ROLLOUT,
    UNPROVEN,
    VERIFIED_BY,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.open_merge import is_merge_open
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.restoration import RestoreState


class FixStand(StrEnum):
    """How far a fix is in production, or that it is there no more."""

    NOT_MERGED = "not-merged"
    MERGED = "merged"  # and not seen to be deployed
    DEPLOYED = "deployed"  # and nobody has said that it works
    CONFIRMED = "confirmed"  # by a person, though not all of it was proven
    PROVEN = "proven"
    PARTLY_BACK = "rolled-back-in-part"
    ROLLED_BACK = "rolled-back"

    @property
    def is_back(self) -> bool:
        """Whether it is rolled back, all of it or a part."""
        return self in {self.PARTLY_BACK, self.ROLLED_BACK}


def fix_stand(facts: Facts) -> FixStand:
    """Return how far the fix is."""
    if ROLLED_BACK in facts:
        return FixStand.PARTLY_BACK if left_in_production(facts) else FixStand.ROLLED_BACK
    if MERGE_SHA not in facts:
        return FixStand.NOT_MERGED
    if VERIFIED_BY in facts:
        return FixStand.PROVEN if _is_proven(facts) else FixStand.CONFIRMED
    is_deployed = ROLLOUT in facts or WORKFLOW_RUN_URL in facts
    return FixStand.DEPLOYED if is_deployed else FixStand.MERGED


def stand_in_words(facts: Facts) -> str:
    """Return how far the fix is, as a sentence; a merge that may still come is not denied."""
    stand = fix_stand(facts)
    if stand is FixStand.NOT_MERGED:
        return _PERHAPS_MERGED if is_merge_open(facts) else "Nothing of it is merged."
    if stand is FixStand.CONFIRMED:
        return f"The fix is deployed, and works, says {facts[VERIFIED_BY]}; not all is proven."
    if stand is FixStand.PARTLY_BACK:
        return f"It is rolled back in part; not back: {', '.join(left_in_production(facts))}."
    if stand is FixStand.DEPLOYED and ROLLOUT not in facts:
        # Pods that crash are no deployment, whatever became of the workflow.
        return "The deploy workflow ran; that the fix is rolled out was not seen."
    if stand is FixStand.ROLLED_BACK and was_called_off(facts):
        return f"It is rolled back. {RAN_ALREADY}"
    return _STANDS[stand]


#: what holds where a rollback had nothing to restore
RAN_ALREADY = "Production ran the recorded state already: nothing was restored."
_PERHAPS_MERGED = "Whether it is merged is not known: GitHub may merge it all the same."
_STANDS = {
    FixStand.MERGED: "The fix is merged; that it is deployed was not seen.",
    FixStand.DEPLOYED: "The fix is deployed; nobody has said that it works.",
    FixStand.PROVEN: "The fix is deployed and verified.",
    FixStand.ROLLED_BACK: "It is rolled back.",
}


def was_deployed(progress: Progress) -> bool:
    """Tell whether the merged fix was seen to be in production, be it that it is so no more."""
    facts = progress.facts
    if MERGE_SHA not in facts:
        return False
    is_seen = any(each in facts for each in (ROLLOUT, WORKFLOW_RUN_URL, VERIFIED_BY))
    return is_seen or progress.state is RunState.DONE or _has_replaced(facts)


def was_called_off(facts: Facts) -> bool:
    """Tell whether a rollback found all as it was recorded, and no deployment of it was seen."""
    is_seen = any(each in facts for each in (ROLLOUT, WORKFLOW_RUN_URL, VERIFIED_BY))
    return ROLLED_BACK in facts and not is_seen and not _has_replaced(facts)


def left_in_production(facts: Facts) -> tuple[str, ...]:
    """Return the recorded deployments that a rollback was not about; none without a rollback."""
    if ROLLED_BACK not in facts:
        return ()
    states = facts.get(RESTORATION) or ()
    back = {*facts[ROLLED_BACK], *(each.name for each in states)}
    return tuple(each.name for each in facts.get(HEALTHY, ()) if each.name not in back)


def counted_until(progress: Progress) -> str:
    """Return until what the time of a run counts, such as ``the proof``; empty while it goes on."""
    if progress.ended_at is None:
        return ""
    if VERIFIED_BY not in progress.facts:
        return "the end"
    end = "the proof" if _is_proven(progress.facts) else "the confirmation"
    return f"{end}, rolled back since" if fix_stand(progress.facts).is_back else end


def not_green(facts: Facts) -> tuple[ProbeResult, ...]:
    """Return the probes after the deployment that were red, or not reached."""
    return tuple(each for each in facts.get(PROBES_AFTER, ()) if not each.is_green)


def _is_proven(facts: Facts) -> bool:
    """Tell whether something was seen of the fix that works, and nothing that does not."""
    is_seen = bool(facts.get(PROBES_AFTER, ())) or bool(facts.get(PROOF, ()))
    return is_seen and UNPROVEN not in facts and not not_green(facts)


def _has_replaced(facts: Facts) -> bool:
    """Tell whether a rollback found something else than what was recorded, and replaced it.

    A deployment that is done once more does not tell what was there.
    """
    if ROLLED_BACK not in facts:
        return False
    found = facts.get(RESTORATION)
    return found is None or any(each.state is RestoreState.PATCHED for each in found)
