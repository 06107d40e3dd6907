"""``status --team`` says of a run what ``status`` says of it."""

import re

import pytest
from tests.domain.runs_on_record import RUNS
from tests.snapshots import snapshot

from hotfix.domain.fold import fold
from hotfix.domain.status import status
from hotfix.view.status_lines import status_lines
from hotfix.view.team_lines import team_lines


def seen(name):
    events = RUNS[name]().events()
    return {
        **snapshot(dict(status(fold(events))), events[-1].at),
        "holds_lock": False,
    }


@pytest.mark.parametrize("name", RUNS)
def test_the_time_of_a_run_is_said_as_by_status_and_nothing_is_left_of_one_that_is_over(name):
    run = seen(name)
    (line,) = [line for line in team_lines([run], None) if line.startswith("    ")]
    (spent, *_) = next(
        line for line in status_lines(run) if " gone" in line or "from the start" in line
    ).split(" · ")
    assert f", {spent}" in line
    is_counting = not run["counted_until"] and run["remaining_seconds"] is not None
    assert bool(re.search(r", (\d+:\d\d left|over by \d+:\d\d)\. ", line)) is is_counting
