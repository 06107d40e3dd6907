"""What a hotfix will need of the cluster, checked at the start."""

import socket

import pytest
from tests.adapters.kubernetes.world import BACKEND, BAD, FRONTEND, NAMESPACE

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.adapters.kubernetes.restoration.ownership import ownership
from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding
from hotfix.simulators.kubernetes import kubeconfig_text

BOTH = (BACKEND, FRONTEND)


def _by_name(needs):
    assert {need.area for need in needs} == {"kubernetes"}
    return {need.name: need for need in needs}


def test_all_is_well(world):
    needs = _by_name(world.cluster.needs(BOTH))
    assert {need.finding for need in needs.values()} == {Finding.OK}
    assert set(needs) == {
        "server",
        "namespace",
        "rights to roll back",
        "rights for the lock",
        "rights for the shared record",
        "rights to prune the shared record",
        "rights for logs",
        "rights to watch",
        "rights to name what a rollback leaves",
        f"deployment {BACKEND}",
        f"deployment {FRONTEND}",
        f"rollback target of {BACKEND}",
        f"rollback target of {FRONTEND}",
    }


@pytest.mark.parametrize(
    ("denied", "name", "finding"),
    [
        ("patch deployments", "rights to roll back", Finding.FAILED),
        ("list replicasets", "rights", Finding.OK),
        ("create leases", "rights for the lock", Finding.WARNING),
        ("update configmaps", "rights for the shared record", Finding.WARNING),
        ("delete configmaps", "rights to prune the shared record", Finding.WARNING),
        ("get pods/log", "rights for logs", Finding.WARNING),
        (
            "list horizontalpodautoscalers",
            "rights to name what a rollback leaves",
            Finding.WARNING,
        ),
        ("get statefulsets", "rights to name what a rollback leaves", Finding.WARNING),
    ],
)
def test_a_missing_right_is_named(world, denied, name, finding):
    world.service.denied.add(denied)
    needs = _by_name(world.cluster.needs(BOTH))
    if name == "rights":
        assert needs["rights to roll back"].finding is Finding.FAILED
        assert needs["deployments"].finding is Finding.FAILED
        return
    assert needs[name].finding is finding
    assert needs[name].code is ProblemCode.RIGHTS
    assert denied.split()[0] in needs[name].saw
    assert "hotfix init --rbac" in needs[name].mend


def test_a_missing_deployment_fails_and_the_others_are_still_checked(world):
    needs = _by_name(world.cluster.needs((BACKEND, "nowhere")))
    assert needs["deployment nowhere"].finding is Finding.FAILED
    assert needs[f"deployment {BACKEND}"].finding is Finding.OK


def test_an_ill_or_paused_deployment_is_a_warning(world):
    world.pods.never_ready.add(BAD)
    world.deploy(BAD)
    world.let_pass(5)
    world.service.change("deployments", FRONTEND, lambda each: each["spec"].update(paused=True))
    needs = _by_name(world.cluster.needs(BOTH))
    assert needs[f"deployment {BACKEND}"].finding is Finding.WARNING
    assert needs[f"deployment {FRONTEND}"].finding is Finding.WARNING
    assert "rollout resume" in needs[f"deployment {FRONTEND}"].mend


@pytest.mark.parametrize(
    ("labels", "annotations", "mend"),
    [
        ({}, {"argocd.argoproj.io/tracking-id": "shop:apps/x"}, "argocd app set shop"),
        ({"kustomize.toolkit.fluxcd.io/name": "apps"}, {}, "flux suspend kustomization apps"),
        ({"helm.toolkit.fluxcd.io/name": "shop"}, {}, "flux suspend helmrelease shop"),
        (
            {"app.kubernetes.io/managed-by": "Helm"},
            {"meta.helm.sh/release-name": "shop"},
            f"helm history shop -n {NAMESPACE}",
        ),
        ({"app.kubernetes.io/instance": "shop"}, {}, "argocd app get shop"),
        ({"kapp.k14s.io/app": "1700000000"}, {}, "kapp list"),
        ({}, {"objectset.rio.cattle.io/id": "default-shop"}, "kubectl get bundledeployments"),
        ({}, {"configmanagement.gke.io/managed": "enabled"}, "nomos status"),
        ({"app.kubernetes.io/managed-by": "shipper"}, {}, "--show-managed-fields"),
    ],
)
def test_whoever_would_undo_a_rollback_is_named(world, labels, annotations, mend):
    def own(deployment):
        deployment["metadata"].setdefault("labels", {}).update(labels)
        deployment["metadata"].setdefault("annotations", {}).update(annotations)

    world.service.change("deployments", BACKEND, own)
    need = _by_name(world.cluster.needs(BOTH))[f"owner of {BACKEND}"]
    assert need.finding is Finding.WARNING
    assert mend in need.mend


