"""What the team's view tells somebody to type about a run that is not on this machine."""

import pytest
from tests.journals.reading import recorded

from hotfix.cli.team import _seen
from hotfix.domain.status import status
from hotfix.ports.shared_records import SharedRun


@pytest.mark.parametrize("is_here", [True, False])
def test_a_run_is_resumed_where_it_is_and_taken_over_elsewhere(is_here):
    progress = recorded("interrupted").progress
    run = progress.run
    shared = SharedRun(run, "dana", 1, progress.last_at, {})
    seen = _seen(shared, status(progress), None, {run} if is_here else set())
    assert seen is not None
    command = "resume" if is_here else "takeover"
    assert f"hotfix {command} {run}" in seen["next_action"]
