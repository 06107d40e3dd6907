"""``hotfix status --team``: all runs in the cluster."""

import os
import sys
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotfix.cli import screens
from hotfix.composition.journals import Runs
from hotfix.domain.fold import fold
from hotfix.domain.json_record import utc_text
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import MissingRightError, Problem
from hotfix.domain.snapshot import in_tenths, stand_at
from hotfix.domain.status import status
from hotfix.ports.cluster import Cluster
from hotfix.ports.lock import LockHolder
from hotfix.ports.shared_records import SharedJournal, SharedRun
from hotfix.runs.known_runs import noteworthy
from hotfix.runs.life import with_process
from hotfix.runs.state_folder import state_folder
from hotfix.runs.taken_up import any_session
from hotfix.view.foreign_text import json_line, one_line
from hotfix.view.printing import print_lines
from hotfix.view.team_lines import team_lines


def show_team(config: Path | None, *, as_json: bool) -> int:
    """Print all runs that the cluster knows, and who holds the lock; returns the exit code.

    Raises:
        ProblemError: no cluster is configured, or no rights for the shared record.
    """
    cluster = any_session("status", screens.say, config).tools.needed_cluster()
    holder = _holder(cluster)
    state = state_folder(os.environ)
    here = {each.run for each in noteworthy(state) if not each.is_over}
    runs: list[Mapping[str, Any]] = []
    unreadable: list[Mapping[str, Any]] = []
    for journal in cluster.shared_records.journals():
        shared, (said, damage) = journal.shared, _said(Runs(Path(state)), journal)
        # Of what others walk, this machine's clock knows nothing.
        now = journal.read_at if journal.run not in here else None
        seen = _seen(shared, said, holder, here, now) if shared is not None else None
        if damage is not None:
            told = f"Run {journal.run} ({shared.operator})" if shared else f"Run {journal.run}"
            unreadable.append({"run": journal.run, "what": damage.what, "why": damage.why})
            _warn(told, journal, damage, is_shown=seen is not None)
        if seen is not None:
            mine = with_process(state, seen) if journal.run in here else seen
            runs.append({**mine, "damage": damage.what if damage else None})
    if as_json:
        lock = holder.to_json() if holder else None
        shown_runs = [in_tenths(dict(each)) for each in runs]
        print(json_line({"v": 1, "lock": lock, "runs": shown_runs, "not_sound": unreadable}))
    else:
        print_lines(*team_lines(runs, holder))
    return 0


def _said(runs: Runs, journal: SharedJournal) -> tuple[JsonObject, Problem | None]:
    """Return how a run stands: by its journal, of which a changed line shows, if that is whole.

    Else it is what stands beside the journal, which anybody may have written, and why.
    """
    events, damage = runs.shared_as_far_as_sound(journal.run, journal.lines)
    damage = journal.damage or damage
    if damage is None:
        return status(fold(events)), None
    return journal.shared.status if journal.shared is not None else {}, damage


def _warn(told: str, journal: SharedJournal, damage: Problem, *, is_shown: bool) -> None:
    if journal.shared is not None and journal.shared.is_newer:
        text = f"{told} was written by a newer hotfix."
    else:
        shown = "What stands beside it is shown, unchecked." if is_shown else "It is not shown."
        text = f"{told}: {damage.what} {damage.why} {shown} Next: {damage.next_command}"
    print_lines(one_line(text), file=sys.stderr)


def _holder(cluster: Cluster) -> LockHolder | None:
    try:
        return cluster.lock_holder()
    except MissingRightError:
        # Who may not look at leases may still look at records.
        return None


def _seen(
    shared: SharedRun,
    said: JsonObject,
    holder: LockHolder | None,
    here: Collection[str],
    now: datetime | None = None,
) -> Mapping[str, Any] | None:
    """Return the run as ``status --json`` shows it, and what the team needs to know besides.

    ``now`` is UTC, aware; None for the time of day here.
    """
    try:
        seen = stand_at(dict(said), now or datetime.now(UTC))
        own = f"hotfix resume {shared.run}"
        # What is no run of this machine is not resumed here.
        is_elsewhere = shared.run not in here and own in seen["next_action"]
        elsewhere = seen["next_action"].replace(own, f"hotfix takeover {shared.run}")
        made = {
            **seen,
            **({"next_action": elsewhere} if is_elsewhere else {}),
            "holds_lock": holder is not None and holder.run == shared.run,
            "host": shared.host or None,
            "updated_at": utc_text(shared.updated) if shared.updated else None,
            "trimmed_lines": shared.trimmed_lines,
        }
        team_lines([made], holder)
        in_tenths(made)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        # Written by a version that says less, or changed by hand: it must not hide the others.
        return None
    return made
