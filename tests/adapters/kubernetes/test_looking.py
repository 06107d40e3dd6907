"""Looking at rollouts: what a look costs, how soon it knows, and what it can say about ill pods."""

import time

import pytest
from tests.adapters.kubernetes.world import BACKEND, BAD, FRONTEND, image, restored

from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.rollout.judgement import Stand, judge_rollout, stable_seconds

BOTH = (BACKEND, FRONTEND)


@pytest.fixture
def watching(world):
    """An adapter that watches by now."""
    cluster = world.adapter(watches=True)
    cluster.look(BOTH)
    until(lambda: asks_nothing(world, cluster))
    yield cluster
    cluster.stop_watching()


def asks_nothing(world, cluster):
    before = lists(world)
    cluster.look(BOTH)
    return lists(world) == before


def lists(world):
    return len([each for each in world.received.all() if each.method == "GET"])


def until(holds, seconds=5.0):
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.01)


def judged(cluster, name=BACKEND):
    (view,) = cluster.look([name])
    return judge_rollout(view)


def test_one_look_lists_and_watches_nothing(world):
    cluster = world.adapter(watches=True)
    cluster.look(BOTH)
    assert lists(world) == 2 + 1 + 1
    assert cluster.look_again_in() == 0.2


def test_who_looks_again_and_again_looks_for_nothing(world, watching):
    before = lists(world)
    for _ in range(50):
        watching.look(BOTH)
    # Watches that end after their seconds begin again; nothing is listed.
    assert lists(world) - before <= 3
    assert watching.look_again_in() == 0.2


def test_what_is_watched_is_what_would_be_listed(world, watching):
    world.deploy(BAD)
    world.let_pass(60)
    listed = world.adapter().look(BOTH)

    def plain(views):
        return [(view.revision, view.commits, judge_rollout(view).stand) for view in views]

    until(lambda: plain(watching.look(BOTH)) == plain(listed))


def test_completion_is_noticed_by_watching_alone(world, watching):
    world.deploy(BAD)
    until(lambda: watching.look(BOTH)[0].revision == 2 or world.let_pass(1) is not None, 1)
    while judge_rollout(world.adapter().look([BACKEND])[0]).stand is not Stand.COMPLETE:
        world.let_pass(1)
    asked = len(world.received.all("kubernetes"))
    until(lambda: judged(watching).stand is Stand.COMPLETE and watching.look(BOTH)[0].revision == 2)
    since = world.received.all("kubernetes")[asked:]
    # How soon is measured by `make bench-cluster`.
    assert not [each for each in since if each.path.endswith("/deployments")]


def test_a_crash_loop_is_doomed(world, watching):
    world.pods.failing[BAD] = "panicked at main.rs:7"
    world.deploy(BAD)
    world.let_pass(17)
    until(lambda: judged(watching).stand is Stand.DOOMED)
    assert judged(watching).reasons == ("web: CrashLoopBackOff",)


def test_without_the_right_to_watch_it_lists_less_often(world):
    world.service.denied.add("watch pods")
    cluster = world.adapter(watches=True)
    until(lambda: cluster.look(BOTH) and cluster.look_again_in() == 1.0)
    before = lists(world)
    cluster.look(BOTH)
    assert lists(world) == before + 4
    cluster.stop_watching()


def test_what_we_changed_ourselves_is_not_judged_by_what_was_before(world, watching):
    (record,) = watching.record([BACKEND])
    world.pods.failing[BAD] = "panicked"
    world.deploy(BAD)
    world.let_pass(17)
    until(lambda: judged(watching).stand is Stand.DOOMED)
    restored(watching, record)
    assert judged(watching).stand is Stand.PROGRESSING


def test_expired_credentials_are_a_problem_of_rights_with_the_way_back_in(world, watching):
    world.service._api.token = "rotated"

    def refusal():
        try:
            watching.look(BOTH)
        except ProblemError as error:
            return error.problem
        return None

    # What is watched is told while it is fresh; then the refusal is.
    until(lambda: refusal() is not None, 12)
    found = refusal()
    assert found.code is ProblemCode.RIGHTS
    assert found.next_command == "kubectl auth whoami; then: hotfix resume"
    world.service._api.token = world.service.token
    assert watching.look(BOTH)


