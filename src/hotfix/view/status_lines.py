"""``hotfix status`` for people. Standard library only: it must answer before a prompt is drawn."""

from datetime import datetime

from hotfix.domain.ending import ending, phase_word, to_do, word
from hotfix.domain.figures import span
from hotfix.domain.snapshot import ENDED_IN_WORDS, forecast_in
from hotfix.view.clock_line import clock_line, elapsed_until, time_of_day
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# In these states the present phase does not run.
_AT_A_STAND = frozenset({"deciding", "failed", "interrupted"})
# Nor does it where its process does not, whatever that has left on record.
_STILL = {"gone": "process gone", "stopped": "stopped by Ctrl-Z"}


def status_lines(snapshot: "Mapping[str, Any]") -> list[str]:
    """Return the run in a few lines.

    Args:
        snapshot: the object of ``hotfix status --json``.
    """
    lines = head_lines(snapshot)
    if minded := _unwatched(snapshot):
        lines.append(f"{minded[:1].upper()}{minded[1:]}")
    # Files of earlier versions do not say when it was over.
    if snapshot.get("finished_at"):
        lines += _how_it_ended(snapshot)
    elif snapshot.get("trouble") and snapshot["trouble"] != snapshot["question"]:
        since = "Why" if snapshot["state"] == "failed" else "Last seen"
        lines.append(f"{since}: {one_line(snapshot['trouble'])}")
    lines.append(_clock(snapshot))
    for phase in snapshot["phases"]:
        target, spent = phase["target_seconds"], phase["elapsed_seconds"]
        if phase["state"] == "running":
            spent -= _since_it_left(snapshot)
        lines.append(
            f"  {phase['name']:<9}{clock(spent):>6}"
            f" of {clock(target) if target else '-':>5}  {_how_far(phase, snapshot)}"
        )
    if snapshot.get("merge") == "not known":
        lines.append("Merged: not known yet; GitHub is asked before anything is decided")
    lines += next_lines(snapshot)
    left = snapshot.get("still_to_do") or snapshot.get("left_to_do", ())
    warnings = list(snapshot.get("warnings", ()))
    for each in left:
        # What the run itself holds comes before what others hold, and is said by now.
        same = (text for text in warnings if text.startswith(each["what"].partition(":")[0]))
        if (held := next(same, None)) is not None:
            warnings.remove(held)
    return lines + [f"Warning: {one_line(text)}" for text in warnings]


def next_lines(snapshot: "Mapping[str, Any]") -> list[str]:
    """Return what is left to do, one line each, the most urgent first; then what is next.

    Args:
        snapshot: as of ``status_lines``.
    """
    # Files of earlier versions, and of runs that go on, have what steps have left alone.
    left = snapshot.get("still_to_do") or snapshot.get("left_to_do", ())
    lines = [f"Left to do: {_to_do(each)}" for each in left]
    if lines and snapshot.get("finished_at"):
        # All of it is said by now but for what follows a rollback.
        return lines + [one_line(line) for line in snapshot.get("last_word", ())[1:]]
    lines.append(f"Next: {one_line(snapshot['next_action'])}")
    back = snapshot.get("way_back")
    return [*lines, *([f"To go back: {one_line(back)}"] if back else [])]


def _to_do(left: "Mapping[str, Any]") -> str:
    return one_line(to_do(left["what"], left["next_command"]))


def head_lines(snapshot: "Mapping[str, Any]") -> list[str]:
    """Return which run it is, how it stands, and whether somebody is on it now."""
    first, *process = watch_head(snapshot)
    return [first, _state(snapshot), *process]


def watch_head(snapshot: "Mapping[str, Any]") -> list[str]:
    """Return the same without how it stands, for where the rows below say that."""
    return [f"{snapshot['run']}  {one_line(snapshot['description'])}", *_process(snapshot)]


def _state(snapshot: "Mapping[str, Any]") -> str:
    """Return how it stands, and where."""
    owed = any(each["kind"] != "next" for each in snapshot.get("still_to_do", ()))
    state = ending(snapshot["state"], is_owed=owed)
    return f"{state}, {snapshot['phase']}" if snapshot["phase"] else state


def _how_far(phase: "Mapping[str, Any]", snapshot: "Mapping[str, Any]") -> str:
    """Return how far a phase is; the present one of a run that stands still does not run."""
    is_over = bool(snapshot.get("finished_at"))
    state = phase_word(str(phase["state"]), phase["elapsed_seconds"], is_over=is_over)
    # Why it does, is said at the top.
    is_still = snapshot["state"] in _AT_A_STAND or bool(_no_process(snapshot))
    return "stands still" if is_still and state == "running" else state


def _unwatched(snapshot: "Mapping[str, Any]") -> str:
    """Return what to mind while no process walks it; empty where one does, or may."""
    is_left = snapshot["state"] in ENDED_IN_WORDS or bool(_no_process(snapshot))
    return one_line(snapshot.get("unwatched") or "") if is_left else ""


