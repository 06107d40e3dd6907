"""``hotfix status`` from ``state.json``, with next to nothing imported: a shell prompt waits."""

import json
import os
import sys
from datetime import UTC, datetime

from hotfix.composition.run_list import newest_first
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
    state, is_prompt = state_folder(os.environ), "--short" in flags
    found = _newest(state, named[0] if named else "", is_prompt=is_prompt)
    if found is None:
        # In a prompt, no run is no news.
        return 0 if is_prompt else None
    held = () if is_prompt else held_besides(state, found.get("run"))
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


def _newest(state: str, named: str, *, is_prompt: bool) -> dict | None:  # type: ignore[type-arg]
    """Return the readable ``state.json`` of the newest run whose id holds ``named``."""
    for run in (each for each in newest_first(state) if named in each):
        folder = os.path.join(state, "runs", run)
        try:
            with open(os.path.join(folder, "state.json"), encoding="utf-8") as file:
                found = json.load(file)
            is_readable = isinstance(found, dict) and found.get("v") == VERSION
            # Where the journal has grown since, it says more; a prompt does not wait for that.
            is_wanted = is_readable and (is_prompt or not _is_stale(folder, found))
        except (OSError, ValueError):
            is_wanted = False
        # An older run must not be shown in its place; the journal knows.
        return found if is_wanted else None
    return None


def _is_stale(folder: str, found: dict) -> bool:  # type: ignore[type-arg]
    journal = os.stat(os.path.join(folder, "journal.jsonl"))
    if "journal_bytes" in found:
        return bool(found["journal_bytes"] != journal.st_size)
    # An earlier version left the comparison to the clock.
    return os.stat(os.path.join(folder, "state.json")).st_mtime < journal.st_mtime
