"""The ``Cluster`` port's lock: a lease that one run holds at a time."""

import contextlib
import threading
from datetime import timedelta

import pytest

from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.ports.lock import LockHolder, NoNamespaceError

CLAIMANTS = 8


@pytest.fixture
def cluster(world):
    return world.adapter()


def _claimed_at_once(world):
    """Return who was told to hold the lock, each claimant asking with a client of its own."""
    adapters = [world.adapter() for _ in range(CLAIMANTS)]
    together, told = threading.Barrier(CLAIMANTS), []

    def claim(number):
        together.wait()
        told.append(adapters[number].claim_lock(f"run-{number}", f"operator-{number}").run)

    threads = [threading.Thread(target=claim, args=(each,)) for each in range(CLAIMANTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _lease(world):
    path = f"/apis/coordination.k8s.io/v1/namespaces/{world.namespace}/leases/hotfix-lock"
    return world.ask("GET", path)[1]


def test_eight_at_once_have_one_winner(world):
    told = _claimed_at_once(world)
    assert len(told) == CLAIMANTS
    assert set(told) == {_lease(world)["spec"]["holderIdentity"]}


def test_eight_at_once_have_one_winner_over_a_released_lease(world, cluster):
    for _ in range(3):
        cluster.claim_lock("before", "noor")
        cluster.release_lock("before")
        told = _claimed_at_once(world)
        assert len(told) == CLAIMANTS
        assert set(told) == {_lease(world)["spec"]["holderIdentity"]}
        cluster.release_lock(told[0])


def test_the_holder_is_told_with_operator_and_time(cluster):
    mine = cluster.claim_lock("hf-1", "dana")
    assert (mine.run, mine.operator) == ("hf-1", "dana")
    assert mine.since
    assert abs(mine.since - cluster._connection.server_now()) < timedelta(minutes=1)
    assert cluster.claim_lock("hf-2", "noor") == mine
    assert cluster.claim_lock("hf-1", "dana") == mine, "claiming again is the same lock"


def test_a_released_lock_can_be_claimed_and_counts_its_holders(world, cluster):
    cluster.claim_lock("hf-1", "dana")
    cluster.release_lock("hf-2")
    assert _lease(world)["spec"]["holderIdentity"] == "hf-1", "only the holder gives it back"
    cluster.release_lock("hf-1")
    cluster.release_lock("hf-1")
    assert not _lease(world)["spec"].get("holderIdentity")
    assert cluster.claim_lock("hf-2", "noor").operator == "noor"
    assert _lease(world)["spec"]["leaseTransitions"] == 1


def test_releasing_what_was_never_claimed_makes_nothing(world, cluster):
    cluster.release_lock("hf-1")
    assert _lease(world)["code"] == 404


@pytest.mark.parametrize("right", ["create leases", "get leases", "update leases"])
def test_no_rights_for_leases_are_a_problem_of_rights(world, cluster, right):
    if right != "create leases":  # which is only needed where there is none yet
        cluster.claim_lock("before", "noor")
        cluster.release_lock("before")
    world.take_away(right)
    with pytest.raises(ProblemError, match="no hotfix lock") as caught:
        cluster.claim_lock("hf-1", "dana")
    assert caught.value.problem.code is ProblemCode.RIGHTS


def test_a_lock_in_a_missing_namespace_is_a_problem(world):
    elsewhere = world.adapter(namespace="elsewhere", is_admin=True)
    with pytest.raises(ProblemError, match="elsewhere"):
        elsewhere.claim_lock("hf-1", "dana")


def test_a_lock_is_taken_over_from_the_expected_holder_by_one_of_eight(world, cluster):
    adapters = [world.adapter() for _ in range(CLAIMANTS)]
    cluster.claim_lock("before", "noor")
    for _ in range(3):
        stale = cluster.lock_holder()
        together = threading.Barrier(CLAIMANTS)
        won: list[LockHolder] = []

        def take(number, stale=stale, together=together, won=won):
            together.wait()
            with contextlib.suppress(ProblemError):
                won.append(adapters[number].take_lock_over(stale, f"run-{number}", "dana"))

        threads = [threading.Thread(target=take, args=(each,)) for each in range(CLAIMANTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (winner,) = won
        assert cluster.lock_holder() == winner
        assert winner.token == stale.token + 1


def test_an_older_token_renews_and_frees_nothing(cluster):
    before = cluster.claim_lock("hf-1", "dana")
    after = cluster.take_lock_over(before, "hf-1", "noor")
    assert cluster.renew_lock("hf-1", before.token, "fix", "") == after
    cluster.release_lock("hf-1", before.token)
    assert cluster.lock_holder() == after
    assert cluster.renew_lock("hf-1", after.token, "fix", "await_the_fix") == after
    assert cluster.lock_holder().phase == "fix"


def test_a_namespace_that_is_not_there_holds_no_lock_and_takes_none(world):
    gone = world.adapter(namespace="hotfix-gone", is_admin=True)
    with pytest.raises(NoNamespaceError, match="There is no namespace hotfix-gone") as caught:
        gone.claim_lock("hf-1", "noor", 3)
    assert caught.value.problem.code is ProblemCode.CONFIGURATION
    assert gone.lock_holder() is None
    assert gone.release_lock("hf-1", 3, "noor") is False


def test_who_gives_the_lock_back_is_told_whether_it_was_his(cluster):
    mine = cluster.claim_lock("hf-1", "noor")
    assert cluster.release_lock("hf-2") is False
    assert cluster.release_lock("hf-1", mine.token + 1) is False
    assert cluster.release_lock("hf-1", mine.token) is True
    assert cluster.release_lock("hf-1", mine.token) is False
