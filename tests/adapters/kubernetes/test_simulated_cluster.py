"""What the simulated cluster does beyond the contract with the real one (``tests/contracts``)."""

import json
from typing import Any

import pytest
import urllib3
from kubernetes import client, watch
from kubernetes.config import new_client_from_config_dict
from tests.adapters.kubernetes.world import (
    BACKEND,
    BAD,
    GOOD,
    NAMESPACE,
    TOKEN,
    image,
    manifest,
)
from tests.other_hands import ready_versions

DEPLOYMENTS = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
LEASES = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases"
CONFIG_MAPS = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"


@pytest.fixture
def ask(world):
    with urllib3.PoolManager(retries=False, timeout=5) as pool:

        def send(method, path, body=None, media="application/json", token=TOKEN):
            headers = {"Authorization": f"Bearer {token}", "Content-Type": media}
            data = None if body is None else json.dumps(body)
            response = pool.request(method, world.service.url + path, body=data, headers=headers)
            return response.status, json.loads(response.data)

        yield send


def test_refusals_are_status_objects(ask, world):
    world.service.denied.add("delete deployments")
    asked = {
        (401, "Unauthorized"): ask("GET", "/version", token="other"),
        (403, "Forbidden"): ask("DELETE", f"{DEPLOYMENTS}/{BACKEND}"),
        (404, "NotFound"): ask("GET", f"{DEPLOYMENTS}/nowhere"),
        (409, "AlreadyExists"): ask("POST", DEPLOYMENTS, manifest(BACKEND, 1)),
        (415, "UnsupportedMediaType"): ask("PATCH", f"{DEPLOYMENTS}/{BACKEND}", {}, "text/plain"),
    }
    for (code, reason), (status, body) in asked.items():
        assert (status, body["kind"], body["code"], body["reason"]) == (
            code,
            "Status",
            code,
            reason,
        )
    assert ask("GET", "/apis/batch/v1/jobs")[1]["reason"] == "NotFound"


def test_a_put_of_an_old_version_is_a_conflict(ask):
    made = ask("POST", CONFIG_MAPS, {"metadata": {"name": "m"}, "data": {"a": "1"}})[1]
    assert ask("PUT", f"{CONFIG_MAPS}/m", {**made, "data": {"a": "2"}})[0] == 200
    status, body = ask("PUT", f"{CONFIG_MAPS}/m", {**made, "data": {"a": "3"}})
    assert (status, body["reason"]) == (409, "Conflict")
    assert ask("GET", f"{CONFIG_MAPS}/m")[1]["data"] == {"a": "2"}


def test_a_null_says_the_same_as_nothing(ask, world):
    template = world.service.get("deployments", BACKEND)["spec"]["template"]
    template["metadata"]["creationTimestamp"] = None
    patch = [{"op": "replace", "path": "/spec/template", "value": template}]
    before = ask("GET", f"{DEPLOYMENTS}/{BACKEND}")[1]
    assert ask("PATCH", f"{DEPLOYMENTS}/{BACKEND}", patch, JSON_PATCH)[1] == before


def test_the_real_client_lists_and_then_watches_a_rollout(world):
    kubeconfig = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": world.service.url}}],
        "users": [{"name": "u", "user": {"token": TOKEN}}],
    }
    with new_client_from_config_dict(kubeconfig) as api:
        apps = client.AppsV1Api(api)
        listed: Any = apps.list_namespaced_deployment(NAMESPACE)
        assert [each.metadata.name for each in listed.items] == [
            "webrana-backend",
            "webrana-frontend",
        ]
        world.deploy(BAD)
        seen = []
        stream = watch.Watch().stream(
            apps.list_namespaced_deployment,
            NAMESPACE,
            resource_version=listed.metadata.resource_version,
            field_selector=f"metadata.name={BACKEND}",
            timeout_seconds=10,
            _request_timeout=15,
        )
        for event in stream:
            seen.append(event["type"])
            world.clock.wait(1)
            if (event["object"].status.updated_replicas or 0) >= 1:
                break
    assert set(seen) == {"MODIFIED"}


def test_a_watch_ends_after_its_timeout(world):
    with urllib3.PoolManager(retries=False, timeout=5) as pool:
        url = f"{world.service.url}{DEPLOYMENTS}?watch=1&timeoutSeconds=1"
        data = pool.request("GET", url, headers={"Authorization": f"Bearer {TOKEN}"}).data
    assert [json.loads(line)["type"] for line in data.splitlines()] == ["ADDED", "ADDED"]


def test_only_so_many_old_revisions_are_kept(world):
    world.service.change("deployments", BACKEND, lambda d: d["spec"].update(revisionHistoryLimit=1))
    for sha in ("c3" * 20, "d4" * 20, "e5" * 20):
        world.deploy(sha)
        world.let_pass(60)
    assert len(world.service.replica_sets(BACKEND)) == 2
    assert ready_versions(world.service, BACKEND) == ["e5" * 20] * 2


def test_a_pod_that_is_slow_to_get_ready_is_asked_again(world):
    world.pods.never_ready.add(BAD)
    world.deploy(BAD)
    world.let_pass(40)
    assert world.service.get("deployments", BACKEND)["status"]["updatedReplicas"] == 1
    world.pods.never_ready.clear()
    world.let_pass(45)
    assert ready_versions(world.service, BACKEND) == [BAD, BAD]
    assert set(world.pods.images.values()) >= {image(BACKEND, BAD)}
    assert image(BACKEND, GOOD) not in world.pods.images.values()


def test_a_pod_that_dies_later_is_missed(world):
    world.pods.failing[image(BACKEND, GOOD)] = "killed"
    world.let_pass(11)
    (view,) = world.cluster.look([BACKEND])
    assert (view.available, view.commits) == (0, ())
    world.pods.failing.clear()
    world.let_pass(15)
    assert world.cluster.look([BACKEND])[0].is_complete


def test_a_deleted_pod_is_replaced(ask, world):
    victim = world.service.pods(BACKEND)[0]["metadata"]["name"]
    assert ask("DELETE", f"/api/v1/namespaces/{NAMESPACE}/pods/{victim}")[0] == 200
    world.let_pass(30)
    names = [pod["metadata"]["name"] for pod in world.service.pods(BACKEND)]
    assert len(names) == 2
    assert victim not in names
