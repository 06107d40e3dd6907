"""What containers print: read once, followed, and shown beside a pod that is to blame."""

import threading

import pytest
from tests.contracts.worlds import BACKEND, BAD, FRONTEND
from tests.real_cluster.pod_reports import Conduct

from hotfix.domain.rollout.judgement import Stand, judge_rollout

SELECTOR = f"app={BACKEND}"


@pytest.fixture
def cluster(world):
    return world.adapter()


def _names(world, deployment=BACKEND):
    return [pod["metadata"]["name"] for pod in world.pods_of(deployment)]


def _until_judged(world, cluster, stand):
    def is_so():
        (view,) = cluster.look([BACKEND])
        return view.revision > 1 and judge_rollout(view).stand is stand

    world.until(is_so, stand)
    return judge_rollout(cluster.look([BACKEND])[0]).pods


def test_lines_of_all_pods_come_with_the_pod_they_are_from(world, cluster):
    first, second = _names(world)
    world.say(first, "caf\u00e9 \U0001f600")
    world.say(second, "")
    world.say(second, "an empty line before this")
    (other,) = _names(world, FRONTEND)
    world.say(other, "somebody else's")
    found = list(cluster.logs(SELECTOR, 3600, follow=False))
    assert found[1] == (first, "caf\u00e9 \U0001f600")
    assert found[-2:] == [(second, ""), (second, "an empty line before this")]
    assert {pod for pod, _ in found} == {first, second}


def test_followed_logs_merge_the_lines_of_all_pods_as_they_come(world, cluster):
    first, second = _names(world)
    lines = cluster.logs(SELECTOR, 3600, follow=True)
    assert {next(lines)[0], next(lines)[0]} == {first, second}
    for pod, line in ((second, "after a while"), (first, "and then"), (second, "and at last")):
        world.say(pod, line)
        assert next(lines) == (pod, line)
    lines.close()
    assert not [each for each in threading.enumerate() if each.name == "pod log"]


def test_following_ends_with_the_pods(world, cluster):
    lines = cluster.logs(SELECTOR, 3600, follow=True)
    assert {next(lines)[0], next(lines)[0]} == set(_names(world))
    world.ask("DELETE", f"{world.deployments}/{BACKEND}")
    world.until(lambda: not _names(world), "the pods are gone")
    assert list(lines) == []


def test_a_pod_whose_container_has_not_begun_has_no_lines_yet(world, cluster):
    before = _names(world)
    world.deploy(BAD, conduct=Conduct.IMAGE_MISSING)
    world.until(lambda: len(_names(world)) == 3, "there is a new pod")
    _until_judged(world, cluster, Stand.DOOMED)
    found = list(cluster.logs(SELECTOR, 3600, follow=False))
    assert {pod for pod, _ in found} == set(before)


def test_the_last_lines_of_a_pod_that_crashes_are_shown_once(world, cluster):
    world.deploy(BAD, conduct=Conduct.CRASH_LOOP)
    (pod, *_) = _until_judged(world, cluster, Stand.DOOMED)
    lines = [line for line in cluster.explain(BACKEND, [pod]) if line.startswith(f"{pod} | ")]
    # While it waits to be restarted, the run that ended is both the present and the previous one.
    assert lines
    assert len(set(lines)) == len(lines)
    assert not [line for line in lines if "before its restart" in line]


def test_without_the_right_to_read_logs_the_explanation_says_so_and_fails_nothing(world, cluster):
    world.take_away("get pods/log")
    world.deploy(BAD, conduct=Conduct.CRASH_LOOP)
    (pod, *_) = _until_judged(world, cluster, Stand.DOOMED)
    *_, last = cluster.explain(BACKEND, [pod])
    assert f"{pod}: nothing more can be read: You have no right to read the log of pod" in last


def test_both_runs_of_a_container_that_was_restarted_are_told_apart(real_world):
    world, cluster = real_world, real_world.adapter(watches=True)
    cluster.look([BACKEND])
    world.deploy(BAD, conduct=Conduct.OUT_OF_MEMORY)
    (pod,) = _until_judged(world, cluster, Stand.SUSPECT)
    world.say(pod, "the second run goes on")
    lines = cluster.explain(BACKEND, [pod])
    cluster.stop_watching()
    assert lines == (
        f"{pod}, before its restart:",
        f"{pod} | run 0: starting",
        f"{pod} | run 0: cache grows",
        f"{pod}, since then:",
        f"{pod} | run 1: starting",
        f"{pod} | the second run goes on",
    )


def test_a_crash_is_shown_with_its_last_words_by_a_real_server(real_world):
    world, cluster = real_world, real_world.adapter()
    world.deploy(BAD, conduct=Conduct.CRASH_LOOP)
    (pod, *_) = _until_judged(world, cluster, Stand.DOOMED)
    lines = cluster.explain(BACKEND, [pod])
    assert [line for line in lines if line.startswith(f"{pod} | run ")][-1].endswith(
        ": panicked at main.rs:7"
    )


def test_no_more_than_the_last_ten_lines_explain_a_pod(real_world):
    world, cluster = real_world, real_world.adapter(watches=True)
    cluster.look([BACKEND])
    world.deploy(BAD, conduct=Conduct.OUT_OF_MEMORY)
    (pod,) = _until_judged(world, cluster, Stand.SUSPECT)
    for number in range(30):
        world.say(pod, f"line {number}")
    lines = cluster.explain(BACKEND, [pod])
    cluster.stop_watching()
    shown = [line for line in lines if line.startswith(f"{pod} | line ")]
    assert shown == [f"{pod} | line {number}" for number in range(20, 30)]


def test_lines_from_before_the_time_asked_for_are_left_out_by_a_real_server(real_world):
    first, _ = _names(real_world)
    real_world.say(first, "early")
    cluster = real_world.adapter()
    assert (first, "early") in list(cluster.logs(SELECTOR, 3600, follow=False))
    real_world.until(
        lambda: (first, "early") not in list(cluster.logs(SELECTOR, 1, follow=False)),
        "a second went by",
    )
