"""Which records may not go, whatever their age."""

from collections.abc import Sequence

from hotfix.domain.deployment_log import UNLOGGED, entries, unlogged
from hotfix.domain.event import Event
from hotfix.domain.fold import fold
from hotfix.domain.progress import Progress
from hotfix.domain.still_to_do import still_to_do

# What a run leaves to people that its record alone remembers; the rest is kept elsewhere, too.
_OWED = frozenset({"review", "rolled-back", "branches", "bring-back"})


def why_kept(events: Sequence[Event]) -> str:
    """Return why the record of a run has to stay, such as ``it is open``; empty where it may go."""
    progress = fold(events)
    if progress.from_newer:
        return "a newer hotfix has written to it"
    if not progress.state.is_over:
        return f"it is open: {progress.state}"
    owed = owed_by(progress)
    if owed:
        return f"it is owed: {'; '.join(owed)}"
    logged = entries(events)
    rest = unlogged(progress, logged)
    if rest is not None and (rest.outcome == UNLOGGED or rest.commit):
        return "it is not in the deployment log"
    return ""


def owed_by(progress: Progress) -> tuple[str, ...]:
    """Return what is still to be done in the code, or reviewed, by the record of a run."""
    return tuple(each.what for each in still_to_do(progress) if each.kind in _OWED)
