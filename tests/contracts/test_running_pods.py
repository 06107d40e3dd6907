"""What ready pods say that they run, on the simulator as on a real API server."""

import hashlib

import pytest
from tests.contracts.worlds import BACKEND, BAD, BOTH, FRONTEND, GOOD, OTHER, image
from tests.real_cluster.pod_reports import Conduct

from hotfix.adapters.kubernetes import Naming
from hotfix.domain.rollout.judgement import Stand, judge_rollout
from hotfix.domain.rollout.proof import Verdict, by_commit, by_digest
from hotfix.domain.rollout.running_pod import Named

LABEL = "app.kubernetes.io/version"
DEFAULT = "kubectl.kubernetes.io/default-container"


def digest(reference):
    return f"sha256:{hashlib.sha256(reference.encode()).hexdigest()}"


@pytest.fixture
def cluster(world):
    return world.adapter()


def test_every_ready_pod_has_its_sources_and_the_digest_of_its_image(cluster):
    backend, frontend = cluster.look(BOTH)
    assert [len(view.running) for view in (backend, frontend)] == [2, 1]
    for view in (backend, frontend):
        for pod in view.running:
            assert pod.named == (Named("label", GOOD), Named("tag", GOOD))
            assert pod.template_hash == view.template_hash
            assert pod.image == image(view.name, GOOD)
            assert pod.digest == digest(pod.image)


def test_what_is_rolled_out_is_proven_by_its_commit_and_by_its_digest(world, cluster):
    world.deploy(BAD)
    world.until(lambda: by_commit(cluster.look([BACKEND])[0], BAD).by, "only new pods are left")
    (view,) = cluster.look([BACKEND])
    assert by_commit(view, BAD).by == ("label", "tag")
    assert by_digest(view, BAD, {digest(image(BACKEND, BAD))}).verdict is Verdict.PROVEN
    assert by_digest(view, BAD, {digest(image(BACKEND, GOOD))}).verdict is Verdict.OTHER


def test_a_rollout_that_is_not_pulled_is_not_proven_by_the_old_pods(world, cluster):
    world.deploy(BAD, conduct=Conduct.IMAGE_MISSING)
    world.until(
        lambda: judge_rollout(cluster.look([BACKEND])[0]).stand is Stand.DOOMED, "image is missing"
    )
    (view,) = cluster.look([BACKEND])
    assert by_commit(view, BAD).saying == f"still runs {GOOD[:8]}"
    assert by_digest(view, BAD, {digest(image(BACKEND, BAD))}).verdict is Verdict.OTHER


def test_a_label_and_a_tag_that_disagree_prove_nothing(world, cluster):
    patch = {"spec": {"template": {"metadata": {"labels": {LABEL: BAD}}}}}
    world.change(BACKEND, patch)
    world.until_complete()
    world.until(lambda: not any(cluster.look([BACKEND])[0].commits), "only new pods are left")
    found = by_commit(cluster.look([BACKEND])[0], BAD)
    assert found.verdict is Verdict.CONTRADICTORY
    assert found.saying.endswith("the label names b2b2b2b2, the tag names a1a1a1a1")


def test_the_container_that_the_pods_mark_as_their_default_counts(world, cluster):
    containers = [
        {"name": "proxy", "image": f"registry.example/proxy:{OTHER}"},
        {"name": "web", "image": image(FRONTEND, GOOD)},
    ]
    metadata = {"annotations": {DEFAULT: "web"}}
    template = {"metadata": metadata, "spec": {"containers": containers}}
    world.change(FRONTEND, {"spec": {"template": template}})
    world.until_complete([FRONTEND])

    def images(adapter):
        return {pod.image for pod in adapter.look([FRONTEND])[0].running}

    def is_new():
        (view,) = cluster.look([FRONTEND])
        return {pod.template_hash for pod in view.running} == {view.template_hash}

    world.until(is_new, "only the new pod is left")
    assert images(cluster) == {image(FRONTEND, GOOD)}
    assert images(world.adapter(naming=Naming(container="proxy"))) == {containers[0]["image"]}
    (by_tag,) = world.adapter(naming=Naming(source="tag", container="proxy")).look([FRONTEND])
    assert by_tag.commits == (OTHER,)
