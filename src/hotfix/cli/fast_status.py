"""``hotfix status`` from ``state.json``, with next to nothing imported: a shell prompt waits."""

import json
import os
import sys
from datetime import UTC, datetime

from hotfix.domain.snapshot import VERSION, snapshot
from hotfix.runs.held import held_besides
from hotfix.runs.state_folder import state_folder

FLAGS = {"--json", "--short"}


def fast_status(words: list[str]) -> int | None:
    """Print the status; returns the exit code, or None where the full command must answer."""
    named = [word for word in words if not word.startswith("-")]
    flags = {word for word in words if word.startswith("-")}
    if flags - FLAGS or len(named) > 1:
        return None
    folder, is_prompt = os.path.join(state_folder(os.environ), "runs"), "--short" in flags
    found = _newest(folder, named[0] if named else "", is_prompt=is_prompt)
    if found is None:
        # In a prompt, no run is no news.
        return 0 if is_prompt else None
    held = () if is_prompt else held_besides(state_folder(os.environ), found.get("run"))
    try:
        seen = snapshot(found, datetime.now(UTC), held)
    except (KeyError, TypeError, ValueError):
        # Of another version, or broken: the full command reads the journal itself.
        return None
    if "--json" in flags:
        print(json.dumps(seen, ensure_ascii=False))
        return 0
    from hotfix.view.status_lines import short_line, status_lines

    if is_prompt:
        is_over = found["state"] in {"stopped", "done", "rolled-back", "aborted", "taken-over"}
        if not is_over:
            print(short_line(seen))
        return 0
    sys.stdout.write("\n".join(status_lines(seen)) + "\n")
    return 0


def _newest(folder: str, named: str, *, is_prompt: bool) -> dict | None:  # type: ignore[type-arg]
    """Return the newest readable ``state.json`` of a run whose id holds ``named``."""
    try:
        runs = [run for run in os.listdir(folder) if named in run]
    except OSError:
        return None
    for run in sorted(runs, key=lambda run: (run.split("-")[1:3], _changed(folder, run)))[::-1]:
        try:
            with open(os.path.join(folder, run, "state.json"), encoding="utf-8") as file:
                found = json.load(file)
                is_stale = os.fstat(file.fileno()).st_mtime < _changed(folder, run)
        except (OSError, ValueError):
            if os.path.exists(os.path.join(folder, run, "journal.jsonl")):
                # An older run must not be shown in its place; the journal knows.
                return None
            continue
        is_readable = isinstance(found, dict) and found.get("v") == VERSION
        # Where the journal has grown since, it says more; a prompt does not wait for that.
        return found if is_readable and (is_prompt or not is_stale) else None
    return None


def _changed(folder: str, run: str) -> float:
    try:
        return os.stat(os.path.join(folder, run, "journal.jsonl")).st_mtime
    except OSError:
        return 0.0
