"""What is owed after a merge that nobody has confirmed."""

from dataclasses import replace

import pytest
from tests.journals.reading import recorded

from hotfix.domain.fact_names import MERGE_SHA
from hotfix.domain.progress import RunState
from hotfix.domain.still_to_do import still_to_do

DONE = recorded("done").progress


def owed(state, **facts):
    known = {key: it for key, it in {**DONE.known, **facts}.items() if it is not None}
    return list(still_to_do(replace(DONE, state=state, known=known)))


@pytest.mark.parametrize("state", [RunState.STOPPED, RunState.ABORTED])
def test_a_fix_that_was_merged_and_left_is_owed_a_look_or_a_way_back(state):
    (unverified, *_) = owed(state, verified_by=None)
    assert unverified.kind == "unverified"
    assert DONE.facts[MERGE_SHA][:8] in unverified.what
    assert unverified.next_command == f"hotfix rollback {DONE.run}"


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        (RunState.DONE, {}),
        (RunState.STOPPED, {}),
        (RunState.STOPPED, {"verified_by": None, "merge_sha": None}),
        (RunState.STOPPED, {"verified_by": None, "rolled_back": ["web"]}),
        # It goes on elsewhere.
        (RunState.TAKEN_OVER, {"verified_by": None}),
    ],
)
def test_nothing_of_that_is_owed_otherwise(state, facts):
    assert "unverified" not in [each.kind for each in owed(state, **facts)]
