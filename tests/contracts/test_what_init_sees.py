"""What ``hotfix init`` sees of a cluster, with all rights and with few."""

import pytest
from tests.contracts.worlds import BOTH

from hotfix.adapters.kubernetes.cluster_view import contexts_view, deployments_view


@pytest.fixture
def seen(world, tmp_path, monkeypatch):
    """Look as somebody whose kubeconfig is the only one; returns what is seen."""

    def seen(*namespaces, **who):
        world.adapter(**who)
        monkeypatch.setenv("KUBECONFIG", str(max(tmp_path.glob("kubeconfig-*"), key=_made)))
        view = contexts_view()
        assert view.context in view.contexts
        return deployments_view(view, view.context, namespaces)

    return seen


def _made(path):
    return path.stat().st_mtime_ns


def test_the_deployments_of_the_namespace_are_seen_with_their_images_and_labels(seen, world):
    found = {each.name: each for each in seen().deployments if each.namespace == world.namespace}
    assert set(found) == set(BOTH)
    for each in found.values():
        assert each.images
        assert each.selector
        assert each.seen.startswith(f"namespace {world.namespace} of ")


def test_without_the_right_to_list_them_it_is_said(seen, world):
    world.take_away("list deployments")
    view = seen(world.namespace, "nowhere")
    assert view.deployments == ()
    assert "does not show deployments" in view.trouble
    assert "list deployments" in view.trouble


def test_a_token_that_is_refused_is_said_in_words(seen):
    view = seen(token="no-such-token")
    assert view.deployments == ()
    assert view.trouble


def test_without_a_kubeconfig_nobody_is_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    view = contexts_view()
    assert (view.contexts, view.context) == ((), "")
    assert "no kubeconfig to go by" in view.trouble
