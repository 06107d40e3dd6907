"""What steps do with the hotfix lock, on a simulated cluster."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

import pytest
from tests.adapters.kubernetes.world import World
from tests.engine.small_plan import ports
from tests.steps.recorder import Port

from hotfix.domain.fact import Declared, by_key
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, LeftToDo, Outcome, Waiting
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.question import Answer, Then
from hotfix.steps.claim_the_lock import ClaimTheLock
from hotfix.steps.release_the_lock import ReleaseTheLock
from hotfix.wrappers.under_the_lock import UnderTheLock

RUN, LEASES = "hf-1", {f"{verb} leases" for verb in ("create", "get", "update")}


@dataclass(frozen=True)
class Restored:
    """A step with an outcome that is known."""

    outcome: Outcome
    name: str = "restore_the_recorded_set"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, _facts: Facts, _ports: object) -> Outcome:
        return self.outcome


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.service.stop()


@pytest.fixture
def outside(world):
    return replace(ports(), cluster=world.cluster)


def facts(**known: str | int) -> Facts:
    return Facts(known, run=RUN, operator="dana")


def failed() -> Failed:
    return Failed(Problem(ProblemCode.FAILED, "Not restored.", "It is paused.", "hotfix rollback"))


@dataclass(frozen=True)
class Idle(Restored):
    """One that finds nothing to do, or something."""

    nothing: bool = True

    def is_idle(self, _facts: Facts) -> bool:
        return self.nothing


def test_a_step_that_will_write_nothing_does_not_ask_for_the_lock_it_has(world, outside):
    held = world.adapter().claim_lock(RUN, "dana")
    before = len(world.received.all())
    said = Done("No deployment is known to be under way.")
    known = facts(lock_token=held.token)
    assert UnderTheLock(Idle(said)).run(known, outside) == said
    assert len(world.received.all()) == before
    assert UnderTheLock(Idle(said, nothing=False)).run(known, outside) == said
    assert len(world.received.all()) == before + 1
    # Nor does it claim the less where there is none: what follows acts under that.
    claimed = UnderTheLock(Idle(said)).run(facts(), outside)
    assert isinstance(claimed, Done)
    assert by_key(claimed.facts) == {"lock": RUN, "lock_token": held.token}


def test_a_rollback_that_claimed_the_lock_and_failed_gives_it_back_in_the_end(world, outside):
    assert UnderTheLock(Restored(failed())).run(facts(), outside) == failed()
    assert world.cluster.lock_holder().run == RUN
    assert ReleaseTheLock().run(facts(), outside) == Done("Released the lock.")
    assert world.cluster.lock_holder() is None
    assert ReleaseTheLock().run(facts(), outside) == Done("No lock is held.", is_needless=True)


def test_a_lock_that_a_colleague_took_over_meanwhile_is_not_given_back_for_him(world, outside):
    UnderTheLock(Restored(failed())).run(facts(), outside)
    world.cluster.take_lock_over(world.cluster.lock_holder(), RUN, "noor")
    ReleaseTheLock().run(facts(), outside)
    assert world.cluster.lock_holder().operator == "noor"


def test_credentials_that_expired_are_not_taken_for_a_right_that_is_missing(world):
    expired = replace(ports(), cluster=world.adapter(token="expired"))
    for step in (ClaimTheLock(), UnderTheLock(Restored(Done("Restored.")))):
        with pytest.raises(ProblemError, match="credentials") as caught:
            step.run(facts(), expired)
        assert not isinstance(caught.value, MissingRightError)


def test_without_rights_for_leases_a_rollback_says_that_it_is_alone(world, outside):
    world.service.denied.update(LEASES)
    outcome = UnderTheLock(Restored(Done("Restored web."))).run(facts(), outside)
    assert isinstance(outcome, Done)
    assert outcome.saying.startswith("Restored web. On this machine alone: You have no right")
    assert "hotfix init --rbac" in outcome.saying
    assert ReleaseTheLock().run(facts(), outside) == Done("No lock is held.", is_needless=True)


def test_how_long_a_holder_is_silent_is_told_by_the_servers_clock(world, outside):
    ClaimTheLock().run(facts(), outside)
    held = world.cluster.lock_holder()
    assert (held.is_stale, held.since.year) == (False, 2026)
    world.let_pass(61)
    assert world.adapter().lock_holder().is_stale


DONE = Done("Pushed.")


def under(outcome: Outcome = DONE, *, can_be_taken_back: bool) -> UnderTheLock:
    return UnderTheLock(Restored(outcome), can_be_taken_back=can_be_taken_back)


@pytest.mark.parametrize("can_be_taken_back", [True, False])
def test_after_a_takeover_nothing_is_written_any_more(world, outside, can_be_taken_back):
    mine = world.cluster.claim_lock(RUN, "dana")
    world.cluster.take_lock_over(mine, RUN, "noor")
    outcome = under(can_be_taken_back=can_be_taken_back).run(facts(lock_token=mine.token), outside)
    assert isinstance(outcome, Failed)
    assert (outcome.problem.code, outcome.nothing_happened) == (ProblemCode.LOCKED, True)
    assert outcome.problem.what.startswith("noor took over")


def test_a_cluster_that_does_not_answer_holds_up_no_branch_but_a_deployment(world, outside):
    token = world.adapter().claim_lock(RUN, "dana").token
    world.service.stop()
    known = facts(lock_token=token)
    assert under(can_be_taken_back=True).run(known, outside) == DONE
    with pytest.raises(TemporaryTroubleError):
        under(can_be_taken_back=False).run(known, outside)


def test_without_a_lock_what_can_be_taken_back_claims_none(world, outside):
    assert under(can_be_taken_back=True).run(facts(), outside) == DONE
    assert world.cluster.lock_holder() is None


def test_a_lock_that_a_colleague_holds_is_asked_about_and_then_waited_for(world, outside):
    world.cluster.claim_lock("hf-2", "noor")
    asked = ClaimTheLock().run(facts(), outside)
    assert isinstance(asked, Ask)
    question = asked.question
    assert (question.key, question.by_yes, question.unanswered) == ("locked", "", "locked")
    assert [(each.key, each.then) for each in question.options] == [
        ("wait", Then.GO_ON),
        ("leave", Then.STOP),
        ("takeover:hf-2", Then.STOP),
    ]
    held = world.cluster.lock_holder()
    assert f"hotfix lock release --lock-id {held.id}" in question.shown[-1]
    assert "hotfix resume" in question.flag
    waits = Facts({}, {"locked": Answer("wait")}, run=RUN, operator="dana")
    waiting = ClaimTheLock().run(waits, outside)
    assert isinstance(waiting, Waiting)
    assert waiting.saying.startswith("waiting for noor's hotfix to release the lock (hf-2, since ")
    assert waiting.look_again_in == 2.0
    world.cluster.release_lock("hf-2", held.token)
    got = ClaimTheLock().run(waits, outside)
    assert isinstance(got, Done)
    assert by_key(got.facts) == {"lock": RUN, "lock_token": held.token + 1}


def test_without_a_cluster_or_without_rights_no_lock_is_claimed_and_that_is_said(world, outside):
    alone = ClaimTheLock().run(facts(), ports())
    assert alone == Done(
        "No cluster configured: nothing keeps a second hotfix away.", is_needless=True
    )
    assert ReleaseTheLock().run(facts(), ports()) == Done("No lock was held.", is_needless=True)
    world.service.denied.update(LEASES)
    denied = ClaimTheLock().run(facts(), outside)
    assert isinstance(denied, Done)
    assert denied.facts == ()
    assert denied.saying.startswith("On this machine alone: ")
    with pytest.raises(MissingRightError):
        ReleaseTheLock().run(facts(lock=RUN, lock_token=1), outside)


GONE = ProblemError(Problem(ProblemCode.RIGHTS, "Expired.", "It is old.", "log in"))
DOWN = TemporaryTroubleError("The cluster does not answer.", 1.0)


def out_of_reach(trouble) -> Any:
    return replace(ports(), cluster=cast("Any", Port(release_lock=trouble)))


@pytest.mark.parametrize("known", [{}, {"lock_token": 3}])
@pytest.mark.parametrize("trouble", [GONE, DOWN])
def test_a_lock_that_cannot_be_asked_for_is_not_said_to_be_given_back(trouble, known):
    with pytest.raises(type(trouble)):
        ReleaseTheLock().run(facts(**known), out_of_reach(trouble))


def test_whoever_ends_a_run_is_asked_whether_the_lock_may_remain():
    step = ReleaseTheLock(needs_a_yes=True)
    asked = step.run(facts(lock_token=3), out_of_reach(GONE))
    assert isinstance(asked, Ask)
    question = asked.question
    assert (question.key, question.by_yes) == ("lock-remains", "end")
    assert question.shown[1:-1] == ("What may mend that: log in",)
    assert [(each.key, each.then, each.back_to) for each in question.options] == [
        ("end", Then.GO_ON, ""),
        ("again", Then.GO_BACK, step.name),
    ]
    yes = Facts({"lock_token": 3}, {"lock-remains": Answer("end")}, run=RUN, operator="dana")
    left = step.run(yes, out_of_reach(GONE))
    assert isinstance(left, LeftToDo)
    assert left.problem.next_command.startswith("hotfix lock release --lock-id ")
    with pytest.raises(TemporaryTroubleError):
        step.run(facts(lock_token=3), out_of_reach(DOWN))