def owner(kind="Shop", version="shop.example/v1", *, is_controller=True):
    return {
        "apiVersion": version,
        "kind": kind,
        "name": "web",
        "uid": "7",
        "controller": is_controller,
    }


def manages(manager, operation="Update", subresource="", part="f:template"):
    fields: dict[str, dict[str, dict[str, str]]] = {"f:spec": {part: {}}}
    return {
        "manager": manager,
        "operation": operation,
        "subresource": subresource,
        "fieldsV1": fields,
    }


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"ownerReferences": [owner()]}, ["get shop.v1.shop.example web -o yaml"]),
        ({"ownerReferences": [owner("Pod", "v1")]}, ["get pod web"]),
        ({"ownerReferences": [owner(is_controller=False)]}, []),
        ({"managedFields": [manages("argocd-controller", "Apply")]}, ["--show-managed-fields"]),
        ({"managedFields": [manages("our-own-deployer", "Apply")]}, ["--show-managed-fields"]),
        ({"managedFields": [manages("terraform-provider-kubernetes")]}, ["--show-managed-fields"]),
        ({"managedFields": [manages("kubectl", "Apply")]}, ["--server-side --force-conflicts"]),
        ({"managedFields": [manages("kubectl-client-side-apply")]}, []),
        ({"managedFields": [manages("kubectl-edit"), manages("hotfix")]}, []),
        ({"managedFields": [manages("kube-controller-manager", subresource="status")]}, []),
        ({"managedFields": [manages("keda-operator", "Apply", part="f:replicas")]}, []),
        (
            {"ownerReferences": [owner()], "labels": {"kapp.k14s.io/app": "1"}},
            ["get shop.v1.shop.example", "kapp list"],
        ),
    ],
)
def test_whoever_controls_it_or_manages_its_fields_is_named(metadata, words):
    found = ownership({"metadata": {"name": "web", **metadata}}, NAMESPACE)
    assert len(found) == len(words)
    for need, word in zip(found, words, strict=True):
        assert word in need.mend


def test_nothing_there_and_a_downtime_are_said(world):
    world.service.change("deployments", BACKEND, lambda each: each["spec"].update(replicas=0))
    recreate = {"type": "Recreate"}
    world.service.change(
        "deployments", FRONTEND, lambda each: each["spec"].update(strategy=recreate)
    )
    world.let_pass(20)
    needs = _by_name(world.cluster.needs(BOTH))
    assert needs[f"deployment {BACKEND}"].finding is Finding.WARNING
    assert f"scale deployment/{BACKEND}" in needs[f"deployment {BACKEND}"].mend
    assert "down during each rollout" in needs[f"deployment {FRONTEND}"].saw


def test_a_missing_namespace_ends_the_check(world):
    *_, last = world.adapter(namespace="elsewhere").needs(BOTH)
    assert (last.name, last.finding) == ("namespace", Finding.FAILED)


def test_a_wrong_token_and_a_silent_port_are_failed_needs(world, tmp_path):
    (need,) = world.adapter(token="wrong").needs(BOTH)
    assert (need.name, need.code) == ("server", ProblemCode.RIGHTS)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    path = tmp_path / "kubeconfig"
    path.write_text(kubeconfig_text(f"http://127.0.0.1:{port}", "token", NAMESPACE))
    (need,) = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path).needs(BOTH)
    assert (need.name, need.finding) == ("server", Finding.FAILED)
