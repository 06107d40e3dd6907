"""A rollback that is asked for again, by every way back: what it did is not done a second time."""

import shutil
from typing import Any

import pytest
from tests.model.checker import check
from tests.model.commands import WILLING, Death, Settings, a_desk, a_world
from tests.model.world import template_of

from hotfix.adapters.journal.lines import read_events
from hotfix.cli import exit_codes
from hotfix.domain.deployment_log import entries
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import Via

# What is written outside; the lock and the channel may be told again where they stand.
_NEWS = {"post", "edit_message", "claim_lock", "release_lock", "fence"}
WAYS: dict[str, Any] = {
    "kubernetes": {},
    "one of them": {"only": ["web"]},
    "run again": {"via": Via.ACTIONS},
    "dispatched": {"via": Via.ACTIONS},
    "to revision": {"to_revision": 1},
    "to healthy": {"to_healthy": True},
}
CELLS = [
    (way, again)
    for way in WAYS
    # The plain one is asked for without knowing how it went back.
    for again in ("the same", "plain")
    # That would go on with the rest; and what is gone back to has another number by then.
    if (way, again) not in {("one of them", "plain"), ("to revision", "the same")}
]


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A hotfix that was shipped, by how a deployment is done again: run again, or dispatched."""
    found = {}
    for dispatch_input in ("", "commit"):
        settings = Settings(dispatch_input=dispatch_input)
        world = a_world(settings)
        if dispatch_input:
            world.hosted["acme/shop"].runs.clear()
        folder = tmp_path_factory.mktemp("first") / "disks"
        desk = a_desk(world, folder, settings=settings)
        assert desk.start(WILLING).exit_code == exit_codes.DONE
        found[dispatch_input] = desk, folder
    return found


@pytest.fixture
def shipped(request, first, tmp_path):
    """The same, to be gone back from."""
    way = getattr(request.node, "callspec", None) and request.node.callspec.params["way"]
    desk, folder = first["commit" if way == "dispatched" else ""]
    shutil.copytree(folder, tmp_path / "disks")
    return a_desk(desk.world.copy(), tmp_path / "disks", settings=desk.settings)


def ordered(desk, way, again="the same"):
    words = WAYS[way] if again == "the same" else {}
    return desk.roll_back(flags=WILLING, **words)


def logged(desk):
    return [
        entry
        for run in desk.runs()
        for entry in entries(read_events(desk.machine.state, run))
        if entry.outcome == "rolled-back"
    ]


def written(desk):
    return [each for each in desk.world.writes if each.run and each.kind not in _NEWS]


def deployed_over(desk):
    """Somebody rolls out something bad."""
    world = desk.world
    bad = world.history.commit([], {"checkout.py": "broken"}, "Break the checkout", "kim")
    for name in world.deployments:
        world.roll_out(name, template_of(name, bad), "a person: kim")
    world.advance(60)
    return bad


def which_run(desk, way):
    return {desk.world.running(name) for name in WAYS[way].get("only", ("web", "worker"))}


@pytest.mark.parametrize(("way", "again"), CELLS)
def test_what_has_gone_back_is_not_gone_back_with_again(shipped, way, again):
    results = [ordered(shipped, way)]
    log, before = logged(shipped), written(shipped)
    assert len(log) == 1
    results.append(ordered(shipped, way, again))
    assert results[-1].progress.state is RunState.ROLLED_BACK
    assert logged(shipped) == log
    assert written(shipped) == before
    found = check(shipped.world, [shipped.machine], results)
    assert not found, str(found)


@pytest.mark.parametrize(
    ("way", "again"),
    [("kubernetes", "plain"), ("run again", "plain"), ("run again", "the same")],
)
def test_what_was_deployed_over_it_is_gone_back_from_and_logged_once_more(shipped, way, again):
    ordered(shipped, way)
    brought = which_run(shipped, way)
    deployed_over(shipped)
    ordered(shipped, way, again)
    assert which_run(shipped, way) == brought
    assert len(logged(shipped)) == 2


def test_what_is_left_of_a_set_that_was_gone_back_with_in_part_is_gone_back_with_too(shipped):
    ordered(shipped, "one of them")
    assert shipped.world.running("worker") != shipped.world.running("web")
    ordered(shipped, "kubernetes")
    assert shipped.world.running("worker") == shipped.world.running("web")
    assert len(logged(shipped)) == 2


@pytest.mark.parametrize("order", ["resume", "plain"])
@pytest.mark.parametrize("way", ["to revision", "to healthy"])
def test_what_was_restored_by_a_process_that_died_is_logged_once(shipped, way, order):
    bad = deployed_over(shipped)
    # The lock, and then both of them.
    shipped.death = Death(write=3)
    assert ordered(shipped, way).is_killed
    assert bad not in which_run(shipped, way)
    go_on = shipped.resume if order == "resume" else shipped.roll_back
    assert go_on(flags=WILLING).progress.state is RunState.ROLLED_BACK
    assert len(logged(shipped)) == 1
