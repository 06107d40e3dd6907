"""What a pod says that it runs, read from what the API server answers."""

from typing import Any

import pytest

from hotfix.adapters.kubernetes.api.object_owners import ByOwner
from hotfix.adapters.kubernetes.rollouts.running_pods import Naming, running_pods
from hotfix.domain.rollout.running_pod import Named, RunningPod

SHA, OTHER = "b2" * 20, "c3" * 20
DIGEST = f"sha256:{'d' * 64}"
LABEL = "app.kubernetes.io/version"
Json = dict[str, Any]


def replica_set(*containers: str) -> Json:
    named = [{"name": name, "image": "any"} for name in containers or ("web",)]
    labels = {"pod-template-hash": "abc"}
    return {
        "metadata": {"name": "web-abc", "uid": "r1", "labels": labels},
        "spec": {"template": {"spec": {"containers": named}}},
    }


def pod(images: dict[str, str] | None = None, ids: dict[str, str] | None = None, **metadata):
    images = images or {"web": f"registry.example/web:{SHA}"}
    return {
        "metadata": {
            "name": "web-abc-1",
            "ownerReferences": [{"uid": "r1", "controller": True}],
            **metadata,
        },
        "spec": {"containers": [{"name": name, "image": each} for name, each in images.items()]},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [
                {"name": name, "imageID": each} for name, each in (ids or {}).items()
            ],
        },
    }


def seen(a_pod: Json, *containers: str, **naming: str) -> RunningPod:
    (found,) = running_pods([replica_set(*containers)], ByOwner([a_pod]), Naming(**naming))
    return found


def test_label_annotation_and_tag_are_all_collected():
    found = seen(pod(labels={LABEL: SHA[:7]}, annotations={LABEL: OTHER}))
    assert found == RunningPod(
        "web-abc-1",
        "abc",
        (Named("label", SHA[:7]), Named("annotation", OTHER), Named("tag", SHA)),
        f"registry.example/web:{SHA}",
        container="web",
    )


@pytest.mark.parametrize("source", ["label", "annotation", "tag"])
def test_a_configured_source_is_the_only_one_that_counts(source):
    texts = {"label": "a" * 40, "annotation": OTHER, "tag": SHA}
    found = seen(pod(labels={LABEL: "a" * 40}, annotations={LABEL: OTHER}), source=source)
    assert found.named == (Named(source, texts[source]),)


def test_a_proof_by_digest_leaves_all_sources_to_whoever_asks_which_commit_runs():
    assert seen(pod(labels={LABEL: SHA[:7]}), source="digest").commit == SHA


@pytest.mark.parametrize(
    ("image", "commit"),
    [
        (f"web:{SHA}", SHA),
        (f"registry.example:5000/web:sha-{SHA[:7]}", SHA[:7]),
        (f"web:{SHA}@{DIGEST}", SHA),
        ("registry.example:5000/web", ""),
        (f"web@{DIGEST}", ""),
        ("web:1.4.2", ""),
    ],
)
def test_the_tag_is_read_past_ports_and_digests(image, commit):
    assert seen(pod({"web": image})).commit == commit


def test_a_sidecar_in_front_that_was_injected_hides_nothing():
    images = {"proxy": f"proxy:{OTHER}", "web": f"web:{SHA}"}
    assert seen(pod(images), "web").commit == SHA


def test_the_pods_default_container_counts_before_the_templates_first():
    images = {"proxy": f"proxy:{OTHER}", "web": f"web:{SHA}"}
    default = {"kubectl.kubernetes.io/default-container": "web"}
    assert seen(pod(images, annotations=default), "proxy", "web").commit == SHA
    gone = {"kubectl.kubernetes.io/default-container": "gone"}
    assert seen(pod(images, annotations=gone), "web").commit == SHA


def test_the_configured_container_counts_before_all_others():
    images = {"proxy": f"proxy:{OTHER}", "web": f"web:{SHA}"}
    default = {"kubectl.kubernetes.io/default-container": "web"}
    assert seen(pod(images, annotations=default), "web", container="proxy").commit == OTHER
    assert seen(pod(images), "web", container="nobody") == RunningPod(
        "web-abc-1",
        "abc",
        container="nobody",
        others=(f"proxy=proxy:{OTHER}", f"web=web:{SHA}"),
    )


@pytest.mark.parametrize(
    "image_id",
    [f"registry.example/web@{DIGEST}", f"docker-pullable://web@{DIGEST}", DIGEST],
)
def test_the_digest_is_that_of_the_container_that_counts(image_id):
    images = {"proxy": "proxy:1", "web": f"web:{SHA}"}
    ids = {"proxy": f"proxy@sha256:{'e' * 64}", "web": image_id}
    assert seen(pod(images, ids), "web").digest == DIGEST


def test_a_digest_in_the_reference_is_pinned():
    assert seen(pod({"web": f"web:{SHA}@{DIGEST}"})).pinned == DIGEST
    assert seen(pod()).pinned == ""


def test_pods_that_are_not_ready_on_their_way_out_or_of_others_do_not_count():
    unready = pod()
    unready["status"]["conditions"] = []
    leaving = pod(deletionTimestamp="2026-03-12T03:12:09Z")
    foreign = pod(ownerReferences=[{"uid": "r2", "controller": True}])
    pods = ByOwner([unready, leaving, foreign])
    assert running_pods([replica_set()], pods, Naming()) == ()
