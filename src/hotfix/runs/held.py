"""The warnings that runs hold, from ``state.json``; a shell prompt waits for these imports."""

import os

from hotfix.composition.run_list import newest_first
from hotfix.domain.json_reading import json_value


def held_besides(state: str, run: object) -> tuple[str, ...]:
    """Return the warnings that the runs in ``state`` other than ``run`` hold, newest first."""
    found = (held_by(state, other) for other in newest_first(state) if other != run)
    return tuple(text for text in found if text)


def held_by(state: str, run: str) -> str | None:
    """Return the warning that ``run`` holds, or an empty text; None where the journal must say."""
    try:
        with open(os.path.join(state, "runs", run, "state.json"), encoding="utf-8") as file:
            return str(json_value(file.read())["held"] or "")
    except (OSError, ValueError, KeyError, TypeError):
        return None
