"""The API server's own rules that the adapter leans on: where the simulator must not lie."""

import pytest
from tests.contracts.worlds import (
    BACKEND,
    BAD,
    FRONTEND,
    GOOD,
    JSON_PATCH,
    MERGE,
    STRATEGIC,
    Json,
    image,
    manifest,
)

REVISION = "deployment.kubernetes.io/revision"


@pytest.fixture
def path(world):
    return f"{world.deployments}/{BACKEND}"


def _refusal(answer):
    status, body = answer
    assert (body["kind"], body["code"], body["status"]) == ("Status", status, "Failure")
    return status, body["reason"]


def test_a_new_deployment_gets_the_same_defaults(world):
    spec = world.deployment(BACKEND)["spec"]
    # Servers before 1.34 write out that a template was never created.
    assert spec["template"]["metadata"].pop("creationTimestamp", None) is None
    labels = {"app": BACKEND, "app.kubernetes.io/version": GOOD}
    assert spec == {
        "replicas": 2,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
        },
        "selector": {"matchLabels": {"app": BACKEND}},
        "template": {
            "metadata": {"labels": labels},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": image(BACKEND, GOOD),
                        "imagePullPolicy": "IfNotPresent",
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File",
                    }
                ],
                "dnsPolicy": "ClusterFirst",
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {},
                "terminationGracePeriodSeconds": 30,
            },
        },
    }


@pytest.mark.parametrize("tag", ["latest", ""])
def test_the_latest_image_is_pulled_always(world, tag):
    named = manifest("other", 1)
    container = named["spec"]["template"]["spec"]["containers"][0]
    container["image"] = f"registry.example:5000/webrana/other{':' if tag else ''}{tag}"
    _, made = world.ask("POST", world.deployments, named)
    assert made["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] == "Always"


def test_a_healthy_deployment_says_so(world):
    found = world.deployment(BACKEND)
    status = found["status"]
    assert found["metadata"]["annotations"][REVISION] == "1"
    assert status["observedGeneration"] == found["metadata"]["generation"] == 1
    for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"):
        assert status[key] == 2, key
    told = {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}
    assert told == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "NewReplicaSetAvailable"),
    }


