"""One hotfix at a time: the lease and its holder."""

import json
import threading
from datetime import timedelta

import pytest

from hotfix.adapters.kubernetes.api import read_ahead
from hotfix.adapters.kubernetes.api.connection import THE_LEASE
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.ports.lock import LockHolder, NoNamespaceError
from hotfix.simulators.server import Fault, Request


def test_eight_at_once_have_one_winner(world):
    adapters = [world.adapter() for _ in range(8)]
    together, found = threading.Barrier(8), {}

    def claim(number):
        together.wait()
        found[number] = adapters[number].claim_lock(f"run-{number}", f"operator-{number}").run

    _all_at_once(claim, 8)
    assert len(set(found.values())) == 1
    assert world.service.lock_holder() in set(found.values())


def test_eight_that_start_at_once_have_one_holder_in_every_round(world):
    adapters = [world.adapter() for _ in range(8)]
    for number in range(25):
        together = threading.Barrier(8)
        found: dict[int, tuple[LockHolder, str]] = {}

        def claim(each, together=together, found=found, number=number):
            together.wait()
            run = f"round-{number}-{each}"
            found[each] = (adapters[each].claim_lock(run, f"operator-{each}"), run)

        _all_at_once(claim, 8)
        holders = {holder.id for holder, _ in found.values()}
        ours = [run for holder, run in found.values() if holder.is_ours]
        assert len(holders) == 1
        assert ours == [world.service.lock_holder()]
        world.cluster.release_lock(ours[0])
    assert next(iter(holders)).endswith("/24"), "each round had a token of its own"


def test_eight_at_once_have_one_winner_over_a_released_lease(world):
    world.cluster.claim_lock("before", "noor")
    world.cluster.release_lock("before")
    adapters = [world.adapter() for _ in range(8)]
    together, found = threading.Barrier(8), {}

    def claim(number):
        together.wait()
        found[number] = adapters[number].claim_lock(f"run-{number}", f"operator-{number}").run

    _all_at_once(claim, 8)
    assert len(set(found.values())) == 1
    assert [each.status for each in world.received.all() if each.method == "PUT"].count(200) == 2


def test_the_holder_is_told_with_operator_and_time(world):
    mine = world.cluster.claim_lock("hf-1", "dana")
    assert (mine.run, mine.operator) == ("hf-1", "dana")
    assert abs(mine.since - world.clock.now()) < timedelta(minutes=1)
    assert world.cluster.claim_lock("hf-2", "noor") == mine
    assert world.cluster.claim_lock("hf-1", "dana") == mine, "claiming again is the same lock"


def test_a_released_lock_can_be_claimed_and_counts_its_holders(world):
    world.cluster.claim_lock("hf-1", "dana")
    world.cluster.release_lock("hf-2")
    assert world.service.lock_holder() == "hf-1", "only the holder gives it back"
    world.cluster.release_lock("hf-1")
    world.cluster.release_lock("hf-1")
    assert world.service.lock_holder() == ""
    assert world.cluster.claim_lock("hf-2", "noor").operator == "noor"
    lease = next(each for each in reversed(world.received.all()) if each.method == "PUT").body
    assert lease["spec"]["leaseTransitions"] == 1


@pytest.fixture
def early(world, monkeypatch):
    """Return what has the lease read ahead, and then tells which requests came since."""
    monkeypatch.setattr(read_ahead, "_FRESH_SECONDS", 600.0)
    seen: list[Request] = []

    def read():
        world.cluster._connection.read_ahead([THE_LEASE])
        assert world.cluster._connection.read_already(THE_LEASE) is not None
        seen[:] = world.received.all()
        return lambda: [each.method for each in world.received.all()[len(seen) :]]

    return read


@pytest.mark.parametrize(("was_held", "write"), [(False, "POST"), (True, "PUT")])
def test_a_lock_that_was_free_a_moment_ago_is_claimed_without_a_further_look(
    world, early, was_held, write
):
    if was_held:
        world.cluster.claim_lock("hf-0", "dana")
        world.cluster.release_lock("hf-0")
    asked = early()
    assert world.cluster.lock_holder() is None
    assert world.cluster.claim_lock("hf-1", "dana").is_ours
    assert asked() == [write]
    assert world.cluster.lock_holder().run == "hf-1", "what was read before a write is forgotten"


@pytest.mark.parametrize("was_held", [False, True])
def test_a_lock_that_somebody_took_since_it_was_seen_free_is_theirs(world, early, was_held):
    if was_held:
        world.cluster.claim_lock("hf-0", "dana")
        world.cluster.release_lock("hf-0")
    early()
    world.adapter().claim_lock("hf-2", "noor")
    found = world.cluster.claim_lock("hf-1", "dana")
    assert (found.run, found.is_ours) == ("hf-2", False)


