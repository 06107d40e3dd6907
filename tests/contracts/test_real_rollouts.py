"""What is said of rollouts that go wrong, from what a real API server and its controllers tell."""

from dataclasses import replace

import pytest
from tests.contracts.worlds import BACKEND, BAD, FRONTEND, GOOD, MERGE
from tests.real_cluster.pod_reports import Conduct

from hotfix.domain.rollout.judgement import Stand, judge_rollout, stable_seconds

HOUR = 3600.0


@pytest.fixture
def world(real_world):
    return real_world


@pytest.fixture
def cluster(world):
    watching = world.adapter(watches=True)
    watching.look([BACKEND])
    yield watching
    watching.stop_watching()


class Seen:
    """All views of the new revision's rollout, and what was said of each."""

    def __init__(self, world, cluster, name=BACKEND):
        self.world, self.cluster, self.name = world, cluster, name
        self.views = []

    def until(self, holds, what):
        def is_so():
            (view,) = self.cluster.look([self.name])
            if view.revision < 2:
                return False
            self.views.append(view)
            return holds(view)

        self.world.until(is_so, what)
        return self.views[-1]

    @property
    def stands(self):
        return [judge_rollout(view).stand for view in self.views]


@pytest.fixture
def seen(world, cluster):
    return Seen(world, cluster)


def test_pods_that_run_out_of_memory_are_suspect_and_then_doomed(world, seen):
    world.deploy(BAD, conduct=Conduct.OUT_OF_MEMORY)
    seen.until(lambda view: judge_rollout(view).stand is Stand.SUSPECT, "suspect")
    assert judge_rollout(seen.views[-1]).reasons == ("web was restarted after OOMKilled",)
    view = seen.until(lambda view: judge_rollout(view).stand is Stand.DOOMED, "doomed")
    told = judge_rollout(view)
    assert told.reasons == ("web: CrashLoopBackOff (OOMKilled)",)
    assert told.pods == tuple(pod.name for pod in view.pods)
    assert Stand.COMPLETE not in seen.stands
    assert (view.available, view.commits) == (2, (GOOD, GOOD)), "the old ones go on"


def test_pods_that_no_node_takes_are_waited_for_until_the_cluster_gives_up(world, seen):
    world.change(BACKEND, {"spec": {"progressDeadlineSeconds": 3}})
    world.deploy(BAD, conduct=Conduct.UNSCHEDULABLE)
    view = seen.until(lambda view: any(pod.unscheduled for pod in view.pods), "not scheduled")
    told = judge_rollout(view)
    assert told.stand is not Stand.DOOMED
    assert told.reasons == ("not scheduled: 0/1 nodes are available",)
    for age in (0.0, HOUR):
        # A node may be on its way for as long as the cluster's own deadline allows.
        old = replace(view, pods=tuple(replace(pod, age_seconds=age) for pod in view.pods))
        assert judge_rollout(old).stand is not Stand.DOOMED
    last = seen.until(lambda view: view.deadline_exceeded, "the progress deadline is exceeded")
    assert judge_rollout(last).is_given_up
    assert {Stand.DOOMED, Stand.COMPLETE} & set(seen.stands[:-1]) == set()


def test_readiness_that_comes_and_goes_is_neither_doomed_nor_stable(world, seen):
    world.deploy(BAD, conduct=Conduct.FLAPPING)
    turns: list[frozenset[str]] = []

    def has_turned_often(view):
        ready = frozenset(pod.name for pod in view.pods if pod.is_ready)
        if not turns or turns[-1] != ready:
            turns.append(ready)
        return len(turns) > 8

    seen.until(has_turned_often, "readiness came and went")
    assert Stand.DOOMED not in seen.stands
    # The API server's clock counts whole seconds, and each readiness lasts less than a half.
    assert max(map(stable_seconds, seen.views)) < 5.0


def test_a_slow_rollout_is_progressing_all_the_way(world, cluster):
    seen = Seen(world, cluster, FRONTEND)
    world.deploy(BAD, FRONTEND, Conduct.SLOW)
    seen.until(lambda view: judge_rollout(view).stand is Stand.COMPLETE, "complete")
    assert set(seen.stands[:-1]) == {Stand.PROGRESSING}
    assert {judge_rollout(view).reasons for view in seen.views} == {()}
    assert min(view.available for view in seen.views) == 1


