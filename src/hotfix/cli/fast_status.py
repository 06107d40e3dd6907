"""``hotfix status`` from ``state.json``, with next to nothing imported: a shell prompt waits."""

import os
import sys
from datetime import UTC, datetime

from hotfix.domain.snapshot import OVER, VERSION, in_tenths, stand_at
from hotfix.runs.held import held_besides
from hotfix.runs.known_runs import by_its_end, named_runs, noteworthy
from hotfix.runs.state_folder import state_folder
from hotfix.runs.whose import Place, fitting, kept_run

# Not typing's: its import alone is a tenth of what a shell prompt waits for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FLAGS = {"--json", "--short"}
# In the place of what a state.json says that cannot be read: too much for a prompt to find out.
_UNREADABLE: "dict[str, Any]" = {}


def fast_status(words: list[str]) -> int | None:
    """Print the status; returns the exit code, or None where the full command must answer."""
    named = [word for word in words if not word.startswith("-")]
    flags = {word for word in words if word.startswith("-")}
    if flags - FLAGS or len(named) > 1:
        return None
    state, is_prompt = state_folder(os.environ), "--short" in flags
    found = _chosen(state, named[0] if named else "", is_prompt=is_prompt)
    if found is None:
        return 0 if is_prompt else None
    if found is _UNREADABLE:
        sys.stdout.write("hotfix ?: hotfix status\n")
        return 0
    try:
        from hotfix.runs.life import with_process

        held = () if is_prompt else held_besides(state, found.get("run"))
        seen = with_process(state, stand_at(found, datetime.now(UTC), held))
        told = _told(seen, flags)
    except (AttributeError, KeyError, TypeError, ValueError):
        # Of another version, or broken: the full command reads the journal itself.
        return None
    # One for a prompt or a program is a line, however long it is.
    if not flags and sys.stdout.isatty():
        from hotfix.view.printing import parted_for

        told = list(parted_for(told, sys.stdout))
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


def _told(seen: "dict[str, Any]", flags: set[str]) -> list[str]:
    if "--json" in flags:
        from hotfix.domain.foreign_text import json_line

        return [json_line(in_tenths(seen))]
    from hotfix.view.status_lines import short_line, status_lines

    if "--short" not in flags:
        return status_lines(seen)
    return [] if seen["state"] in OVER else [short_line(seen)]


def _chosen(state: str, named: str, *, is_prompt: bool) -> dict | None:  # type: ignore[type-arg]
    """Return the readable ``state.json`` of the run that is meant, where that can be told."""
    settle = by_its_end(state) if is_prompt else None
    kept = named_runs(state, named, settle) if named else noteworthy(state, settle)
    if is_prompt:
        # One that is over is no news, and hides none that is open.
        kept = [each for each in kept if not each.is_over]
    if not is_prompt and any(run.is_stale for run in kept):
        # Whether such a run is over, its journal knows.
        return None
    try:
        here = os.getcwd()
    except OSError:
        # A folder that is gone is in no repository, and a prompt complains of nothing.
        if not is_prompt:
            raise
        here = "/"
    found = fitting(kept, named, Place(here, os.environ), open_first=True)
    if not found or (len(found) > 1 and not named):
        return None
    meant = kept_run(state, found[0].run)
    if meant.is_stale and not is_prompt:
        return None
    status = meant.status
    if status is not None and status.get("v") == VERSION:
        return status
    return _UNREADABLE if is_prompt else None
