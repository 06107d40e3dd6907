"""What a run recorded of the world, and may not hold any more when the run goes on."""

from collections.abc import Collection

from hotfix.domain.event import Event
from hotfix.domain.fact import Reported, by_key
from hotfix.domain.fact_names import HEALTHY, LOCK_TOKEN
from hotfix.domain.merge_state import may_have_merged
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress
from hotfix.domain.step import Plan
from hotfix.engine import record
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal

# They look at what runs; each looks first whether the fix was merged meanwhile.
_LOOKS = ("record_the_healthy_state", "list_the_ride_along")


def look_anew(
    journal: Journal,
    progress: Progress,
    plan: Plan[Ports],
    regained: Collection[Reported],
    configured: Collection[str],
) -> Event | None:
    """Write down that what runs is recorded anew, where it may be another; None where it holds.

    To be written before what was ``regained`` is: a process that is killed in between finds the
    same reason once more.

    Args:
        journal: of the run that goes on.
        progress: where it stands, as it was left.
        plan: what is walked from here on.
        regained: what changed while nobody walked it (``regained_lock``).
        configured: names of the deployments that are watched from here on.
    """
    if plan.name != PlanName.HOTFIX or may_have_merged(progress):
        return None
    because = _because(progress, regained, configured)
    return record.look_anew(journal, progress, plan, _LOOKS, because) if because else None


def _because(
    progress: Progress, regained: Collection[Reported], configured: Collection[str]
) -> str:
    """Return why what was recorded may not be what runs; empty where it is."""
    if by_key(regained).get(LOCK_TOKEN.key) is not None:
        return "The lock was free meanwhile: what runs now is looked at again."
    recorded = {each.name for each in progress.facts.get(HEALTHY, ())}
    if configured and recorded != set(configured):
        return "Other deployments are configured than were recorded: they are looked at again."
    return ""
