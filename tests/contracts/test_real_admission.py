"""What lies between a patch and a real API server: writers of the status, policies, accounts."""

import threading

import pytest
from tests.adapters.kubernetes.world import REASON
from tests.contracts.worlds import BACKEND, BAD, BOTH, MERGE, STRATEGIC

from hotfix.domain.problem import ProblemCode
from hotfix.domain.restoration import RestoreState

PATCHED = RestoreState.PATCHED
_ADMISSION = "/apis/admissionregistration.k8s.io/v1"


@pytest.fixture
def world(real_world):
    return real_world


@pytest.fixture
def cluster(world):
    return world.adapter()


@pytest.fixture
def targets(world, cluster):
    """What was healthy; the bad commit runs everywhere since."""
    recorded = cluster.record(BOTH)
    for name in BOTH:
        world.deploy(BAD, name)
    world.until_complete()
    return recorded


def test_a_status_that_is_written_all_the_time_does_not_hold_up_a_patch(world, cluster, targets):
    seen = cluster.survey(targets).present
    stopped = threading.Event()
    written: list[int] = []

    def write():
        while not stopped.is_set():
            message = f"{len(written)}"
            said = {"type": "Tested", "status": "True", "reason": "R", "message": message}
            path = f"{world.deployments}/{BACKEND}/status"
            status, _ = world.ask("PATCH", path, {"status": {"conditions": [said]}}, STRATEGIC)
            written.append(status)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        world.until(lambda: len(written) > 5, "the version moves")
        found = cluster.restore_all(targets, seen, REASON)
    finally:
        stopped.set()
        writer.join()
    assert [each.state for each in found] == [PATCHED, PATCHED]
    assert set(written) == {200}


def test_a_spec_that_somebody_changed_meanwhile_is_stale_and_patched_again(world, cluster, targets):
    seen = cluster.survey(targets).present
    world.change(BACKEND, {"spec": {"replicas": 3}})
    found = cluster.restore_all(targets, seen, REASON)
    assert [each.state for each in found] == [PATCHED, PATCHED]
    assert world.deployment(BACKEND)["spec"]["replicas"] == 3


def test_the_fields_that_are_written_are_managed_under_our_own_name(world, cluster, targets):
    cluster.restore_all(targets, cluster.survey(targets).present, REASON)
    managers = {
        each["manager"]
        for each in world.deployment(BACKEND)["metadata"]["managedFields"]
        if "f:template" in each["fieldsV1"].get("f:spec", {})
    }
    assert "hotfix" in managers


@pytest.fixture
def policy(world):
    """A function that makes a policy of the cluster for this namespace alone, for a while."""
    made = []

    def make(kind, spec, binding):
        name = f"{world.namespace}-{kind.lower()}"
        plural = f"{kind.lower().removesuffix('y')}ies"
        bindings = f"{kind.lower()}bindings"
        namespaces = {"matchLabels": {"kubernetes.io/metadata.name": world.namespace}}
        resources = {
            "namespaceSelector": namespaces,
            "resourceRules": [
                {
                    "apiGroups": ["apps"],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["deployments"],
                }
            ],
        }
        for path, body in (
            (plural, {"metadata": {"name": name}, "spec": {**spec, "matchConstraints": resources}}),
            (bindings, {"metadata": {"name": name}, "spec": {"policyName": name, **binding}}),
        ):
            status, answer = world.ask("POST", f"{_ADMISSION}/{path}", body)
            assert status == 201, answer
            made.append(f"{_ADMISSION}/{path}/{name}")

    yield make
    for path in reversed(made):
        world.ask("DELETE", path)


def in_force(world, is_so):
    """Wait until the API server has heard of a policy, which takes it a moment."""
    number = iter(range(1000))

    def tried():
        mark = {"metadata": {"annotations": {"tried": f"{next(number)}"}}}
        return is_so(*world.ask("PATCH", f"{world.deployments}/{BACKEND}?dryRun=All", mark, MERGE))

    world.until(tried, "the policy is in force")


@pytest.mark.parametrize("reason", ["Forbidden", "Invalid"])
def test_a_policy_that_says_no_is_told_apart_from_a_missing_right(
    world, cluster, targets, policy, reason
):
    rule = {"expression": "false", "message": "No deploys on Fridays.", "reason": reason}
    spec = {"failurePolicy": "Fail", "validations": [rule]}
    policy("ValidatingAdmissionPolicy", spec, {"validationActions": ["Deny"]})
    in_force(world, lambda status, _: status in {403, 422})
    for found in cluster.restore_all(targets, cluster.survey(targets).present, REASON):
        assert found.state is RestoreState.REFUSED
        assert found.problem is not None
        assert found.problem.code is ProblemCode.FAILED
        assert found.problem.what.startswith("No deploys on Fridays: by a rule of the cluster")


def test_what_a_policy_makes_of_the_target_is_told_and_is_our_own_the_next_time(
    world, cluster, targets, policy
):
    changed = (
        "Object{spec: Object.spec{template: Object.spec.template{metadata: "
        'Object.spec.template.metadata{annotations: {"billing": "shop"}}}}}'
    )
    mutation = {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": changed}}
    spec = {"failurePolicy": "Fail", "reinvocationPolicy": "Never", "mutations": [mutation]}
    policy("MutatingAdmissionPolicy", spec, {})
    in_force(world, lambda _, body: "billing" in str(body["spec"]["template"]))
    seen = cluster.survey(targets).present
    first = cluster.restore_all(targets, seen, REASON)
    assert [each.state for each in first] == [PATCHED, PATCHED]
    assert [each.answered for each in first] == [each.fingerprint for each in cluster.record(BOTH)]
    assert first[0].answered != targets[0].fingerprint
    # The answer was lost: what is there is neither what was seen nor the target.
    again = cluster.restore_all(targets, seen, REASON)
    assert [each.state for each in again] == [PATCHED, PATCHED]
    assert [each.answered for each in again] == [each.answered for each in first]