def _limit_pods(world, most):
    path = f"/api/v1/namespaces/{world.namespace}/resourcequotas"
    quota = {"metadata": {"name": "pods"}, "spec": {"hard": {"pods": str(most)}}}
    status, body = world.ask("POST", path, quota)
    assert status == 201, body

    def is_counted():
        found = world.ask("GET", f"{path}/pods")[1].get("status") or {}
        return (found.get("used") or {}).get("pods") == "3"

    world.until(is_counted, "the pods that are there are counted")
    return f"{path}/pods"


def test_a_used_up_quota_is_suspect_until_there_is_room_again(world, cluster, seen):
    quota = _limit_pods(world, 3)
    world.deploy(BAD)
    view = seen.until(lambda view: bool(view.refusals), "the refusal is seen")
    (refusal,) = view.refusals
    assert (
        "exceeded quota: pods, requested: pods=1, used: pods=3, limited: pods=3" in refusal.message
    )
    told = judge_rollout(view)
    assert (told.stand, told.reasons, told.pods) == (Stand.SUSPECT, (refusal.message,), ())
    assert (view.available, view.pods) == (2, ())
    # Each try has another pod's name in it, so that the same refusal is told three times at most.
    lines = cluster.explain(BACKEND, told.pods)
    assert 1 <= len(lines) <= 3
    for line in lines:
        assert line.startswith(
            f"{BACKEND}-{view.template_hash}: FailedCreate: Error creating: pods"
        )
        assert "exceeded quota: pods" in line
    status, body = world.ask("PATCH", quota, {"spec": {"hard": {"pods": "9"}}}, MERGE)
    assert status == 200, body
    view = seen.until(lambda view: judge_rollout(view).stand is Stand.COMPLETE, "complete")
    assert view.refusals == ()


def test_a_healthy_deployment_has_nothing_to_explain_though_there_are_events(world, cluster):
    path = f"/api/v1/namespaces/{world.namespace}/events"
    found = world.ask("GET", path)[1]["items"]
    scaled = [
        each["message"]
        for each in found
        if (each["reason"], each["involvedObject"]["name"]) == ("ScalingReplicaSet", FRONTEND)
    ]
    assert scaled
    assert scaled[0].startswith("Scaled up replica set")
    assert cluster.explain(FRONTEND, ()) == ()


@pytest.mark.parametrize(
    ("conduct", "words"),
    [
        (Conduct.CRASH_LOOP, "BackOff: Back-off restarting failed container web in pod {pod}_"),
        (Conduct.IMAGE_MISSING, 'BackOff: Back-off pulling image "registry.example/image-missing/'),
    ],
)
def test_a_doomed_pod_is_explained_by_its_events(world, seen, conduct, words):
    world.deploy(BAD, conduct=conduct)
    view = seen.until(lambda view: judge_rollout(view).stand is Stand.DOOMED, "doomed")
    (pod, *_) = judge_rollout(view).pods
    wanted = f"{pod}: {words.format(pod=pod)}"
    # Events are told a moment after the status that they are about.
    world.until(
        lambda: any(line.startswith(wanted) for line in world.adapter().explain(BACKEND, [pod])),
        wanted,
    )


def test_a_pod_that_no_node_takes_is_explained_by_the_scheduler(world, seen):
    world.deploy(BAD, conduct=Conduct.UNSCHEDULABLE)
    view = seen.until(lambda view: any(pod.unscheduled for pod in view.pods), "not scheduled")
    name = view.pods[0].name
    world.until(
        lambda: (
            world.adapter().explain(BACKEND, [name])
            == (f"{name}: FailedScheduling: 0/1 nodes are available",)
        ),
        "explained",
    )


def test_without_the_right_to_list_events_nothing_is_explained_and_nothing_fails(world, seen):
    world.take_away("list events")
    world.deploy(BAD, conduct=Conduct.UNSCHEDULABLE)
    view = seen.until(lambda view: any(pod.unscheduled for pod in view.pods), "not scheduled")
    assert world.adapter().explain(BACKEND, [view.pods[0].name]) == ()
