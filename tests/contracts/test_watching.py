"""A rollout watched in the background, as a run does it, with the least role."""

import pytest
from tests.contracts.worlds import BACKEND, BAD
from tests.real_cluster.pod_reports import Conduct

from hotfix.domain.rollout.judgement import Stand, judge_rollout
from hotfix.domain.rollout.proof import runs_commit


@pytest.fixture
def cluster(world):
    watching = world.adapter(watches=True)
    yield watching
    watching.stop_watching()


def _verdicts_until(world, cluster, wanted):
    verdicts = []

    def is_reached():
        (view,) = cluster.look([BACKEND])
        verdicts.append(judge_rollout(view).stand)
        return verdicts[-1] is wanted

    world.until(is_reached, wanted)
    return verdicts


def test_a_rollout_is_seen_through_to_its_end(world, cluster):
    assert judge_rollout(cluster.look([BACKEND])[0]).stand is Stand.COMPLETE
    world.deploy(BAD)
    world.until(lambda: cluster.look([BACKEND])[0].revision == 2, "the new revision is seen")
    assert set(_verdicts_until(world, cluster, Stand.COMPLETE)[:-1]) <= {Stand.PROGRESSING}
    world.until(lambda: runs_commit(cluster.look([BACKEND])[0], BAD), "only new pods are left")


def test_a_slow_rollout_is_never_called_doomed(world, cluster):
    cluster.look([BACKEND])
    world.deploy(BAD, conduct=Conduct.SLOW)
    world.until(lambda: cluster.look([BACKEND])[0].revision == 2, "the new revision is seen")
    verdicts = _verdicts_until(world, cluster, Stand.COMPLETE)
    assert Stand.DOOMED not in verdicts


@pytest.mark.parametrize(
    ("conduct", "words"),
    [
        (Conduct.CRASH_LOOP, "BackOff: Back-off restarting failed container web in pod {pod}"),
        (Conduct.IMAGE_MISSING, 'BackOff: Back-off pulling image "registry.example/image-missing/'),
    ],
)
def test_a_rollout_that_cannot_end_well_is_called_doomed_and_its_pods_explained(
    world, cluster, conduct, words
):
    cluster.look([BACKEND])
    world.deploy(BAD, conduct=conduct)
    assert _verdicts_until(world, cluster, Stand.DOOMED)
    (pod, *_) = judge_rollout(cluster.look([BACKEND])[0]).pods
    wanted = f"{pod}: {words.format(pod=pod)}"
    # An event comes a moment after the status that it is about, and what was read is kept a while.
    world.until(
        lambda: any(line.startswith(wanted) for line in world.adapter().explain(BACKEND, [pod])),
        wanted,
    )


def test_a_paused_deployment_takes_a_template_and_begins_nothing(world, cluster):
    (good,) = cluster.record([BACKEND])
    world.change(BACKEND, {"spec": {"paused": True}})
    world.deploy(BAD)

    def is_seen():
        (view,) = cluster.look([BACKEND])
        return view.is_paused and view.observed_generation >= view.generation == 3

    world.until(is_seen, "the controller has seen it")
    (view,) = cluster.look([BACKEND])
    assert (view.revision, view.updated) == (1, 0)
    assert view.template_hash == "", "the ReplicaSet of revision 1 is not that of this template"
    assert judge_rollout(view).stand is Stand.SUSPECT
    (present,) = cluster.survey([good]).present
    assert not present.runs(good)


def test_a_quota_that_has_room_in_a_moment_dooms_nobody(world):
    cluster = world.adapter()
    world.limit_pods(3)
    world.deploy(BAD)
    world.until(lambda: cluster.look([BACKEND])[0].refusals, "refused")
    (view,) = cluster.look([BACKEND])
    assert "exceeded quota" in view.refusals[0].message
    assert 0 <= view.refusals[0].age_seconds < 30
    assert judge_rollout(view).stand is Stand.SUSPECT
    world.limit_pods(20)
    _verdicts_until(world, cluster, Stand.COMPLETE)


def test_pods_that_do_not_stay_ready_are_suspect(real_world):
    world, cluster = real_world, real_world.adapter(watches=True)
    cluster.look([BACKEND])
    world.deploy(BAD, conduct=Conduct.FLAPPING)
    _verdicts_until(world, cluster, Stand.SUSPECT)
    judgement = judge_rollout(cluster.look([BACKEND])[0])
    assert judgement.reasons == ("loses its readiness again and again",)
