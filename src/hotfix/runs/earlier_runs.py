"""What the phases took in earlier hotfixes of this repository.

It is read when a run begins, and holds nothing up: ``state.json`` of the newest runs says all that
is needed; what cannot be read, or not in time, is left out.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from hotfix.domain.experience import Took, took
from hotfix.domain.fold import fold
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import PhaseState, RunState
from hotfix.domain.status import status
from hotfix.domain.step import Plan
from hotfix.domain.token_hosts import host_of, is_loopback
from hotfix.ports.bundle import Ports
from hotfix.runs.session import Session
from hotfix.runs.whose import KeptRun, kept_run

# A team changes: what took it long two years ago says nothing.
_NEWEST_RUNS = 20
_MOST_SECONDS = 0.3
_FINISHED = frozenset({RunState.DONE.value, RunState.ROLLED_BACK.value})
# A week: what is longer, or no number, no clock has told.
_LONGEST_SECONDS = 7 * 86_400.0


def what_it_took(
    session: Session, plan: Plan[Ports], kept: Iterable[KeptRun]
) -> Mapping[str, Took]:
    """Return what each counted phase of ``plan`` took the team, where enough runs are known.

    A run counts that walked all of them to their end, be it that it was rolled back later; a drill
    counts in a drill alone. ``kept`` are all runs on this machine, newest first.
    """
    names = [phase.name for phase in plan.phases]
    if plan.counts_until in names:
        names = names[: names.index(plan.counts_until) + 1]
    return took(_finished(session, names, kept))


def _finished(
    session: Session, names: list[str], kept: Iterable[KeptRun]
) -> Iterator[Mapping[str, float]]:
    clock = session.clock
    until, found = clock.monotonic() + _MOST_SECONDS, 0
    is_ours = cache(lambda whose: session.place.has(json.loads(whose)))
    for each in kept:
        if found == _NEWEST_RUNS or clock.monotonic() > until:
            return
        # What the index knows of a run spares reading what it took.
        if not each.is_stale and not (each.state in _FINISHED and is_ours(json.dumps(each.whose))):
            continue
        run = each.run
        seconds: Mapping[str, float] = {}
        # A file of another shape, or a damaged journal: this run is left out.
        with contextlib.suppress(ProblemError, AttributeError, KeyError, TypeError, ValueError):
            one = kept_run(str(session.state), run)
            if _is_ours(session, one):
                seconds = by_phase(_up_to_date(session, one), names)
        if seconds:
            found += 1
            yield seconds


def _is_ours(session: Session, kept: KeptRun) -> bool:
    origin = kept.whose.get("origin")
    is_drill = is_played(str(origin["api_url"])) if origin else False
    is_among_drills = is_played(session.config.github.api_url)
    return session.place.has(kept.whose) and (is_among_drills or not is_drill)


def is_played(api_url: str) -> bool:
    """Tell whether that GitHub is a drill's: it is on this machine."""
    return is_loopback(host_of(api_url))


def _up_to_date(session: Session, kept: KeptRun) -> Mapping[str, Any]:
    """Return what ``state.json`` says, or the journal where that says more."""
    said = kept.status
    if said is not None and not kept.is_stale and _knows_waits(said):
        return said
    return status(fold(session.runs.events(kept.run)))


def _knows_waits(said: Mapping[str, Any]) -> bool:
    """Tell whether it was written by a version that tells waits for others apart."""
    return all("waited_seconds" in phase for phase in said["phases"])


def by_phase(said: Mapping[str, Any], names: list[str]) -> Mapping[str, float]:
    """Return the seconds of each phase in ``names``; nothing where one is not over."""
    forth = {it["name"]: it for it in said["phases"] if it["plan"] == PlanName.HOTFIX}
    phases = [forth[name] for name in names if name in forth]
    if said["state"] not in _FINISHED or any(it["state"] != PhaseState.DONE for it in phases):
        return {}
    seconds = {it["name"]: float(it["spent_seconds"] - it["waited_seconds"]) for it in phases}
    return seconds if all(0 <= each <= _LONGEST_SECONDS for each in seconds.values()) else {}
