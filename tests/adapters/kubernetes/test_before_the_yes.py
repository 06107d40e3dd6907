"""What a rollback meets on its way in, and what must be known before a yes."""

import dataclasses
import json

import pytest
import urllib3
from tests.adapters.kubernetes.world import BACKEND, BAD, FRONTEND, NAMESPACE, REASON

from hotfix.adapters.kubernetes.api.errors import is_by_admission
from hotfix.adapters.kubernetes.restoration.downtime import without_pods_meanwhile
from hotfix.adapters.kubernetes.restoration.next_apply import kept_beside
from hotfix.domain.problem import ProblemCode
from hotfix.domain.restoration import RestoreState
from hotfix.simulators.kubernetes.kinds import DEPLOYMENTS
from hotfix.simulators.kubernetes.status_answers import denied_by_policy
from hotfix.simulators.server import Answer

BOTH = (BACKEND, FRONTEND)
PATCHED = RestoreState.PATCHED
_NO_RIGHT = 'deployments.apps "web" is forbidden: User "dana" cannot patch resource "deployments"'


def deployed(world):
    """Record what runs, deploy the bad commit, and look at it; returns both."""
    targets = world.cluster.record(BOTH)
    for name in BOTH:
        world.deploy(BAD, name)
    world.let_pass(60)
    return targets, world.cluster.survey(targets).present


def states(results):
    return [result.state for result in results]


def test_a_status_that_changes_all_the_time_does_not_hold_up_a_patch(world):
    targets, seen = deployed(world)

    def report_a_pod():
        deployment = world.service._store.get(DEPLOYMENTS, NAMESPACE, BACKEND)
        deployment["status"]["updatedReplicas"] = deployment["status"].get("updatedReplicas", 0) + 1
        world.service._store.update(DEPLOYMENTS, NAMESPACE, deployment)

    world.service.before_patch = report_a_pod
    assert states(world.cluster.restore_all(targets, seen, REASON)) == [PATCHED, PATCHED]
    assert [each.status for each in world.patches()] == [200, 200], "each at the first go"


def test_a_record_of_an_earlier_version_knows_no_generation_and_is_read_first(world):
    targets, seen = deployed(world)
    before = [dataclasses.replace(each, generation=0) for each in (*targets, *seen)]
    found = world.cluster.restore_all(before[:2], before[2:], REASON)
    assert states(found) == [PATCHED, PATCHED]


def test_a_policy_that_says_no_is_told_apart_from_a_missing_right_its_words_first(world):
    targets, seen = deployed(world)
    for code, reason in ((403, "Forbidden"), (422, "Invalid"), (400, "BadRequest")):

        def refuse(deployment, code=code, reason=reason):
            name = deployment["metadata"]["name"]
            said = denied_by_policy("deployments.apps", name, "freeze", "No deploys today.").body
            raise Answer(code, {**said, "reason": reason, "code": code})

        world.service.policies[:] = [refuse]
        for result in world.cluster.restore_all(targets, seen, REASON):
            assert result.state is RestoreState.REFUSED
            assert result.problem.code is ProblemCode.FAILED
            assert result.problem.what.startswith("No deploys today: by a rule of the cluster")
            assert "no right" not in result.problem.what
            assert "ValidatingAdmissionPolicy 'freeze'" in result.problem.why


@pytest.mark.parametrize(
    ("message", "is_admission"),
    [
        (f'{_NO_RIGHT} in API group "apps" in the namespace "shop"', False),
        (f'{_NO_RIGHT}: requires one of ["container.deployments.update"] permission(s).', False),
        ('forbidden: User "system:anonymous" cannot get path "/version"', False),
        ('admission webhook "check.example" denied the request: [no-latest] use a digest', True),
        ('admission webhook "check.example" denied the request without explanation', True),
        ('pods "web" is forbidden: exceeded quota: small, requested: pods=1', True),
        ('pods "web" is forbidden: violates PodSecurity "restricted:latest"', True),
        ('deployments.apps "web" is forbidden: maximum cpu usage per Container is 1', True),
        ("Forbidden", False),
    ],
)  # fmt: skip
def test_a_refusal_is_by_admission_where_the_authorizer_did_not_say_it(message, is_admission):
    body = {"kind": "Status", "reason": "Forbidden", "message": message}
    assert is_by_admission(403, body) is is_admission


def test_what_is_written_is_written_under_a_name_of_our_own(world, monkeypatch):
    asked = []
    real = urllib3.PoolManager.request

    def noted(self, method, url, **more):
        asked.append((method, url, more["headers"]))
        return real(self, method, url, **more)

    monkeypatch.setattr(urllib3.PoolManager, "request", noted)
    targets, seen = deployed(world)
    world.cluster.restore_all(targets, seen, REASON)
    writes = [(url, headers) for method, url, headers in asked if method == "PATCH"]
    assert len(writes) == 2
    for url, headers in writes:
        assert "fieldManager=hotfix" in url
        assert headers["User-Agent"].startswith("hotfix/")
    assert not any("fieldManager" in url for method, url, _ in asked if method == "GET")


