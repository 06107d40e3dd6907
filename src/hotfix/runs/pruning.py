"""Removes from the cluster the records of runs that ``[team] keep`` has no place for any more.

A run's own process does so at its end. What is on the machines' disks is never touched.
"""

from collections.abc import Iterator, Sequence

from hotfix.composition.journals import Runs
from hotfix.composition.soon import Asked
from hotfix.domain.event import Event
from hotfix.domain.keep_rule import Keep, keep_of
from hotfix.domain.keeping import why_kept
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.cluster import Cluster
from hotfix.ports.shared_records import SharedJournal, SharedRecords
from hotfix.runs.team_records import first_difference

_SECONDS = 3.0
_MOST_SHOWN = 3


def prune(
    runs: Runs,
    cluster: tuple[Cluster, SharedRecords],
    keep: Keep,
    but: str,
    removed: list[str] | None = None,
) -> tuple[Sequence[str], str]:
    """Remove what may go.

    Args:
        runs: reads the journals that are in the cluster.
        cluster: tells who holds the lock; and the records in it.
        keep: the rule.
        but: the run that has just ended.
        removed: gets the id of each run whose record is gone, as soon as it is.

    Returns:
        ``removed``, and why not all that may go is gone; empty where it is.
    """
    removed = [] if removed is None else removed
    lock, records = cluster
    try:
        found = records.journals() if keep.seconds or keep.runs else ()
        old = [each for each in _old(found, keep) if each.run != but and _may_go(runs, each)]
        holder = lock.lock_holder() if old else None
        for each in old:
            if (holder is None or holder.run != each.run) and records.remove(each):
                removed.append(each.run)
    except ProblemError as error:
        return removed, error.problem.what
    except TemporaryTroubleError as trouble:
        return removed, trouble.saying
    except Exception as error:  # noqa: BLE001 - as mirroring: it fails no hotfix, and is not hidden
        return removed, f"unforeseen: {type(error).__name__}: {error}"
    return removed, ""


def prune_soon(
    runs: Runs,
    cluster: tuple[Cluster, SharedRecords],
    rule: str,
    but: str,
    seconds: float = _SECONDS,
) -> str:
    """Remove what may go, waiting so many ``seconds`` at most; returns what is told, often nothing.

    What does not get done in time is left to the end of the next run.
    """
    removed: list[str] = []
    asked = Asked(lambda: prune(runs, cluster, keep_of(rule), but, removed), seconds)
    _, trouble = asked.answer() or ((), "")
    return " ".join(_told(tuple(removed), trouble, rule))


def _old(found: Sequence[SharedJournal], keep: Keep) -> Sequence[SharedJournal]:
    """Return what is too old, by the server's own clock, or one too many."""
    if keep.runs is not None:
        return found[keep.runs :]
    most = keep.seconds or 0.0
    return [each for each in found if each.age_seconds is not None and each.age_seconds > most]


def _may_go(runs: Runs, journal: SharedJournal) -> bool:
    """Tell whether nothing hangs on a record; of what cannot be trusted nobody knows."""
    events, damage = runs.shared_as_far_as_sound(journal.run, journal.lines)
    if journal.damage is not None or damage is not None:
        return False
    return not why_kept(_as_known_here(runs, journal.run, events))


def _as_known_here(runs: Runs, run: str, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return the events of a run: this machine's, where it has found out more since."""
    try:
        here = runs.events(run) if runs.has(run) else ()
    except ProblemError:
        return events
    is_more = len(here) > len(events) and first_difference(here, events) is None
    return here if is_more else events


def _told(removed: Sequence[str], trouble: str, rule: str) -> Iterator[str]:
    if removed:
        shown = ", ".join(removed[:_MOST_SHOWN])
        more = len(removed) - _MOST_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        yield (
            f'Removed from the cluster, as [team] keep = "{rule}" says: the records of {shown}'
            f"{rest}. The journals on the machines stay."
        )
    if trouble:
        yield f"Old records stay in the cluster: {trouble}"
