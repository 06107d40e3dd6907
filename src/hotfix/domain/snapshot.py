"""A run at a moment: ``state.json`` and the time of day make ``hotfix status --json``.

A shell prompt waits for this: it imports next to nothing, and does what ``budget.pace`` does, on
plain data.
"""

from datetime import UTC, datetime

from hotfix.domain.figures import clock
from hotfix.domain.forecast import Expected, Forecast, forecast, scaled

VERSION = 1
# The states of a run to which nothing more will happen on its machine.
OVER = frozenset({"stopped", "done", "rolled-back", "aborted", "taken-over"})
# Whoever failed, or was interrupted, has ended in words, and left no process behind.
ENDED_IN_WORDS = frozenset({"failed", "interrupted"})
# From here on a clock that is behind the record is worth a warning.
_BEHIND_SECONDS = 10.0
# What was configured is told as it is.
_AS_PLANNED = frozenset({"target_seconds", "total_seconds"})


def in_tenths(seen: dict) -> dict:  # type: ignore[type-arg]
    """Return what ``stand_at`` made, as programs get it: all seconds rounded to tenths."""
    phases = [{**phase, **_rounded(phase)} for phase in seen["phases"]]
    return {**seen, **_rounded(seen), "phases": phases}


def stand_at(status: dict, now: datetime, held: tuple[str, ...] = ()) -> dict:  # type: ignore[type-arg]
    """Return a run as ``hotfix status --json`` has it, to the last fraction of a second.

    That is for words: a clock cuts what is below a second, and what was rounded up before would
    read as one more than in all else that tells of the run.

    Args:
        status: what ``status.status`` made.
        now: UTC, aware.
        held: warnings that other runs hold.
    """
    # Earlier versions did not say when the last event was.
    last = _moment(status.get("last_at")) or now
    behind = (last - now).total_seconds()
    now = max(now, last)
    stand, why_not = _forecast(status, now), status.get("no_forecast")
    phases = [
        {
            "name": phase["name"],
            "target_seconds": phase["target_seconds"],
            "elapsed_seconds": _spent(phase, now),
            "state": phase["state"],
            "plan": phase["plan"],
            "expected_seconds": phase.get("expected_seconds"),
        }
        for phase in status["phases"]
    ]
    return {
        "v": status["v"],
        "run": status["run"],
        "description": status["description"],
        "operator": status["operator"],
        # Files of earlier versions have no such keys, here and below.
        "category": status.get("category"),
        "severity": status.get("severity"),
        "severity_is_default": status.get("severity_is_default", False),
        "state": status["state"],
        "plan": status["plan"],
        "phase": status["phase"] or None,
        "step": status["step"] or None,
        "saying": status["saying"],
        "started_at": status["started_at"],
        "finished_at": status.get("finished_at"),
        "ended_at": status["ended_at"],
        "counted_until": status.get("counted_until") or _counted_until(status),
        "total_seconds": status["total_seconds"],
        "elapsed_seconds": stand.elapsed,
        "remaining_seconds": stand.left,
        "pace_seconds": stand.ahead,
        **clock_keys(stand),
        **({"done_about": None} if why_not else {}),
        "no_forecast": why_not,
        "next_action": status["next_action"],
        "question": status["question"],
        "problem": status["problem"],
        "phases": phases,
        "links": status["links"],
        "commit": status.get("commit"),
        "merge": status.get("merge"),
        "fix": status.get("fix"),
        "last_word": status.get("last_word", []),
        "in_trouble": status.get("in_trouble", False),
        "trouble": status.get("trouble"),
        "way_back": status.get("way_back"),
        # Of no account while a process walks it.
        "unwatched": status.get("unwatched"),
        "untold": status["untold"],
        "warnings": [
            text
            for text in (status.get("newer"), status.get("held"), *held, _behind(status, behind))
            if text
        ],
        # There only where something is.
        **{key: status[key] for key in ("left_to_do", "still_to_do") if status.get(key)},
    }


def _counted_until(status: dict) -> str:  # type: ignore[type-arg]
    """Return what a file of an earlier version tells of when the counted part was over."""
    return "the end" if status["ended_at"] else ""


def _behind(status: dict, seconds: float) -> str:  # type: ignore[type-arg]
    if seconds < _BEHIND_SECONDS or status["ended_at"]:
        return ""
    return (
        f"This machine's clock is {clock(seconds)} behind the last event of the run: "
        "more may have passed than is shown"
    )


def clock_keys(stand: Forecast) -> dict:  # type: ignore[type-arg]
    """Return what ``hotfix status --json`` says of a forecast, beside what is left of the total."""
    return {
        "planned_seconds": stand.planned,
        "over_seconds": stand.over,
        "merge_by": _utc(stand.merge_by),
        "merge_in_seconds": stand.merge_in,
        "done_about": _utc(stand.done_about),
    }


def forecast_in(seen: dict) -> Forecast:  # type: ignore[type-arg]
    """Return the forecast that a snapshot holds."""
    return Forecast(
        elapsed=seen["elapsed_seconds"],
        left=seen["remaining_seconds"],
        planned=seen["planned_seconds"],
        ahead=seen["pace_seconds"],
        over=seen["over_seconds"],
        merge_by=_moment(seen["merge_by"]),
        merge_in=seen["merge_in_seconds"],
        done_about=_moment(seen["done_about"]),
    )


def _forecast(status: dict, now: datetime) -> Forecast:  # type: ignore[type-arg]
    total, phases = status["total_seconds"], [it for it in status["phases"] if it["is_counted"]]
    # Earlier versions expected nothing.
    by_target = scaled([phase["target_seconds"] for phase in phases], total)
    return forecast(
        now,
        [
            Expected(
                phase.get("expected_seconds", usual),
                _spent(phase, now) - _waited(phase, now),
                is_done=phase["state"] == "done",
            )
            for phase, usual in zip(phases, by_target, strict=True)
        ],
        started=_moment(status["started_at"]),
        ended=_moment(status["ended_at"]),
        total=total,
        merge_by=_moment(status.get("merge_by")),
        is_over=status["state"] in OVER,
    )


def _spent(phase: dict, now: datetime) -> float:  # type: ignore[type-arg]
    return _until(now, phase["spent_seconds"], phase["running_since"])


def _waited(phase: dict, now: datetime) -> float:  # type: ignore[type-arg]
    """Return how long others were waited for; of no account where a target is what is expected."""
    if phase.get("median_seconds") is None:
        return 0.0
    return _until(now, phase["waited_seconds"], phase["waiting_since"])


def _until(now: datetime, seconds: float, running_since: str | None) -> float:
    since = _moment(running_since)
    return seconds if since is None else seconds + max(0.0, (now - since).total_seconds())


def _rounded(seen: dict) -> dict:  # type: ignore[type-arg]
    return {
        key: value if value is None else round(value, 1)
        for key, value in seen.items()
        if key.endswith("_seconds") and key not in _AS_PLANNED
    }


def _utc(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC, to the second."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