def test_new_pods_are_described_and_old_ones_are_not(world):
    world.deploy(BAD)
    world.let_pass(2)
    (view,) = world.cluster.look([BACKEND])
    assert len(view.pods) == 1
    assert view.uid == world.service.get("deployments", BACKEND)["metadata"]["uid"]
    world.let_pass(60)
    (view,) = world.cluster.look([BACKEND])
    assert [pod.is_ready for pod in view.pods] == [True, True]
    assert 10 < stable_seconds(view) < 60


def test_the_probes_of_the_template_say_how_long_a_pod_may_take(world):
    def probed(deployment):
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        container["readinessProbe"] = {"initialDelaySeconds": 5, "periodSeconds": 2}
        container["startupProbe"] = {"failureThreshold": 6}

    world.pods.never_ready.add("")
    world.service.change("deployments", BACKEND, probed)
    world.let_pass(30)
    (view,) = world.cluster.look([BACKEND])
    assert view.pods[0].grace_seconds == 5 + 2 * 3 + 10 * 6
    assert judge_rollout(view).stand is Stand.PROGRESSING
    world.let_pass(80)
    assert judged(world.cluster).stand is Stand.SUSPECT


def test_an_image_that_is_not_there_is_told_by_events_where_the_status_does_not(world):
    world.pods.failing[BAD] = f"ErrImagePull: {image(BACKEND, BAD)}: not found"
    world.deploy(BAD)
    world.let_pass(20)
    (view,) = world.cluster.look([BACKEND])
    assert view.pods[0].containers[0].waiting == "ImagePullBackOff"
    assert "not found" not in view.pods[0].containers[0].message
    assert judge_rollout(view).stand is Stand.DOOMED


def test_without_the_right_to_events_a_back_off_is_only_suspect(world):
    world.service.denied.add("list events")
    world.pods.failing[BAD] = f"ErrImagePull: {image(BACKEND, BAD)}: not found"
    world.deploy(BAD)
    world.let_pass(20)
    assert judged(world.cluster).stand is Stand.SUSPECT


def test_a_registry_that_does_not_answer_is_suspect(world):
    world.pods.failing[BAD] = "ErrImagePull: dial tcp 10.0.0.1:443: i/o timeout"
    world.deploy(BAD)
    world.let_pass(20)
    assert judged(world.cluster).stand is Stand.SUSPECT


def test_a_quota_that_is_used_up_dooms_a_rollout_that_got_no_pod(world):
    world.service.limit_pods(3)
    world.deploy(BAD)
    world.let_pass(20)
    assert judged(world.cluster).stand is Stand.SUSPECT
    world.let_pass(20)
    judgement = judged(world.cluster)
    assert judgement.stand is Stand.DOOMED
    assert "exceeded quota" in judgement.reasons[0]
    assert any("FailedCreate: " in line for line in world.cluster.explain(BACKEND, ()))


def test_a_pod_that_no_node_takes_is_waited_for(world):
    def somewhere_else(deployment):
        deployment["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "fast"}

    world.service.change("deployments", BACKEND, somewhere_else)
    world.let_pass(30)
    judgement = judged(world.cluster)
    assert judgement.stand is Stand.PROGRESSING
    assert "0/1 nodes are available" in judgement.reasons[0]


def test_events_and_last_words_of_both_containers_explain_a_crash(world):
    world.pods.failing[BAD] = "exit code 3"
    world.deploy(BAD)
    world.let_pass(17)
    (view,) = world.cluster.look([BACKEND])
    name = view.pods[0].name
    world.pods.lines[name].append("starting again")
    lines = world.cluster.explain(BACKEND, [name])
    assert lines == (
        f"{name}: BackOff: Back-off restarting failed container web in pod {name}",
        f"{name}, before its restart:",
        f"{name} | serving {BAD[-4:]}",
        f"{name}, since then:",
        f"{name} | serving {BAD[-4:]}",
        f"{name} | starting again",
    )


def test_what_cannot_be_explained_is_said_in_its_place(world):
    world.service.denied.add("get pods/log")
    world.pods.failing[BAD] = "exit code 3"
    world.deploy(BAD)
    world.let_pass(17)
    name = world.cluster.look([BACKEND])[0].pods[0].name
    event, line = world.cluster.explain(BACKEND, [name])
    assert event.startswith(f"{name}: BackOff: ")
    assert line.startswith(f"{name}: nothing more can be read: You have no right to read the log")
    assert world.cluster.explain(BACKEND, ["gone"]) == ("gone is gone.",)
