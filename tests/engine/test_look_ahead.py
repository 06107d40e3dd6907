"""A look at what a plan would see first: by a step that only looks, and by no other."""

import pytest
from tests.engine.small_plan import Effect, Says, World, plan_of, ports

from hotfix.domain.fact import Fact
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Option, Question
from hotfix.engine.look_ahead import look_ahead
from hotfix.wrappers.under_the_lock import UnderTheLock

SEEN = Fact("seen", bool, "whether it was seen")
ASKED = Ask(Question("which", "Which?", (Option("a", "A"),)))


def looked(step):
    return look_ahead(plan_of(("rollback", None, (step,))), Facts(), ports())


@pytest.mark.parametrize("outcome", [Done("Seen.", (SEEN(True),)), ASKED])
def test_what_the_first_step_sees_is_returned(outcome):
    assert looked(Says("look", [outcome])) == outcome


def test_what_would_stop_the_plan_stops_the_look():
    problem = Problem(ProblemCode.FAILED, "Paused.", "why", "next")
    with pytest.raises(ProblemError, match="Paused"):
        looked(Says("look", [Failed(problem)]))


def test_a_step_that_may_have_an_effect_is_not_run():
    world = World()
    for step in (Effect("merge", world), UnderTheLock(Effect("merge", world))):
        with pytest.raises(TypeError, match="merge may have an effect"):
            looked(step)
    assert world.effects == []


def test_a_step_that_waits_is_no_look():
    with pytest.raises(TypeError, match="only looks"):
        looked(Says("watch", [Waiting("Not yet.", 1.0)]))
