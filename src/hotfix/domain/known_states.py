"""Which states of the deployments one run knows."""

from hotfix.domain.fact_names import HEALTHY, MERGE_SHA, ROLLBACK_TARGETS, VERIFIED
from hotfix.domain.progress import Progress, RunState


def recorded(progress: Progress) -> list[str]:
    """Return the deployments whose state a run recorded; none where it has nothing to say of them.

    A run that was stopped, or aborted, with nothing merged has changed nothing.
    """
    facts = progress.facts
    is_unfinished = progress.state in {RunState.STOPPED, RunState.ABORTED}
    if is_unfinished and MERGE_SHA not in facts:
        return []
    known = [*facts.get(HEALTHY, ()), *facts.get(ROLLBACK_TARGETS, ())]
    return sorted({each.name for each in known})


def known_healthy(progress: Progress) -> list[list[str]]:
    """Return name and hash of each template that the run knows as healthy."""
    facts = progress.facts
    records = list(facts.get(VERIFIED, ()))
    if progress.state is RunState.ROLLED_BACK:
        records += facts.get(ROLLBACK_TARGETS, ())
    # Of one that was scaled to 0 nothing ran that could have been healthy.
    return [[each.name, each.template_hash] for each in records if each.replicas]