def applied(deployment, template):
    """Leave on a deployment what `kubectl apply` of this template leaves."""
    notes = deployment["metadata"].setdefault("annotations", {})
    notes["kubectl.kubernetes.io/last-applied-configuration"] = json.dumps(
        {"spec": {"template": template}}
    )


def containers(*names):
    return {"spec": {"containers": [{"name": each, "image": f"shop/{each}:1"} for each in names]}}


def test_what_the_next_apply_would_keep_beside_is_named_with_the_mend(world):
    def sidecar(name):
        def change(deployment):
            template = deployment["spec"]["template"]
            web = template["spec"]["containers"][0]
            template["spec"]["containers"] = [web, {"name": name, "image": f"shop/{name}:1"}]
            applied(deployment, template)

        return change

    world.service.change("deployments", BACKEND, sidecar("proxy"))
    world.let_pass(60)
    targets = world.cluster.record([BACKEND])
    assert world.cluster.survey(targets).caveats == (), "nothing is going to be replaced"
    world.service.change("deployments", BACKEND, sidecar("mesh"))
    world.let_pass(60)
    (caveat,) = world.cluster.survey(targets).caveats
    assert "would keep, beside what it brings, spec.containers[proxy]" in caveat.saying
    assert caveat.next_command == f"kubectl -n {NAMESPACE} apply set-last-applied -f MANIFEST"


@pytest.mark.parametrize(
    ("target", "last", "present", "kept"),
    [
        (containers("web", "b"), containers("web", "c"), containers("web", "c"), ["b"]),
        (containers("web", "b"), containers("web", "b"), containers("web", "c"), []),
        # What another tool put there is there before and after.
        (containers("web", "b"), containers("web"), containers("web", "b"), []),
        ({"spec": {"a": 1}}, {"spec": {}}, {"spec": {}}, ["a"]),
        ({"spec": {"nodeSelector": {}}}, {"spec": {}}, {"spec": {}}, []),
        ({"spec": {"tolerations": [1]}}, {"spec": {"tolerations": [2]}}, {"spec": {}}, []),
    ],
)
def test_the_next_apply_keeps_what_the_last_one_did_not_bring(target, last, present, kept):
    deployment = {"metadata": {"name": "web"}, "spec": {"template": present}}
    applied(deployment, last)
    found = kept_beside(deployment, target)
    assert [each.split(".")[-1].split("[")[-1].rstrip("]") for each in found] == kept


def test_an_environment_variable_that_comes_back_is_named_by_its_path():
    def env(*names):
        template = containers("web")
        template["spec"]["containers"][0]["env"] = [{"name": each} for each in names]
        return template

    deployment = {"metadata": {"name": "web"}, "spec": {"template": env("B")}}
    applied(deployment, env("B"))
    assert kept_beside(deployment, env("A", "B")) == ["spec.containers[web].env[A]"]
    assert kept_beside({"metadata": {}, "spec": {"template": env()}}, env("A")) == []


def rolling(replicas, **limits):
    return {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": limits}}


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"strategy": {"type": "Recreate"}}, "its strategy is Recreate"),
        ({"strategy": {"type": "Recreate"}, "replicas": 0}, ""),
        ({}, ""),
        ({"replicas": 4}, ""),
        (rolling(1, maxUnavailable=1), "its maxUnavailable is 1"),
        (rolling(2, maxUnavailable="100%"), "its maxUnavailable is 100%"),
        (rolling(3, maxUnavailable="50%"), ""),
        (rolling(1, maxSurge=0), "its maxUnavailable is 25%"),
        (rolling(2, maxSurge=0), ""),
    ],
)
def test_a_rollout_is_a_downtime_where_all_pods_end_first(spec, words):
    assert without_pods_meanwhile({"spec": spec}) == words


def test_a_downtime_and_nothing_there_are_named_before_the_yes(world):
    targets, _ = deployed(world)
    recreate = {"type": "Recreate"}
    world.service.change(
        "deployments", BACKEND, lambda each: each["spec"].update(strategy=recreate)
    )
    world.service.change("deployments", FRONTEND, lambda each: each["spec"].update(replicas=0))
    idle, down = world.cluster.survey(targets).caveats
    assert "strategy is Recreate, so it is down until the restored pods are ready" in down.saying
    assert idle.saying == (
        f"{FRONTEND}: scaled to 0 (1 when it was recorded), so nothing of it will run"
    )
    assert idle.next_command.endswith(f"scale deployment/{FRONTEND} --replicas=1")
    assert not world.cluster.record([FRONTEND])[0].is_healthy
