"""What the journal of one run says, as plain data: what the index keeps of it."""

from collections.abc import Sequence
from typing import Any

from hotfix.domain.deployment_log import of_run
from hotfix.domain.event import Event
from hotfix.domain.event_data import RunStarted
from hotfix.domain.fold import fold
from hotfix.domain.history import counted
from hotfix.domain.json_record import JsonRecord, utc_text
from hotfix.domain.known_states import known_healthy, recorded
from hotfix.domain.owed_elsewhere import is_owed_elsewhere
from hotfix.domain.progress import Progress
from hotfix.domain.status import status
from hotfix.runs.earlier_runs import by_phase, is_played


def derived(events: Sequence[Event]) -> dict[str, Any]:
    """Return what a run says, by the name of the table; whose run it is stands there as it is."""
    progress = fold(events)
    return {
        "log": [JsonRecord.to_json(each) for each in of_run(events, progress=progress)],
        "states": (
            progress.state.is_over,
            progress.settings.whose(),
            recorded(progress),
            known_healthy(progress),
            is_owed_elsewhere(progress),
        ),
        "figures": figures_of(events, progress),
    }


def figures_of(events: Sequence[Event], progress: Progress | None = None) -> dict[str, Any] | None:
    """Return when a run began, whether it was a drill, and what it adds; None: it says nothing.

    ``progress`` is the run after these ``events``, where it is known.
    """
    if not events:
        return None
    progress = fold(events) if progress is None else progress
    began = events[0].said
    origin = began.settings.origin if isinstance(began, RunStarted) else None
    one = counted(events, progress, _phases(events, progress))
    return {
        "began": utc_text(events[0].at),
        "is_drill": origin is not None and is_played(origin.api_url),
        "adds": vars(one) if one is not None else None,
    }


def _phases(events: Sequence[Event], progress: Progress) -> dict[str, float]:
    """Return what the counted phases took, by the rule that the forecast goes by."""
    began = events[0].said
    if not isinstance(began, RunStarted):
        return {}
    names = [phase.name for phase in began.layout.phases]
    if began.layout.counts_until in names:
        names = names[: names.index(began.layout.counts_until) + 1]
    return dict(by_phase(status(progress), names))
