"""The simulated cluster keeps the API server's rules, so that it cannot lie to the adapter."""

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

from hotfix.domain.rollout import RolloutVerdict, judge

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


@pytest.mark.parametrize(
    ("media", "patch"),
    [
        (
            STRATEGIC,
            {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "x"}]}}}},
        ),
        (
            JSON_PATCH,
            [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "x"}],
        ),
        (MERGE, {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "x"}]}}}}),
    ],
)
def test_every_kind_of_patch_changes_the_image_and_the_generation(ask, media, patch):
    before = ask("GET", f"{DEPLOYMENTS}/{BACKEND}")[1]
    status, after = ask("PATCH", f"{DEPLOYMENTS}/{BACKEND}", patch, media)
    assert status == 200
    (container,) = after["spec"]["template"]["spec"]["containers"]
    assert (container["image"], container["imagePullPolicy"]) == ("x", "IfNotPresent")
    assert after["metadata"]["generation"] == before["metadata"]["generation"] + 1


def test_annotations_and_repetitions_are_no_new_generation(ask):
    path = f"{DEPLOYMENTS}/{BACKEND}"
    before = ask("GET", path)[1]["metadata"]
    noted = ask("PATCH", path, {"metadata": {"annotations": {"a": "b"}}}, MERGE)[1]["metadata"]
    again = ask("PATCH", path, {"metadata": {"annotations": {"a": "b"}}}, MERGE)[1]["metadata"]
    assert noted["generation"] == before["generation"]
    assert int(noted["resourceVersion"]) > int(before["resourceVersion"])
    assert again["resourceVersion"] == noted["resourceVersion"]


def test_a_json_patch_whose_test_fails_changes_nothing(ask):
    path = f"{DEPLOYMENTS}/{BACKEND}"
    before = ask("GET", path)[1]
    patch = [
        {"op": "replace", "path": "/spec/replicas", "value": 9},
        {"op": "test", "path": "/metadata/resourceVersion", "value": "1"},
    ]
    status, body = ask("PATCH", path, patch, JSON_PATCH)
    assert (status, body["reason"]) == (422, "Invalid")
    assert ask("GET", path)[1] == before


def test_a_put_of_an_old_version_is_a_conflict(ask):
    made = ask("POST", CONFIG_MAPS, {"metadata": {"name": "m"}, "data": {"a": "1"}})[1]
    assert ask("PUT", f"{CONFIG_MAPS}/m", {**made, "data": {"a": "2"}})[0] == 200
    status, body = ask("PUT", f"{CONFIG_MAPS}/m", {**made, "data": {"a": "3"}})
    assert (status, body["reason"]) == (409, "Conflict")
    assert ask("GET", f"{CONFIG_MAPS}/m")[1]["data"] == {"a": "2"}


def test_a_lease_is_updated_with_its_version_alone(ask):
    lease = {"metadata": {"name": "l"}, "spec": {"holderIdentity": "a"}}
    assert ask("POST", LEASES, lease)[0] == 201
    assert ask("PUT", f"{LEASES}/l", lease)[0] == 422


def test_a_selector_that_does_not_match_the_template_is_invalid(ask):
    wrong = manifest("other", 1)
    wrong["spec"]["selector"]["matchLabels"]["app"] = "another"
    assert ask("POST", DEPLOYMENTS, wrong)[0] == 422


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (f"labelSelector=app%3D{BACKEND}", 2),
        ("labelSelector=app+in+(webrana-backend,webrana-frontend)", 3),
        (f"labelSelector=app!%3D{BACKEND}", 1),
        ("labelSelector=!app", 0),
        ("fieldSelector=status.phase%3DRunning", 3),
        ("fieldSelector=metadata.name%3Dnone", 0),
    ],
)
def test_selectors_choose(ask, query, number):
    found = ask("GET", f"/api/v1/namespaces/{NAMESPACE}/pods?{query}")[1]
    assert len(found["items"]) == number


def test_a_null_says_the_same_as_nothing(ask, world):
    template = world.service.deployment(BACKEND)["spec"]["template"]
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


def test_a_template_that_returns_brings_its_replica_set_back(world):
    (first,) = world.service.replica_sets(BACKEND)
    for sha in (BAD, GOOD):
        world.deploy(sha)
        world.let_pass(60)
    _, newest = world.service.replica_sets(BACKEND)
    assert newest["metadata"]["uid"] == first["metadata"]["uid"]
    assert newest["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "3"


def test_only_so_many_old_revisions_are_kept(world):
    world.service.change_deployment(BACKEND, lambda d: d["spec"].update(revisionHistoryLimit=1))
    for sha in ("c3" * 20, "d4" * 20, "e5" * 20):
        world.deploy(sha)
        world.let_pass(60)
    assert len(world.service.replica_sets(BACKEND)) == 2
    assert world.service.ready_versions(BACKEND) == ["e5" * 20] * 2


def test_a_pod_that_is_slow_to_get_ready_is_asked_again(world):
    world.pods.never_ready.add(BAD)
    world.deploy(BAD)
    world.let_pass(40)
    assert world.service.deployment(BACKEND)["status"]["updatedReplicas"] == 1
    world.pods.never_ready.clear()
    world.let_pass(45)
    assert world.service.ready_versions(BACKEND) == [BAD, BAD]
    assert set(world.pods.images.values()) >= {image(BACKEND, BAD)}
    assert image(BACKEND, GOOD) not in world.pods.images.values()


def test_a_pod_that_dies_later_is_missed(world):
    world.pods.failing[image(BACKEND, GOOD)] = "killed"
    world.let_pass(11)
    (view,) = world.cluster.look([BACKEND])
    assert (view.available, view.commits) == (0, ())
    world.pods.failing.clear()
    world.let_pass(15)
    assert judge(world.cluster.look([BACKEND])[0]) is RolloutVerdict.COMPLETE


def test_a_deleted_pod_is_replaced(ask, world):
    victim = world.service.pods(BACKEND)[0]["metadata"]["name"]
    assert ask("DELETE", f"/api/v1/namespaces/{NAMESPACE}/pods/{victim}")[0] == 200
    world.let_pass(30)
    names = [pod["metadata"]["name"] for pod in world.service.pods(BACKEND)]
    assert len(names) == 2
    assert victim not in names
