"""Right after a claim of its own a run knows who holds the lock; nothing else spares it that."""

import time

import pytest


@pytest.fixture(autouse=True)
def clocks(monkeypatch):
    """The two clocks, as a list that a test moves."""
    at = [1000.0, 1_700_000_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: at[0])
    monkeypatch.setattr(time, "time", lambda: at[1])
    return at


def _asked(world, cluster):
    """Return who holds the lock, and how often the cluster was asked for it."""
    before = len(world.received.all())
    holder = cluster.lock_holder(fresh_claim_will_do=True)
    return holder, len(world.received.all()) - before


def test_a_claim_that_was_just_won_is_the_look_at_the_lock(world):
    cluster = world.adapter()
    mine = cluster.claim_lock("hf-1", "dana")
    assert _asked(world, cluster) == (mine, 0)


def test_whoever_wants_to_know_it_in_earnest_asks_the_cluster(world):
    cluster = world.adapter()
    theirs = world.adapter().take_lock_over(cluster.claim_lock("hf-1", "dana"), "hf-2", "noor")
    assert cluster.lock_holder().id == theirs.id


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param((0.5, 0.5), id="half a second went by"),
        pytest.param((0.1, 28_800.0), id="the machine slept, and one clock with it"),
        pytest.param((28_800.0, 0.1), id="the machine slept, and the other clock counted"),
        pytest.param((0.1, -3600.0), id="the clock was set back"),
    ],
)
def test_after_that_the_cluster_is_asked(world, clocks, moved):
    cluster = world.adapter()
    mine = cluster.claim_lock("hf-1", "dana")
    theirs = world.adapter().take_lock_over(mine, "hf-2", "noor")
    for number, seconds in enumerate(moved):
        clocks[number] += seconds
    holder, asked = _asked(world, cluster)
    assert (holder.id, asked) == (theirs.id, 1)


def test_a_claim_that_a_colleague_was_faster_with_spares_nothing(world):
    world.adapter().claim_lock("hf-2", "noor")
    cluster = world.adapter()
    assert not cluster.claim_lock("hf-1", "dana").is_ours
    assert _asked(world, cluster)[1] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda cluster, mine: cluster.renew_lock(mine.run, mine.token, "rollback", "watch"),
        lambda cluster, mine: cluster.release_lock(mine.run, mine.token),
        lambda cluster, mine: cluster.take_lock_over(mine, "hf-9", "noor"),
        lambda cluster, mine: cluster.break_lock(mine.id),
    ],
    ids=["renewed", "given back", "taken over", "broken"],
)
def test_whatever_else_is_done_with_the_lock_ends_it(world, change):
    cluster = world.adapter()
    change(cluster, cluster.claim_lock("hf-1", "dana"))
    holder, asked = _asked(world, cluster)
    assert asked == 1
    assert (holder.run if holder else "") == world.service.lock_holder()
