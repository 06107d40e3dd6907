"""A run at a moment: ``state.json`` and the time of day make ``hotfix status --json``.

A shell prompt waits for this: it imports ``datetime`` and nothing else, and does what
``budget.pace`` does, on plain data.
"""

from datetime import datetime

from hotfix.domain.figures import clock

VERSION = 1
# From here on a clock that is behind the record is worth a warning.
_BEHIND_SECONDS = 10.0


def snapshot(status: dict, now: datetime, held: tuple[str, ...] = ()) -> dict:  # type: ignore[type-arg]
    """Return the object of ``hotfix status --json``.

    Args:
        status: what ``status.status`` made.
        now: UTC, aware.
        held: warnings that other runs hold.
    """
    # Earlier versions did not say when the last event was.
    last = _moment(status.get("last_at")) or now
    behind = (last - now).total_seconds()
    now = max(now, last)
    end = _moment(status["ended_at"]) or now
    started = _moment(status["started_at"])
    elapsed = max(0.0, (end - started).total_seconds()) if started else 0.0
    phases = [
        {
            "name": phase["name"],
            "target_seconds": phase["target_seconds"],
            "elapsed_seconds": round(_spent(phase, now), 1),
            "state": phase["state"],
            "plan": phase["plan"],
        }
        for phase in status["phases"]
    ]
    planned = sum(
        max(0.0, phase["target_seconds"] - _spent(phase, now))
        for phase in status["phases"]
        if phase["is_counted"] and phase["target_seconds"] and phase["state"] != "done"
    )
    total = status["total_seconds"]
    remaining = None if total is None else total - elapsed
    return {
        "v": status["v"],
        "run": status["run"],
        "description": status["description"],
        "operator": status["operator"],
        "state": status["state"],
        "plan": status["plan"],
        "phase": status["phase"] or None,
        "step": status["step"] or None,
        "saying": status["saying"],
        "started_at": status["started_at"],
        "total_seconds": total,
        "elapsed_seconds": round(elapsed, 1),
        "remaining_seconds": None if remaining is None else round(remaining, 1),
        "pace_seconds": None if remaining is None else round(remaining - planned, 1),
        "next_action": status["next_action"],
        "question": status["question"],
        "problem": status["problem"],
        "phases": phases,
        "links": status["links"],
        # Files of earlier versions have no such key.
        "merge": status.get("merge"),
        "untold": status["untold"],
        "warnings": [
            text
            for text in (status.get("newer"), status.get("held"), *held, _behind(status, behind))
            if text
        ],
    }


def _behind(status: dict, seconds: float) -> str:  # type: ignore[type-arg]
    if seconds < _BEHIND_SECONDS or status["ended_at"]:
        return ""
    return (
        f"This machine's clock is {clock(seconds)} behind the last event of the run: "
        "more may have passed than is shown"
    )


def _spent(phase: dict, now: datetime) -> float:  # type: ignore[type-arg]
    since = _moment(phase["running_since"])
    spent = float(phase["spent_seconds"])
    return spent if since is None else spent + max(0.0, (now - since).total_seconds())


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
