"""A rollback of a finished hotfix that somebody thinks better of leaves the hotfix finished."""

import pytest
from tests.model.checker import check
from tests.model.commands import STOPPING, WILLING, YES, Death, Person, a_desk, a_world

from hotfix.cli import exit_codes
from hotfix.domain.progress import RunState


@pytest.fixture
def desk(tmp_path):
    desk = a_desk(a_world(), tmp_path / "disks")
    assert desk.start(WILLING).exit_code == exit_codes.DONE
    return desk


def test_a_no_to_the_rollback_leaves_it_done_and_the_lock_free(desk):
    result = desk.roll_back(flags=STOPPING)
    assert (result.progress.state, result.progress.problem) == (RunState.DONE, None)
    assert desk.world.lock.run == ""
    assert not check(desk.world, [desk.machine], [result])


def test_so_does_an_abort_after_whoever_was_asked_has_left(desk):
    asked = desk.roll_back(flags=Person(yes=True, waits_at=frozenset({"roll-back"})))
    assert not asked.progress.state.is_over
    result = desk.abort(close=False)
    assert (result.progress.state, desk.world.lock.run) == (RunState.DONE, "")
    assert not check(desk.world, [desk.machine], [asked, result])


def test_what_a_rollback_has_changed_is_not_called_done(desk):
    desk.death = Death(kind="patch")
    killed = desk.roll_back(flags=YES)
    desk.death = Death()
    result = desk.abort(close=False)
    assert result.progress.state is not RunState.DONE
    assert not check(desk.world, [desk.machine], [killed, result])
