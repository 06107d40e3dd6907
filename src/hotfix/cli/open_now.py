"""What ``hotfix`` alone says besides its help: which run is open here, and what is next.

From ``state.json``, with next to nothing imported, as ``fast_status`` does it.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from hotfix.domain.foreign_text import one_line
from hotfix.domain.snapshot import stand_at
from hotfix.runs.known_runs import by_its_end, noteworthy
from hotfix.runs.life import with_process
from hotfix.runs.state_folder import state_folder
from hotfix.runs.whose import KeptRun, Place, fitting


def open_now(environ: Mapping[str, str] = os.environ) -> str:
    """Return a line about each run that is open here; empty where none is known to be."""
    state = state_folder(environ)
    kept = noteworthy(state, by_its_end(state))
    found = fitting(kept, "", Place(os.getcwd(), environ), open_first=True)  # noqa: PTH109 - as text
    return "".join(f"{_line(state, each)}\n" for each in found if not each.is_over)


def _line(state: str, kept: KeptRun) -> str:
    look = f"hotfix status {kept.run}"
    try:
        if kept.status is None or kept.is_stale:
            # What comes next, the journal knows.
            return f"Run {kept.run} may be open. Next: {look}"
        seen = with_process(state, stand_at(kept.status, datetime.now(UTC)))
        about, then = one_line(seen["description"]), one_line(seen["next_action"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return f"Run {kept.run} may be open. Next: {look}"
    return f"Open: {kept.run} ({about}). Next: {then}"
