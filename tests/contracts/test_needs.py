"""What ``hotfix doctor`` asks of the cluster."""

import pytest
from tests.contracts.worlds import BACKEND, BOTH, FRONTEND

from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding


def _by_name(needs):
    return {need.name: need for need in needs}


def test_an_operator_with_the_least_role_has_all_that_is_needed(world):
    needs = _by_name(world.adapter().needs(BOTH))
    assert {need.finding for need in needs.values()} == {Finding.OK}
    assert {"server", "namespace", "rights to roll back", "rights for the lock"} <= set(needs)
    assert f"rollback target of {BACKEND}" in needs


@pytest.mark.parametrize(
    ("right", "name", "finding"),
    [
        ("patch deployments", "rights to roll back", Finding.FAILED),
        ("list replicasets", "rights to roll back", Finding.FAILED),
        ("create leases", "rights for the lock", Finding.WARNING),
        ("get pods/log", "rights for logs", Finding.WARNING),
        (
            "list horizontalpodautoscalers",
            "rights to name what a rollback leaves",
            Finding.WARNING,
        ),
        ("get daemonsets", "rights to name what a rollback leaves", Finding.WARNING),
    ],
)
def test_a_missing_right_is_named(world, right, name, finding):
    world.take_away(right)
    need = _by_name(world.adapter().needs(BOTH))[name]
    assert (need.finding, need.code) == (finding, ProblemCode.RIGHTS)
    assert right.split()[0] in need.saw
    assert need.mend


def test_a_missing_deployment_and_a_paused_one_are_named(world):
    world.change(FRONTEND, {"spec": {"paused": True}})
    needs = _by_name(world.adapter().needs((*BOTH, "nowhere")))
    assert needs["deployment nowhere"].finding is Finding.FAILED
    assert needs[f"deployment {BACKEND}"].finding is Finding.OK
    assert needs[f"deployment {FRONTEND}"].finding is Finding.WARNING
    assert "rollout resume" in needs[f"deployment {FRONTEND}"].mend


def test_a_missing_namespace_ends_the_check(world):
    *_, last = world.adapter(namespace="elsewhere", is_admin=True).needs(BOTH)
    assert (last.name, last.finding) == ("namespace", Finding.FAILED)


def test_a_wrong_token_is_a_failed_need(world):
    (need,) = world.adapter(token="wrong").needs(BOTH)
    assert (need.name, need.code) == ("server", ProblemCode.RIGHTS)