def test_a_lock_that_was_held_a_moment_ago_is_looked_at_anew(world, early):
    world.adapter().claim_lock("hf-2", "noor")
    asked = early()
    assert world.cluster.lock_holder().run == "hf-2"
    assert not world.cluster.claim_lock("hf-1", "dana").is_ours
    assert asked() == ["GET", "GET"]


def test_releasing_what_was_never_claimed_does_nothing(world):
    world.cluster.release_lock("hf-1")
    assert world.received.all("kubernetes", writes=True) == []


@pytest.mark.parametrize("denied", ["create leases", "get leases", "update leases"])
def test_no_rights_for_leases_are_a_problem_of_rights(world, denied):
    if denied != "create leases":  # which is only needed where there is none yet
        world.cluster.claim_lock("before", "noor")
        world.cluster.release_lock("before")
    world.service.denied.add(denied)
    with pytest.raises(ProblemError, match="no hotfix lock") as caught:
        world.cluster.claim_lock("hf-1", "dana")
    assert caught.value.problem.code is ProblemCode.RIGHTS


def test_a_lock_in_a_missing_namespace_is_a_problem(world):
    with pytest.raises(ProblemError, match="elsewhere"):
        world.adapter(namespace="elsewhere").claim_lock("hf-1", "dana")


def _all_at_once(action, number):
    threads = [threading.Thread(target=action, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_stale_lock_is_taken_over_by_one_of_eight_in_every_round(world):
    adapters = [world.adapter() for _ in range(8)]
    world.cluster.claim_lock("round-0", "noor")
    for number in range(1, 13):
        stale = world.cluster.lock_holder()
        together = threading.Barrier(8)
        won: list[LockHolder] = []

        def take(each, stale=stale, together=together, won=won):
            together.wait()
            try:
                won.append(adapters[each].take_lock_over(stale, f"run-{each}", f"operator-{each}"))
            except ProblemError as error:
                assert error.problem.code is ProblemCode.LOCKED  # noqa: PT017 - of seven threads

        _all_at_once(take, 8)
        (winner,) = won
        assert winner.token == number
        assert world.cluster.lock_holder() == winner


def test_a_takeover_of_the_same_run_leaves_the_old_machine_without_the_lock(world):
    before = world.cluster.claim_lock("hf-1", "dana")
    after = world.cluster.take_lock_over(before, "hf-1", "noor")
    assert (after.operator, after.token) == ("noor", before.token + 1)
    assert not world.cluster.claim_lock("hf-1", "dana", before.token).is_ours
    assert not world.cluster.claim_lock("hf-1", "dana").is_ours
    assert world.cluster.claim_lock("hf-1", "noor", after.token).is_ours
    assert world.cluster.renew_lock("hf-1", before.token, "fix", "") == after
    world.cluster.release_lock("hf-1", before.token)
    assert world.cluster.lock_holder() == after, "an older machine frees nothing"


def test_a_renewal_is_seen_by_colleagues_and_does_not_disturb_a_takeover(world):
    mine = world.cluster.claim_lock("hf-1", "dana")
    world.cluster.renew_lock("hf-1", mine.token, "review", "await_approval")
    seen = world.cluster.lock_holder()
    assert (seen.phase, seen.step) == ("review", "await_approval")
    assert seen.renewed >= seen.since
    assert not seen.is_stale
    assert world.cluster.take_lock_over(mine, "hf-1", "noor").operator == "noor"


def test_a_lock_is_broken_by_its_id_alone(world):
    mine = world.cluster.claim_lock("hf-1", "dana")
    world.cluster.release_lock("hf-1")
    again = world.cluster.claim_lock("hf-1", "dana", mine.token)
    with pytest.raises(ProblemError, match="was not released"):
        world.cluster.break_lock(mine.id)
    assert world.cluster.break_lock(again.id)
    assert not world.cluster.break_lock(again.id)
    assert world.cluster.lock_holder() is None


def test_the_token_grows_even_where_the_lease_was_deleted(world):
    mine = world.cluster.claim_lock("hf-1", "dana")
    world.service.delete("leases", "hotfix-lock")
    assert world.cluster.claim_lock("hf-1", "dana", mine.token).token == mine.token + 1


def test_a_namespace_that_is_being_deleted_takes_no_lock(world):
    said = "unable to create new content in namespace webrana because it is being terminated"
    details = {"kind": "leases", "causes": [{"reason": "NamespaceTerminating", "message": "..."}]}
    refused = json.dumps({"message": said, "reason": "Forbidden", "details": details})
    headers = {"content-type": "application/json"}
    world.service.faults.append(Fault("POST", 403, body=refused, headers=headers))
    with pytest.raises(NoNamespaceError) as caught:
        world.cluster.claim_lock("hf-1", "dana")
    assert caught.value.problem.why == said
