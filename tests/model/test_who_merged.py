"""A colleague merges the pull request on GitHub's page: every command knows of it, and goes on."""

import pytest
from tests.model.checker import check
from tests.model.commands import STOPPING, WILLING, YES, Death, a_desk, a_world

from hotfix.domain.fact_names import MERGE_SHA
from hotfix.domain.problem import ProblemCode
from hotfix.domain.progress import RunState
from hotfix.domain.question import Answer
from hotfix.runs.asker import Flags

_LATE = Flags(yes=True, on_budget=Answer("stop", "too late"))


@pytest.fixture(params=["merges_it", "pushes_and_merges"])
def left(request, tmp_path):
    """A run that was killed while it awaited its review, and whose pull request is merged since."""
    world = a_world()
    world.reviewers = frozenset()
    desk = a_desk(world, tmp_path / "disks")
    desk.death = Death(kind="request_review")
    results = [desk.start(WILLING)]
    world.after(0.0, "move", request.param)
    world.advance(100.0)
    return desk, results


def walked(desk, results, *more):
    results += more
    found = check(desk.world, [desk.machine], results)
    assert not found, str(found)
    return results[-1].progress


def test_it_is_rolled_back(left):
    desk, results = left
    progress = walked(desk, results, desk.roll_back())
    assert progress.state is RunState.ROLLED_BACK
    assert MERGE_SHA in progress.facts


def test_it_is_ended_and_rolled_back_afterwards(left):
    desk, results = left
    run = results[0].run
    progress = walked(desk, results, desk.abort(close=True))
    assert (progress.state, MERGE_SHA in progress.facts) == (RunState.ABORTED, True)
    assert walked(desk, results, desk.roll_back(run)).state is RunState.ROLLED_BACK


@pytest.mark.parametrize("flags", [YES, STOPPING, _LATE])
def test_it_is_resumed_and_rolled_back_afterwards(left, flags):
    desk, results = left
    if flags is _LATE:
        desk.world.advance(1900.0)
    progress = walked(desk, results, desk.resume(flags=flags))
    assert progress.state in {RunState.DECIDING, RunState.ABORTED, RunState.STOPPED}
    assert progress.pending is None or progress.pending.key == "merged-unapproved"
    assert walked(desk, results, desk.roll_back(results[0].run)).state is RunState.ROLLED_BACK


def test_an_open_abort_that_merged_nothing_bars_no_way_to_the_last_healthy_state(tmp_path):
    world = a_world()
    desk = a_desk(world, tmp_path / "disks")
    assert walked(desk, [], desk.start(WILLING)).state is RunState.DONE
    world.reviewers = frozenset()
    desk.death = Death(kind="request_review")
    desk.start(WILLING)
    desk.death = Death(kind="release_lock", before=True)
    desk.abort(close=True)
    found = desk.roll_back(to_healthy=True)
    assert found.problem is None or found.problem.code is not ProblemCode.WAITING
