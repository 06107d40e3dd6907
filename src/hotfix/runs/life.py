"""Whether somebody is on a run right now, from its files; a shell prompt waits for this import."""

import os
import time

from hotfix.composition.run_list import open_plain
from hotfix.domain.json_reading import json_value
from hotfix.domain.snapshot import ENDED_IN_WORDS, OVER
from hotfix.domain.whose_terminal import whose_terminal
from hotfix.processes.birth import born, is_stopped

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from hotfix.domain.progress import Progress


def with_process(state: str, seen: "Mapping[str, Any]") -> "dict[str, Any]":
    """Return what ``hotfix status --json`` shows, with who walks the run, and so what is next.

    Args:
        state: the state directory.
        seen: what ``snapshot.stand_at`` made of the run: it knows of no process.
    """
    process = process_of(state, seen["run"])
    found = {**seen, "process": process, "next_action": _next_action(seen, process)}
    still = _stands_still(process)
    if still and not seen.get("no_forecast"):
        # What nobody walks is done at no time.
        found |= {"no_forecast": still, "done_about": None}
    return found


def _stands_still(process: "dict[str, Any] | None") -> str:
    """Return why a run does not go on that its record has at work; empty where it may."""
    state = process["state"] if process is not None else ""
    return {"gone": "its process is gone", "stopped": "it is stopped by Ctrl-Z"}.get(state, "")


def as_it_stands(progress: "Progress", process: "dict[str, Any] | None") -> "Progress":
    """Return where a run stands that nobody walks any more, whatever its last event says."""
    from dataclasses import replace

    from hotfix.domain.progress import RunState

    is_left = process is not None and process["state"] == "gone"
    if not is_left or progress.state.value in ENDED_IN_WORDS:
        return progress
    return replace(progress, state=RunState.INTERRUPTED)


def open_in(process: "dict[str, Any] | None") -> str:
    """Return whose terminal a run is open in; empty where no process there is known to live."""
    lives = process is not None and process["state"] in {"alive", "stopped"}
    return whose_terminal(process) if lives and process is not None else ""


def _next_action(seen: "Mapping[str, Any]", process: "dict[str, Any] | None") -> str:
    """Return what comes next; what is open in a living terminal goes on there, and nowhere else."""
    where, resume = open_in(process), f"hotfix resume {seen['run']}"
    if process is None or (resume in seen["next_action"] and not where):
        return str(seen["next_action"])
    if process["state"] == "stopped":
        return f"fg in the terminal of {where}"
    if where and seen["question"] is not None:
        return f"Answer in the terminal of {where}: {seen['question']}"
    if where and resume in seen["next_action"]:
        return f"Go on in the terminal of {where}"
    is_left = process["state"] == "gone" and seen["state"] not in ENDED_IN_WORDS
    return resume if is_left else str(seen["next_action"])


def process_of(state: str, run: str) -> "dict[str, Any] | None":
    """Return who walks a run, as ``process`` in ``hotfix status --json``.

    None where the run is over, or nothing is on record. ``state`` is ``alive``, ``stopped`` (by
    Ctrl-Z), ``gone``, or ``not known``: of another machine, or as an earlier version has left it.
    """
    folder = os.path.join(state, "runs", run)
    try:
        with open(os.path.join(folder, "state.json"), encoding="utf-8", opener=open_plain) as file:
            seen = json_value(file.read())
        if seen["state"] in OVER:
            return None
        holder = seen["holder"]
        found = {
            "state": _state(holder),
            "pid": int(holder["pid"]),
            "host": str(holder["host"]),
            "operator": str(holder.get("operator") or seen["operator"]),
            "since": holder.get("since"),
            "silent_seconds": None,
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if found["state"] in {"alive", "stopped"}:
        found["silent_seconds"] = _silent_seconds(os.path.join(folder, "inbox", ".looked"))
    return found


def _state(holder: "dict[str, Any]") -> str:
    if holder["host"] != os.uname().nodename:
        return "not known"
    pid, birth = int(holder["pid"]), born(int(holder["pid"]))
    if birth is None:
        return "gone"
    if not holder.get("born"):
        return "not known"
    if holder["born"] != birth:
        return "gone"  # somebody else has this number by now
    return "stopped" if is_stopped(pid) else "alive"


def _silent_seconds(path: str) -> float | None:
    try:
        return round(max(0.0, time.time() - os.stat(path).st_mtime), 1)
    except OSError:
        return None
