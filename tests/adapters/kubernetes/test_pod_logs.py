"""Logs of all pods, once and as they come."""

import threading
import time

import pytest
from tests.adapters.kubernetes.world import BACKEND, BAD

from hotfix.domain.problem import ProblemError

SELECTOR = f"app={BACKEND}"


def _names(world):
    return [pod["metadata"]["name"] for pod in world.service.pods(BACKEND)]


def test_lines_of_all_pods_come_with_the_pod_they_are_from(world):
    first, second = _names(world)
    world.pods.lines[first].append(
        "caf\u00e9 \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")
    )
    found = list(world.cluster.logs(SELECTOR, 3600, follow=False))
    assert (first, "caf\u00e9 \U0001f600") in found
    assert {pod for pod, _ in found} == {first, second}


def test_since_leaves_out_what_is_older(world):
    first, _ = _names(world)
    list(world.cluster.logs(SELECTOR, 3600, follow=False))
    world.let_pass(100)
    world.pods.lines[first].append("new")
    assert list(world.cluster.logs(SELECTOR, 60, follow=False)) == [(first, "new")]


def test_a_selector_that_matches_nothing_is_a_problem(world):
    with pytest.raises(ProblemError, match="app=nothing"):
        list(world.cluster.logs("app=nothing", 60, follow=False))


def test_a_pod_that_has_not_started_has_no_lines_yet(world):
    world.deploy(BAD)
    world.let_pass(2)
    assert len(world.service.pods(BACKEND)) == 3
    assert len({pod for pod, _ in world.cluster.logs(SELECTOR, 3600, follow=False)}) == 2


def test_followed_logs_merge_new_lines_of_all_pods_and_end_when_closed(world):
    first, second = _names(world)
    lines = world.cluster.logs(SELECTOR, 3600, follow=True)
    begun = {next(lines)[0], next(lines)[0]}
    assert begun == {first, second}
    world.pods.lines[second].append("after a while")
    assert next(lines) == (second, "after a while")
    world.pods.lines[first].append("and then")
    assert next(lines) == (first, "and then")
    started = time.monotonic()
    lines.close()
    assert time.monotonic() - started < 1.5
    assert not [each for each in threading.enumerate() if each.name == "pod log"]


def test_following_ends_with_the_pods(world):
    lines = world.cluster.logs(SELECTOR, 3600, follow=True)
    assert {next(lines)[0], next(lines)[0]} == set(_names(world))
    world.service.delete("deployments", BACKEND)
    world.let_pass(10)
    assert list(lines) == []


def test_the_world_goes_on_while_logs_are_followed(world):
    lines = world.cluster.logs(SELECTOR, 3600, follow=True)
    next(lines)
    world.deploy(BAD)
    world.let_pass(60)
    assert world.cluster.look([BACKEND])[0].commits == (BAD, BAD)
    lines.close()