def test_a_replica_set_belongs_to_its_deployment_and_carries_the_hash_three_times(world):
    listed = world.ask("GET", world.deployments.replace("deployments", "replicasets"))[1]
    assert listed["kind"] == "ReplicaSetList"
    deployment = world.deployment(BACKEND)
    uid = deployment["metadata"]["uid"]
    (found,) = [
        each for each in listed["items"] if each["metadata"]["ownerReferences"][0]["uid"] == uid
    ]
    owner = found["metadata"]["ownerReferences"][0]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("Deployment", BACKEND, True)
    text = found["metadata"]["labels"]["pod-template-hash"]
    assert found["metadata"]["name"] == f"{BACKEND}-{text}"
    assert found["spec"]["selector"]["matchLabels"]["pod-template-hash"] == text
    assert found["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] == text
    assert found["metadata"]["annotations"][REVISION] == "1"
    assert found["status"]["availableReplicas"] == 2


def test_a_json_patch_whose_test_fails_is_invalid_and_changes_nothing(world, path):
    before = world.deployment(BACKEND)
    patch = [
        {"op": "test", "path": "/metadata/resourceVersion", "value": "1"},
        {"op": "replace", "path": "/spec/replicas", "value": 9},
    ]
    assert _refusal(world.ask("PATCH", path, patch, JSON_PATCH)) == (422, "Invalid")
    patch[0] = {"op": "test", "path": "/metadata/uid", "value": "another"}
    assert _refusal(world.ask("PATCH", path, patch, JSON_PATCH)) == (422, "Invalid")
    assert world.deployment(BACKEND) == before


def test_a_json_patch_of_what_is_not_there_is_invalid(world, path):
    patch = [{"op": "replace", "path": "/spec/nothing/here", "value": 1}]
    assert _refusal(world.ask("PATCH", path, patch, JSON_PATCH)) == (422, "Invalid")


def test_an_old_version_in_a_merge_patch_or_a_put_is_a_conflict(world, path):
    before = world.deployment(BACKEND)
    world.change(BACKEND, {"metadata": {"annotations": {"a": "b"}}})
    stale = {"metadata": {"resourceVersion": before["metadata"]["resourceVersion"], "labels": {}}}
    assert _refusal(world.ask("PATCH", path, stale, MERGE)) == (409, "Conflict")
    assert _refusal(world.ask("PUT", path, before)) == (409, "Conflict")


def test_another_uid_is_refused(world, path):
    patch = {"metadata": {"uid": "00000000-0000-4000-8000-000000000000", "labels": {"a": "b"}}}
    assert _refusal(world.ask("PATCH", path, patch, MERGE)) == (422, "Invalid")
    put = world.deployment(BACKEND)
    put["metadata"]["uid"] = patch["metadata"]["uid"]
    assert _refusal(world.ask("PUT", path, put)) == (409, "Conflict")


def test_refusals_have_a_reason(world, path):
    nowhere = f"{world.deployments}/nowhere"
    assert _refusal(world.ask("GET", nowhere)) == (404, "NotFound")
    assert _refusal(world.ask("PATCH", nowhere, {}, MERGE)) == (404, "NotFound")
    assert _refusal(world.ask("POST", world.deployments, manifest(BACKEND, 1))) == (
        409,
        "AlreadyExists",
    )
    assert _refusal(world.ask("PATCH", path, {}, "text/plain")) == (415, "UnsupportedMediaType")
    wrong = manifest("wrong", 1)
    wrong["spec"]["selector"]["matchLabels"]["app"] = "another"
    assert _refusal(world.ask("POST", world.deployments, wrong)) == (422, "Invalid")
    other = {"spec": {"selector": {"matchLabels": {"app.kubernetes.io/version": GOOD}}}}
    assert _refusal(world.ask("PATCH", path, other, MERGE)) == (422, "Invalid")
    without: Json = {"spec": {"template": {"spec": {"containers": []}}}}
    assert _refusal(world.ask("PATCH", path, without, MERGE)) == (422, "Invalid")


def test_the_spec_and_annotations_make_a_new_generation_and_labels_do_not(world):
    first = world.deployment(BACKEND)["metadata"]
    noted = world.change(BACKEND, {"metadata": {"annotations": {"a": "b"}}})["metadata"]
    again = world.change(BACKEND, {"metadata": {"annotations": {"a": "b"}}})["metadata"]
    labelled = world.change(BACKEND, {"metadata": {"labels": {"a": "b"}}})["metadata"]
    scaled = world.change(BACKEND, {"spec": {"replicas": 3}})["metadata"]
    assert noted["generation"] == first["generation"] + 1
    assert again["generation"] == labelled["generation"] == noted["generation"]
    assert noted["resourceVersion"] != first["resourceVersion"]
    assert scaled["generation"] == noted["generation"] + 1


def test_the_same_again_is_no_change(world):
    world.change(BACKEND, {"metadata": {"labels": {"a": "b"}}})
    world.until_complete()
    # The controller may have a last word about the generation.
    versions = set()
    for _ in range(2):
        changed = world.change(BACKEND, {"metadata": {"labels": {"a": "b"}}})
        versions.add(changed["metadata"]["resourceVersion"])
    assert len(versions) == 1


def test_a_status_is_not_changed_through_the_deployment_itself(world):
    before = world.deployment(BACKEND)
    after = world.change(BACKEND, {"status": {"availableReplicas": 7}})
    assert after["status"] == before["status"]


@pytest.mark.needs_kubernetes(
    21, "a status that is not taken still changes who manages which field"
)
def test_a_status_through_the_deployment_itself_makes_no_new_version(world):
    before = world.deployment(BACKEND)
    after = world.change(BACKEND, {"status": {"availableReplicas": 7}})
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


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
def test_every_kind_of_patch_changes_the_image(world, path, media, patch):
    before = world.deployment(BACKEND)
    status, after = world.ask("PATCH", path, patch, media)
    assert status == 200
    (container,) = after["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "x"
    assert after["metadata"]["generation"] == before["metadata"]["generation"] + 1


def test_a_template_that_returns_brings_its_replica_set_back(world):
    sets = world.deployments.replace("deployments", "replicasets")
    query = f"{sets}?labelSelector=app%3D{BACKEND}"
    (first,) = world.ask("GET", query)[1]["items"]
    for sha in (BAD, GOOD):
        world.deploy(sha)
        world.until_complete()
    kept = {each["metadata"]["uid"]: each for each in world.ask("GET", query)[1]["items"]}
    assert len(kept) == 2
    back = kept[first["metadata"]["uid"]]["metadata"]["annotations"]
    assert back[REVISION] == "3"
    assert back["deployment.kubernetes.io/revision-history"] == "1"


def test_a_paused_deployment_takes_a_template_and_does_not_roll_it_out(world):
    world.change(BACKEND, {"spec": {"paused": True}})
    world.deploy(BAD)
    world.until(
        lambda: (
            world.deployment(BACKEND)["status"]["observedGeneration"]
            == world.deployment(BACKEND)["metadata"]["generation"]
        ),
        "the controller has seen it",
    )
    found = world.deployment(BACKEND)
    assert found["metadata"]["annotations"][REVISION] == "1"
    assert found["status"].get("updatedReplicas", 0) == 0
    world.change(BACKEND, {"spec": {"paused": None}})
    world.until_complete()
    assert world.deployment(BACKEND)["metadata"]["annotations"][REVISION] == "2"


def test_deleting_a_deployment_takes_its_pods_along(world):
    pods = f"/api/v1/namespaces/{world.namespace}/pods?labelSelector=app%3D{BACKEND}"
    assert len(world.ask("GET", pods)[1]["items"]) == 2
    assert world.ask("DELETE", f"{world.deployments}/{BACKEND}")[0] == 200
    world.until(lambda: world.ask("GET", pods)[1]["items"] == [], "no pods are left")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (f"labelSelector=app%3D{BACKEND}", 2),
        (f"labelSelector=app+in+({BACKEND},{FRONTEND})", 3),
        (f"labelSelector=app!%3D{BACKEND}", 1),
        ("labelSelector=!app", 0),
        ("fieldSelector=status.phase%3DRunning", 3),
        ("fieldSelector=metadata.name%3Dnone", 0),
    ],
)
def test_selectors_choose(world, query, number):
    found = world.ask("GET", f"/api/v1/namespaces/{world.namespace}/pods?{query}")[1]
    assert len(found["items"]) == number


