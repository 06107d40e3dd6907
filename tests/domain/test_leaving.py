"""Whether the laptop may be closed: by what goes on alone, and what would go unseen."""

from dataclasses import replace

import pytest
from tests.house.plans import every_step

from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import MERGE_SHA
from hotfix.domain.leaving import leaving, unwatched
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.step import goes_on_alone

ASKED = Question("merge", "Merge?", (Option("merge", "Merge", typed=True),))
COUNTS = Question(
    "doomed", "Back?", (Option("back", "Back", Then.ROLL_BACK),), by_itself="back", by_itself_in=30
)
MERGED = {"known": by_key([MERGE_SHA("5096c405")])}
VERIFIED = {"done": frozenset({("hotfix", "confirm_by_a_person")})}
BACK = {"plan": "rollback", **MERGED}


@pytest.mark.parametrize(
    ("stands", "is_safe", "because"),
    [
        ({}, False, "what is done now is done from this machine"),
        ({"state": RunState.WAITING}, False, "what is done now is done from this machine"),
        ({"state": RunState.WAITING, "goes_on_alone": True}, True, "hotfix resume goes on"),
        # It runs no more: what it waited for does not count.
        (
            {"state": RunState.RUNNING, "goes_on_alone": True},
            False,
            "what is done now is done from this machine",
        ),
        ({"state": RunState.DECIDING, "pending": ASKED}, True, "hotfix resume asks again"),
        ({"state": RunState.DECIDING, "pending": COUNTS}, False, "it counts down"),
        ({"state": RunState.FAILED}, True, "hotfix resume goes on"),
        ({"state": RunState.INTERRUPTED}, True, "hotfix resume goes on"),
        # The merge was sent, and what became of it is not on record.
        (
            {
                "begun": frozenset({("hotfix", "merge_the_fix")}),
                "answers": {("merge_the_fix", "merge"): Answer("merge")},
            },
            False,
            "production is, or may be, changed",
        ),
        # It was asked about, and nothing was sent.
        (
            {
                "begun": frozenset({("hotfix", "merge_the_fix")}),
                "state": RunState.DECIDING,
                "pending": ASKED,
            },
            True,
            "hotfix resume asks again",
        ),
        # The workflow runs at GitHub; a rollout is watched from here.
        (
            {**MERGED, "state": RunState.WAITING, "goes_on_alone": True},
            False,
            "production is, or may be, changed, and nobody else watches",
        ),
        (
            {**MERGED, "state": RunState.WAITING},
            False,
            "production is, or may be, changed, and nobody else watches",
        ),
        (
            {**MERGED, "state": RunState.DECIDING, "pending": ASKED},
            False,
            "production is, or may be, changed, and nobody else watches",
        ),
        (
            {**MERGED, **VERIFIED, "state": RunState.DECIDING, "pending": ASKED},
            True,
            "hotfix resume asks again",
        ),
        ({**MERGED, **VERIFIED}, False, "what is done now is done from this machine"),
        (
            {**BACK, "begun": frozenset({("rollback", "restore_the_recorded_set")})},
            False,
            "production is, or may be, changed, and nobody else watches",
        ),
        (
            {
                **BACK,
                "done": frozenset(
                    {
                        ("rollback", "restore_the_recorded_set"),
                        ("rollback", "probe_after_rollback"),
                    }
                ),
                "state": RunState.DECIDING,
                "pending": ASKED,
            },
            True,
            "hotfix resume asks again",
        ),
    ],
)
def test_the_laptop_may_be_closed_where_nothing_goes_unseen(stands, is_safe, because):
    found = leaving(replace(Progress(run="hf-1"), **stands))
    assert found.is_safe is is_safe
    assert found.because.startswith(because)


@pytest.mark.parametrize(
    ("stands", "is_so"), [(MERGED, True), ({**MERGED, **VERIFIED}, False), ({}, False)]
)
@pytest.mark.parametrize("state", [RunState.WAITING, RunState.FAILED, RunState.INTERRUPTED])
def test_of_what_nobody_watches_a_run_says_so_while_it_is_open(stands, is_so, state):
    progress = replace(Progress(run="hf-1"), state=state, **stands)
    assert bool(unwatched(progress)) is is_so
    assert not unwatched(replace(progress, state=RunState.ABORTED))


def test_what_goes_on_alone_is_what_others_do():
    found = {name for name, step in every_step().items() if goes_on_alone(step)}
    assert found == {
        "await_approval",
        "await_checks",
        "await_the_fix",
        "await_the_merge",
        "claim_the_lock",
        "watch_the_run_again",
        "watch_workflow_run",
    }
