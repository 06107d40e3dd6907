"""``hotfix status --team``: all runs in the cluster."""

import os
import sys
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotfix.cli import screens
from hotfix.domain.json_record import utc_text
from hotfix.domain.problem import MissingRightError
from hotfix.domain.snapshot import snapshot
from hotfix.ports.cluster import Cluster
from hotfix.ports.lock import LockHolder
from hotfix.ports.shared_records import SharedRun
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
    found = cluster.shared_records.all()
    state = state_folder(os.environ)
    here = {each.run for each in noteworthy(state) if not each.is_over}
    runs = [
        with_process(state, seen) if shared.run in here else seen
        for shared in found
        if (seen := _seen(shared, holder, here)) is not None
    ]
    for shared in (each for each in found if each.is_newer):
        told = f"Run {shared.run} ({shared.operator}) was written by a newer hotfix."
        print_lines(one_line(told), file=sys.stderr)
    if as_json:
        lock = holder.to_json() if holder else None
        print(json_line({"v": 1, "lock": lock, "runs": runs}))
    else:
        print_lines(*team_lines(runs, holder))
    return 0


def _holder(cluster: Cluster) -> LockHolder | None:
    try:
        return cluster.lock_holder()
    except MissingRightError:
        # Who may not look at leases may still look at records.
        return None


def _seen(
    shared: SharedRun, holder: LockHolder | None, here: Collection[str]
) -> Mapping[str, Any] | None:
    """Return the run as ``status --json`` shows it, and what the team needs to know besides."""
    try:
        seen = snapshot(dict(shared.status), datetime.now(UTC))
    except (KeyError, TypeError, ValueError):
        # Written by a version that says less, or changed by hand: it must not hide the others.
        return None
    own = f"hotfix resume {shared.run}"
    # What is no run of this machine is not resumed here.
    is_elsewhere = shared.run not in here and own in seen["next_action"]
    elsewhere = seen["next_action"].replace(own, f"hotfix takeover {shared.run}")
    return {
        **seen,
        **({"next_action": elsewhere} if is_elsewhere else {}),
        "holds_lock": holder is not None and holder.run == shared.run,
        "host": shared.host or None,
        "updated_at": utc_text(shared.updated) if shared.updated else None,
        "trimmed_lines": shared.trimmed_lines,
    }
