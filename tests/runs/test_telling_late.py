"""Until when what is said of a run that is over still joins its thread in the channel."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotfix.domain.progress import Progress, RunState
from hotfix.runs.telling_late import can_be_told

STARTED = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)


def over(back_after: float | None = None, **more: Any) -> Progress:
    begun_at = {("hotfix", "look"): STARTED}
    if back_after is not None:
        begun_at["rollback", "look"] = STARTED + timedelta(hours=back_after)
    plan = "hotfix" if back_after is None else "rollback"
    done = Progress(run="hf-1", state=RunState.DONE, started_at=STARTED, plan=plan)
    return replace(done, **({"begun_at": begun_at} | more))


@pytest.mark.parametrize(
    ("progress", "hours", "can"),
    [
        (over(), 1, True),
        (over(), 19, True),
        (over(), 21, False),
        # What was noted a moment ago makes the thread no younger.
        (over(last_at=STARTED + timedelta(hours=30)), 30, False),
        # A way back soon after it goes on in its thread, a later one has its own.
        (over(back_after=19), 22, False),
        (over(back_after=30), 31, True),
        (over(back_after=30), 51, False),
        (over(state=RunState.TAKEN_OVER), 1, False),
        (over(state=RunState.WAITING), 1, False),
        (over(started_at=None, begun_at={}), 1, False),
    ],
)
def test_what_is_told_late_is_told_while_the_thread_is_found(progress, hours, can):
    assert can_be_told(progress, STARTED + timedelta(hours=hours)) is can
