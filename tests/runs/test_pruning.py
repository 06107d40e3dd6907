"""Which records leave the cluster at the end of a run, and which never do."""

import pytest
from tests.adapters.kubernetes.world import World
from tests.journals.reading import NAMES, recorded
from tests.runs import many_kept
from tests.runs.team_world import emptied, lines_of, share

from hotfix.composition.journals import Runs
from hotfix.domain.bring_back import bring_back
from hotfix.domain.deployment_log import entries
from hotfix.domain.fact_names import MERGE_SHA, ROLLED_BACK
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


def _otherwise(name):
    """The same run, whole, as somebody else walked it."""
    lines = [{**each, "operator": "dora"} for each in many_kept.lines_of(name)]
    return many_kept.chained(recorded(name).progress.run, lines)


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
    if bring_back(progress) is not None and ROLLED_BACK not in progress.facts:
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


@pytest.mark.parametrize(
    ("here", "may_go"),
    [
        (lines_of("bring-back-merged"), True),
        (lines_of("bring-back-merged", -1), False),
        # It went on otherwise: what is known here is not what is owed there.
        (_otherwise("bring-back-merged"), False),
        (lines_of("bring-back-merged").replace(b"dana", b"dora", 1), False),
        (None, False),
    ],
)
def test_what_this_machine_has_found_out_since_counts_where_it_says_the_same(
    world, tmp_path, here, may_go
):
    run = share(world, "bring-back-merged", -1)
    if here is not None:
        folder = tmp_path / "runs" / run
        folder.mkdir(parents=True)
        (folder / "journal.jsonl").write_bytes(here)
    adapter = world.adapter()
    world.clock.wait(91 * DAY)
    cluster = (adapter, adapter.shared_records)
    removed, _ = prune(Runs(tmp_path), cluster, Keep(seconds=DAY), "")
    assert list(removed) == ([run] if may_go else [])


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
