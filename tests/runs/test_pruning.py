"""Which records leave the cluster at the end of a run, and which never do."""

import pytest
from tests.adapters.kubernetes.world import World
from tests.journals.reading import NAMES, recorded
from tests.runs.team_world import emptied, share

from hotfix.composition.journals import Runs
from hotfix.domain.deployment_log import entries
from hotfix.domain.fact_names import BRING_BACK_URL, MERGE_SHA, ROLLED_BACK
from hotfix.domain.keep_rule import Keep, keep_of
from hotfix.domain.keeping import owed_by, why_kept
from hotfix.runs.pruning import prune, prune_soon

DAY = 86_400.0
# What nothing hangs on: over, logged, and nothing owed.
MAY_GO = [name for name in NAMES if not why_kept(recorded(name).events)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("cluster"))
    yield made
    made.service.stop()


@pytest.fixture
def world(cluster):
    yield cluster
    emptied(cluster)


def pruned(world, keep, but=""):
    adapter = world.adapter()
    return prune(Runs(world.folder), (adapter, adapter.shared_records), keep, but)


def left(world):
    return {each.run for each in world.adapter().shared_records.journals()}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90 days", Keep(seconds=90 * DAY)),
        ("1d", Keep(seconds=DAY)),
        ("12 Weeks", Keep(seconds=84 * DAY)),
        (" 200 runs ", Keep(runs=200)),
        ("1 run", Keep(runs=1)),
        ("all", Keep()),
    ],
)
def test_a_rule_is_read_as_people_write_it(text, meant):
    assert keep_of(text) == meant


@pytest.mark.parametrize(
    "text",
    ["", "0 days", "-1 days", "90", "90m", "soon", "1.5 days", "9999999 days", "90 days ago"],
)
def test_what_is_no_rule_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="'200 runs'"):
        keep_of(text)


@pytest.mark.parametrize("name", NAMES)
def test_no_record_may_go_that_something_hangs_on(name):
    progress, events = recorded(name).progress, recorded(name).events
    why = why_kept(events)
    if not progress.state.is_over:
        assert why.startswith("it is open")
    if BRING_BACK_URL in progress.facts and ROLLED_BACK not in progress.facts:
        assert why.startswith("it is owed")
    if MERGE_SHA in progress.facts and not entries(events):
        assert why
    if not why:
        assert progress.state.is_over
        assert owed_by(progress) == ()


def test_some_may_go_and_some_may_not():
    assert 3 <= len(MAY_GO) <= len(NAMES) - 10


def test_what_is_too_old_by_the_servers_clock_goes_and_is_said(world):
    old = [share(world, name) for name in MAY_GO[:2]]
    kept = [share(world, "waiting-for-review"), share(world, "done")]
    world.clock.wait(91 * DAY)
    young = share(world, MAY_GO[2])
    assert set(pruned(world, Keep(seconds=90 * DAY))[0]) == set(old)
    assert left(world) == {*kept, young}


def test_a_count_keeps_the_newest_and_the_run_that_has_just_ended(world):
    runs = []
    for name in MAY_GO[:3]:
        runs.append(share(world, name))
        world.clock.wait(1)
    assert pruned(world, Keep(runs=1), but=runs[0]) == ([runs[1]], "")
    assert left(world) == {runs[0], runs[2]}
    assert pruned(world, Keep()) == ([], "")


def test_what_holds_the_lock_or_is_not_what_was_written_stays(world):
    holds, edited = share(world, MAY_GO[0]), share(world, MAY_GO[1])
    world.adapter().claim_lock(holds, "dana")
    world.service.change(
        "configmaps",
        f"hotfix-run-{edited}",
        lambda each: each["data"].update({"journal.jsonl": "{}\n"}),
    )
    world.clock.wait(91 * DAY)
    assert pruned(world, Keep(seconds=DAY)) == ([], "")
    assert left(world) == {holds, edited}
    world.service.delete("leases", "hotfix-lock")


def test_what_cannot_be_removed_is_said_and_fails_nothing(world):
    run = share(world, MAY_GO[0])
    world.clock.wait(91 * DAY)
    world.service.denied.add("delete configmaps")
    adapter = world.adapter()
    told = prune_soon(Runs(world.folder), (adapter, adapter.shared_records), "90 days", "", 60)
    assert told.startswith("Old records stay in the cluster: ")
    assert "delete configmaps" in told
    world.service.denied.clear()
    told = prune_soon(Runs(world.folder), (adapter, adapter.shared_records), "90 days", "", 60)
    assert told == (
        f'Removed from the cluster, as [team] keep = "90 days" says: the records of {run}. '
        "The journals on the machines stay."
    )