def test_a_lease_is_taken_with_its_version_alone(world):
    leases = f"/apis/coordination.k8s.io/v1/namespaces/{world.namespace}/leases"
    lease = {"metadata": {"name": "l"}, "spec": {"holderIdentity": "a"}}
    status, made = world.ask("POST", leases, lease)
    assert status == 201
    assert _refusal(world.ask("POST", leases, lease)) == (409, "AlreadyExists")
    assert _refusal(world.ask("PUT", f"{leases}/l", lease)) == (422, "Invalid")
    made["spec"]["holderIdentity"] = "b"
    assert world.ask("PUT", f"{leases}/l", made)[0] == 200
    assert _refusal(world.ask("PUT", f"{leases}/l", made)) == (409, "Conflict")


def test_a_config_map_has_a_limit(world):
    maps = f"/api/v1/namespaces/{world.namespace}/configmaps"
    fits = {"metadata": {"name": "fits"}, "data": {"a": "x" * (1_048_576 - 1)}}
    assert world.ask("POST", maps, fits)[0] == 201
    more = {"metadata": {"name": "more"}, "data": {"a": "x" * 1_048_577}}
    assert _refusal(world.ask("POST", maps, more)) == (422, "Invalid")
    huge = {"metadata": {"name": "huge"}, "data": {"a": "x" * 3_200_000}}
    assert world.ask("POST", maps, huge)[0] == 413


def test_annotations_have_a_limit(world, path):
    patch = {"metadata": {"annotations": {"a": "x" * 262_145}}}
    assert _refusal(world.ask("PATCH", path, patch, MERGE)) == (422, "Invalid")
