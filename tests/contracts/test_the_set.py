"""The ``Cluster`` port's way back for a set: surveyed, restored side by side, safe to repeat."""

import threading

import pytest
from tests.adapters.kubernetes.world import REASON
from tests.contracts.worlds import BACKEND, BAD, BOTH, FRONTEND, OTHER

from hotfix.domain.restoration import RestoreState

PATCHED, RAN, CHANGED = RestoreState.PATCHED, RestoreState.RAN_ALREADY, RestoreState.CHANGED


@pytest.fixture
def cluster(world):
    return world.adapter()


@pytest.fixture
def targets(world, cluster):
    """What was healthy; the bad commit runs everywhere since."""
    recorded = cluster.record(BOTH)
    for name in BOTH:
        world.deploy(BAD, name)
    world.until_complete()
    return recorded


def _templates(world):
    return [world.deployment(name)["spec"]["template"] for name in BOTH]


def _states(results):
    return [result.state for result in results]


def test_a_set_goes_back_to_what_was_recorded_and_says_who_and_why(world, cluster, targets):
    found = cluster.survey(targets)
    assert found.caveats == ()
    assert _states(cluster.restore_all(targets, found.present, REASON)) == [PATCHED, PATCHED]
    world.until_complete()
    assert _templates(world) == [target.template for target in targets]
    assert [view.revision for view in cluster.look(BOTH)] == [3, 3]
    left = world.deployment(FRONTEND)["metadata"]["annotations"]
    assert left["kubernetes.io/change-cause"] == str(REASON)
    assert left["hotfix-cli/rolled-back-run"] == "hf-1"


def test_doing_it_again_does_nothing(world, cluster, targets):
    seen = cluster.survey(targets).present
    cluster.restore_all(targets, seen, REASON)
    assert _states(cluster.restore_all(targets, seen, REASON)) == [RAN, RAN]
    world.until_complete()
    assert _states(cluster.restore_all(targets, seen, REASON)) == [RAN, RAN]
    assert [view.revision for view in cluster.look(BOTH)] == [3, 3]


def test_many_at_once_end_on_the_good_state_with_one_patch_each(world, cluster, targets):
    seen = cluster.survey(targets).present
    adapters = [world.adapter() for _ in range(4)]
    together, states = threading.Barrier(4), []

    def restore(adapter):
        together.wait()
        states.extend(_states(adapter.restore_all(targets, seen, REASON)))

    threads = [threading.Thread(target=restore, args=(each,)) for each in adapters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states.count(PATCHED) == 2
    assert states.count(RAN) == 6
    world.until_complete()
    assert _templates(world) == [target.template for target in targets]
    assert [view.revision for view in cluster.look(BOTH)] == [3, 3]


def test_what_somebody_else_changed_after_the_look_is_left_alone(world, cluster, targets):
    seen = cluster.survey(targets).present
    world.deploy(OTHER, BACKEND)
    theirs = world.deployment(BACKEND)["spec"]["template"]
    assert _states(cluster.restore_all(targets, seen, REASON)) == [CHANGED, PATCHED]
    assert world.deployment(BACKEND)["spec"]["template"] == theirs


def _scale_by_load(world, name):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    path = f"/apis/autoscaling/v2/namespaces/{world.namespace}/horizontalpodautoscalers"
    autoscaler = {"metadata": {"name": "web"}, "spec": {"scaleTargetRef": target, "maxReplicas": 9}}
    status, body = world.ask("POST", path, autoscaler)
    assert status == 201, body


def test_an_operator_with_the_least_role_is_told_of_an_autoscaler(world, cluster, targets):
    _scale_by_load(world, BACKEND)
    world.change(BACKEND, {"spec": {"replicas": 3}})
    found = cluster.survey(targets)
    (caveat,) = found.caveats
    assert "replicas (3 now) are set by the HorizontalPodAutoscaler web" in caveat.saying
    assert _states(cluster.restore_all(targets, found.present, REASON)) == [PATCHED, PATCHED]
    assert world.deployment(BACKEND)["spec"]["replicas"] == 3


def test_an_operator_who_may_not_list_autoscalers_is_told_what_is_not_known(
    world, cluster, targets
):
    _scale_by_load(world, BACKEND)
    world.take_away("list horizontalpodautoscalers")
    found = cluster.survey(targets)
    (caveat,) = found.caveats
    assert "whether an autoscaler sets the replicas is not known" in caveat.saying
    assert _states(cluster.restore_all(targets, found.present, REASON)) == [PATCHED, PATCHED]


def test_the_revisions_that_are_kept_are_told_newest_first(cluster, targets):
    found = cluster.revisions([targets[0].name])
    assert [(each.number, each.is_present) for each in found] == [(2, True), (1, False)]
    assert found[1].template_hash == targets[0].template_hash


def test_an_earlier_revision_of_the_whole_set_is_read_at_once(world, cluster, targets):
    before = cluster.at_revision(BOTH, 1)
    assert [each.name for each in before] == list(BOTH)
    assert [each.template for each in before] == [target.template for target in targets]
    seen = cluster.survey(before).present
    assert _states(cluster.restore_all(before, seen, REASON)) == [PATCHED, PATCHED]
    world.until_complete()
    assert _templates(world) == [target.template for target in targets]


def test_what_came_between_the_record_and_what_runs_is_told(world, cluster, targets):
    assert cluster.survey(targets).between == ()
    world.deploy(OTHER, FRONTEND)
    world.until_complete()
    (between,) = cluster.survey(targets).between
    assert (between.deployment, between.number) == (FRONTEND, 2)
    assert between.images[0].endswith(BAD)
    assert BAD in between.marks
    seen = cluster.survey(targets).present
    cluster.restore_all(targets, seen, REASON)
    world.until_complete()
    world.deploy(OTHER, FRONTEND)
    world.until_complete()
    assert [each.number for each in cluster.survey(targets).between] == [2], "not our own way back"