def _no_process(snapshot: "Mapping[str, Any]") -> str:
    """Return what has become of the process that walked it; empty where that may go on."""
    process = snapshot.get("process")
    return _STILL.get(process["state"], "") if process is not None else ""


def _how_it_ended(snapshot: "Mapping[str, Any]") -> list[str]:
    """Return when, by whom, how long after its start, and what was merged, with links."""
    over = _moment(snapshot["finished_at"])
    at = f"{over.astimezone():%Y-%m-%d} {time_of_day(over)}"
    lines = [f"Over since {at}, by {one_line(snapshot['operator'])}"]
    if snapshot["state"] == "taken-over":
        lines = [f"Taken over at {at}, to go on elsewhere"]
    if snapshot["started_at"]:
        took = over - _moment(snapshot["started_at"])
        lines[0] += f", {clock(took.total_seconds())} after its start"
    if snapshot["severity"]:
        kind = snapshot["category"] or "none"
        default = " (by default: nobody named it)" if snapshot.get("severity_is_default") else ""
        lines.append(f"Severity: {snapshot['severity']}{default}, category: {kind}")
    # How to go on is among what is next.
    lines += [one_line(line) for line in snapshot["last_word"][:1]]
    commit, links = snapshot["commit"], snapshot["links"]
    merged = commit and (commit["url"] or commit["sha"])
    told = (("Pull request", links.get("pull_request_url")), ("Commit", merged))
    return lines + [f"{name}: {one_line(value)}" for name, value in told if value]


def short_line(snapshot: "Mapping[str, Any]") -> str:
    """Return a line for a shell prompt: ``hotfix fix 3:12, 26:48 left, merge by 03:22 CET``."""
    left_of_it = left_of_the_total(snapshot)
    left = f", {left_of_it}" if left_of_it else ""
    place = snapshot["phase"] or snapshot["state"]
    merge_by = forecast_in(dict(snapshot)).merge_by
    by = f", merge by {time_of_day(merge_by)}" if merge_by else ""
    stands = f", {word(snapshot['state'])}" if snapshot["state"] in _AT_A_STAND else ""
    if not stands and _no_process(snapshot):
        stands = f", {_no_process(snapshot)}"
    stands += ", in trouble" if snapshot["in_trouble"] and snapshot["state"] != "failed" else ""
    return f"hotfix {place} {clock(snapshot['elapsed_seconds'])}{left}{by}{stands}"


def left_of_the_total(snapshot: "Mapping[str, Any]") -> str:
    """Return what is left while it counts, such as ``26:48 left``; empty where nothing binds."""
    remaining = snapshot["remaining_seconds"]
    if remaining is None or snapshot.get("counted_until"):
        return ""
    return f"{clock(remaining)} left" if remaining >= 0 else f"over by {clock(-remaining)}"


def _clock(snapshot: "Mapping[str, Any]") -> str:
    """Return how much is gone, and the forecast."""
    elapsed = snapshot["elapsed_seconds"] - _since_it_left(snapshot)
    gone = f"{clock(elapsed)} {elapsed_until(snapshot['counted_until'])}"
    line = clock_line(forecast_in(dict(snapshot)), no_forecast=_no_forecast(snapshot))
    return " · ".join(filter(None, (gone, line)))


def _since_it_left(snapshot: "Mapping[str, Any]") -> float:
    """Return the seconds that are none of its time here: since it goes on on another machine."""
    started, finished = snapshot["started_at"], snapshot.get("finished_at")
    if snapshot["state"] != "taken-over" or not (started and finished):
        return 0.0
    took = _moment(finished) - _moment(started)
    return max(0.0, float(snapshot["elapsed_seconds"]) - took.total_seconds())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _no_forecast(snapshot: "Mapping[str, Any]") -> str:
    """Return why there is none; files of earlier versions tell whether something is wrong alone."""
    return snapshot.get("no_forecast") or ("not all is well" if snapshot["in_trouble"] else "")


def _process(snapshot: "Mapping[str, Any]") -> list[str]:
    """Return whether somebody is on the run now; nothing where that is over, or not on record."""
    process = snapshot.get("process")
    if process is None:
        return []
    who = f"{one_line(process['operator'])} at {one_line(process['host'])}"
    pid, run = f"pid {process['pid']}", snapshot["run"]
    silent = process["silent_seconds"]
    life = "" if silent is None else f", last sign of life {span(silent)} ago"
    if process["state"] == "alive":
        is_asked = snapshot["question"] is not None
        return [f"waiting for {who}{life}" if is_asked else f"at work: {who} ({pid}){life}"]
    if process["state"] == "stopped":
        return [f"stopped by Ctrl-Z: {who} ({pid}){life}: fg there goes on"]
    if process["state"] == "not known":
        return [f"last at work: {who} ({pid}); whether that goes on is not known here"]
    return [] if snapshot["state"] in ENDED_IN_WORDS else [f"process gone: hotfix resume {run}"]
