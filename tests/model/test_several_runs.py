"""Several runs of one repository, one after the other and within each other: which one is meant."""

from pathlib import Path

import pytest
from tests.model.commands import WILLING, Death, a_desk, a_world

from hotfix.domain.fact_names import BRANCH, MERGE_SHA, REVERT_NUMBER
from hotfix.domain.progress import RunState
from hotfix.runs.chosen import chosen_run
from hotfix.runs.whose import Place


@pytest.fixture
def desk(tmp_path):
    return a_desk(a_world(), tmp_path / "disks")


def meant(desk, command):
    """The run that a command without a name is about, in the operator's clone."""
    place = Place(desk.machine.clone, {})
    return chosen_run(Path(desk.machine.state), None, place, command)


def a_first_fix(desk):
    """A hotfix that was shipped and verified."""
    done = desk.start(WILLING)
    assert done.progress.state is RunState.DONE
    return done.run


def an_open_one(desk, at="publish"):
    """A second hotfix, whose process dies at its first write of a kind."""
    desk.death = Death(kind=at)
    run = desk.start(WILLING).run
    folder, branch = desk.machine.clone, desk.progress(run).facts[BRANCH]
    desk.world.commit_as_a_person(folder, branch, {"mugs.py": "more mugs"}, "Sell more", "dana")
    return run


def test_while_a_run_is_open_what_shows_a_run_shows_it_and_not_its_mitigation(desk):
    a_first_fix(desk)
    run = an_open_one(desk)
    mitigation = desk.roll_back(to_revision=1)
    assert mitigation.progress.state is RunState.ROLLED_BACK
    for command in ("status", "checklist", "resume", "abort", "note", "lock"):
        assert meant(desk, command) == run
    assert meant(desk, "rollback") == mitigation.run


def test_a_rollback_is_of_the_run_that_shipped_last_though_another_began_later(desk):
    a_first_fix(desk)
    run = an_open_one(desk)
    desk.roll_back(to_revision=1)
    assert desk.resume(run, WILLING).progress.state is RunState.DONE
    back = desk.roll_back(flags=WILLING)
    assert back.run == run
    assert back.progress.state is RunState.ROLLED_BACK
    assert MERGE_SHA in back.progress.facts
    assert REVERT_NUMBER in back.progress.facts
