"""What comes after a run has done what it was begun for: it fails nothing, it is left to do."""

import pytest
from tests.house.plans import every_plan

from hotfix.domain.facts import Facts
from hotfix.domain.step import CanBeDoneByHand

COURTESIES = {
    step.name: step
    for _, plan in every_plan()
    for phase in plan.phases
    if phase.is_courtesy
    for step in phase.steps
}


def test_the_last_phase_of_the_way_forth_and_back_is_one():
    assert {
        (plan.name, phase.name)
        for _, plan in every_plan()
        for phase in plan.phases
        if phase.is_courtesy
    } == {("hotfix", "close"), ("rollback", "record")}
    assert "release_the_lock" in COURTESIES


@pytest.mark.parametrize("name", COURTESIES)
def test_each_of_its_steps_says_what_a_person_does_in_its_place_however_little_is_known(name):
    step = COURTESIES[name]
    assert isinstance(step, CanBeDoneByHand)
    assert step.by_hand(Facts(run="hf-1"))
