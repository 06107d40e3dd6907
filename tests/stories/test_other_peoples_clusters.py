"""Deployments as other people have them, as ``hotfix rollback`` meets them."""

import contextlib
import json
import threading

import pytest
from tests.stories import commands as running

from hotfix.simulators.kubernetes.kinds import DEPLOYMENTS
from hotfix.simulators.kubernetes.status_answers import denied_by_policy
from hotfix.simulators.server import Answer
from hotfix.simulators.webrana import image
from hotfix.simulators.world import NAMESPACE

BACKEND, FRONTEND = "webrana-backend", "webrana-frontend"
_BACK = ("rollback", "--to-revision", "1")
_BAD = "b2" * 20


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    with running.commands(tmp_path_factory.mktemp("world") / "world") as at:
        cluster = at.world.kubernetes

        def odd(deployment):
            # The bad version calls its container otherwise, and was applied.
            template = deployment["spec"]["template"]
            template["metadata"]["labels"]["app.kubernetes.io/version"] = _BAD
            template["spec"]["containers"][0] |= {"name": "shop", "image": image("backend", _BAD)}
            applied = json.dumps({"spec": {"template": template}})
            notes = deployment["metadata"].setdefault("annotations", {})
            notes["kubectl.kubernetes.io/last-applied-configuration"] = applied
            deployment["spec"]["strategy"] = {"type": "Recreate"}

        def owned(deployment):
            deployment["metadata"]["ownerReferences"] = [
                {
                    "apiVersion": "shop.example/v1",
                    "kind": "Shop",
                    "name": "webrana",
                    "uid": "1",
                    "controller": True,
                }
            ]

        cluster.set_image(FRONTEND, image("frontend", _BAD), _BAD)
        cluster.change("deployments", BACKEND, odd)
        cluster.change("deployments", FRONTEND, owned)
        at.seen["shown"] = at.run(*_BACK, "--dry-run").stdout
        yield at


@pytest.mark.parametrize(
    "words",
    [
        "spec.containers[backend]",  # which the next apply would keep beside
        "strategy is Recreate, so it is down",
        "shop.v1.shop.example webrana",  # who controls it
    ],
)
def test_what_must_be_known_before_the_yes_is_said(at, words):
    assert words in at.seen["shown"], at.seen["shown"]


def test_a_policy_that_says_no_is_no_missing_right(at):
    def refuse(deployment):
        name = deployment["metadata"]["name"]
        raise Answer(
            403, denied_by_policy(DEPLOYMENTS.resource, name, "freeze", "No deploys.").body
        )

    at.world.kubernetes.policies.append(refuse)
    done = at.run(*_BACK, "--yes", "--over-others")
    at.world.kubernetes.policies.remove(refuse)
    said = done.stdout + done.stderr
    assert "No deploys: by a rule of the cluster" in said, said
    assert "no right to patch" not in said


@contextlib.contextmanager
def status_written_all_the_time(cluster):
    """Let another write the deployments' status, as the controller does in a rollout of many."""
    over = threading.Event()

    def write():
        while not over.wait(0.001):
            for name in (BACKEND, FRONTEND):
                with cluster.timeline.lock:
                    deployment = cluster._store.get(DEPLOYMENTS, NAMESPACE, name)
                    status = deployment.setdefault("status", {})
                    status["collisionCount"] = status.get("collisionCount", 0) + 1
                    cluster._store.update(DEPLOYMENTS, NAMESPACE, deployment)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def test_a_status_that_is_written_all_the_time_holds_up_no_rollback(at):
    def patched():
        found = [each for each in at.world.received.all("kubernetes") if each.method == "PATCH"]
        return [each.status for each in found if "/deployments/" in each.path]

    before = len(patched())
    with status_written_all_the_time(at.world.kubernetes):
        done = at.run(*_BACK, "--yes", "--over-others")
    assert patched()[before:] == [200, 200], done.stdout + done.stderr
