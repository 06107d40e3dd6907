"""The recorded set goes back as one: in parallel, reported one by one, and safe to repeat."""

import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from tests.adapters.kubernetes.world import BACKEND, BAD, FRONTEND, GOOD, REASON, image, manifest

from hotfix.domain.problem import ProblemError
from hotfix.domain.restoration import Caveat, RestoreState

BOTH = (BACKEND, FRONTEND)
PATCHED, RAN, CHANGED = RestoreState.PATCHED, RestoreState.RAN_ALREADY, RestoreState.CHANGED


def deployed(world, names=BOTH):
    """Record what runs, deploy the bad commit, and look at it; returns both."""
    targets = world.cluster.record(names)
    for name in names:
        world.deploy(BAD, name)
    world.let_pass(60)
    return targets, world.cluster.survey(targets).present


def states(results):
    return [result.state for result in results]


def templates(world, names=BOTH):
    return [world.service.get("deployments", name)["spec"]["template"] for name in names]


def test_a_rollback_takes_three_lists_and_one_patch_a_deployment(world):
    many = [f"part-{number}" for number in range(20)]
    for name in many:
        world.service.create("deployments", manifest(name, 1))
    world.let_pass(20)
    targets = world.cluster.record(many)
    for name in many:
        world.deploy(BAD, name)
    before = len(world.received.all("kubernetes"))
    seen = world.cluster.survey(targets).present
    assert states(world.cluster.restore_all(targets, seen, REASON)) == [PATCHED] * 20
    asked = world.received.all("kubernetes")[before:]
    assert sorted(each.method for each in asked) == ["GET"] * 3 + ["PATCH"] * 20
    assert templates(world, many) == [target.template for target in targets]


def test_what_was_patched_says_who_when_why(world):
    targets, seen = deployed(world)
    world.cluster.restore_all(targets, seen, REASON)
    left = world.service.get("deployments", BACKEND)["metadata"]["annotations"]
    assert left["kubernetes.io/change-cause"] == (
        "hotfix rollback by dana: checkout returns 500 (hf-1)"
    )
    assert left["hotfix-cli/rolled-back-by"] == "dana"
    assert left["hotfix-cli/rolled-back-run"] == "hf-1"
    assert left["hotfix-cli/rolled-back-why"] == "checkout returns 500"
    # By the cluster's clock, which dates the ReplicaSets, whatever this machine's says.
    at = datetime.fromisoformat(left["hotfix-cli/rolled-back-at"])
    assert abs(at - world.service.timeline.now()) < timedelta(seconds=5)


def test_a_revision_is_as_old_as_the_clusters_clock_has_it(world):
    world.let_pass(7200)
    (revision,) = world.cluster.revisions([BACKEND])
    assert revision.age_seconds == pytest.approx(7200, abs=90)


def test_doing_it_twice_ends_on_the_good_state(world):
    targets, seen = deployed(world)
    world.cluster.restore_all(targets, seen, REASON)
    assert states(world.cluster.restore_all(targets, seen, REASON)) == [RAN, RAN]
    world.let_pass(60)
    assert states(world.cluster.restore_all(targets, seen, REASON)) == [RAN, RAN]
    again = world.cluster.survey(targets).present
    assert states(world.cluster.restore_all(targets, again, REASON)) == [RAN, RAN]
    assert templates(world) == [target.template for target in targets]


def test_two_processes_at_once_end_on_the_good_state(world):
    targets, seen = deployed(world)
    given = json.dumps([[each.to_json() for each in side] for side in (targets, seen)])
    script = (
        "import json, sys; from pathlib import Path;"
        "from hotfix.adapters.kubernetes import KubernetesDeployments;"
        "from hotfix.domain.deployment_record import DeploymentRecord;"
        "from hotfix.domain.restoration import Reason;"
        "read = DeploymentRecord.from_json;"
        "targets, seen = [[*map(read, side)] for side in json.load(sys.stdin)];"
        "cluster = KubernetesDeployments(namespace='webrana', kubeconfig=Path(sys.argv[1]));"
        "found = cluster.restore_all(targets, seen, Reason('dana', 'hf-1', 'why'));"
        "print(*(each.state.name for each in found))"
    )
    (kubeconfig,) = world.folder.glob("kubeconfig-*")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(kubeconfig)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(given)
        process.stdin.close()
    said = [process.stdout.read().split() for process in processes if process.stdout]
    for process in processes:
        assert process.wait(30) == 0
        assert process.stdout is not None
        process.stdout.close()
    # Each deployment was patched by one of them, and the other one saw that it was.
    assert [sorted(pair) for pair in zip(*said, strict=True)] == [["PATCHED", "RAN_ALREADY"]] * 2
    assert templates(world) == [target.template for target in targets]


def test_one_that_fails_does_not_hide_or_hold_up_the_others(world):
    targets, seen = deployed(world)
    world.service.change("deployments", FRONTEND, lambda each: each["spec"].update(paused=True))
    results = world.cluster.restore_all(targets, seen, REASON)
    assert states(results) == [PATCHED, RestoreState.REFUSED]
    assert "rollout resume" in results[1].problem.next_command
    assert templates(world)[0] == targets[0].template


def test_a_change_by_somebody_else_after_the_look_is_not_overwritten(world):
    targets, seen = deployed(world)
    world.deploy("c3" * 20, FRONTEND)
    results = world.cluster.restore_all(targets, seen, REASON)
    assert states(results) == [PATCHED, CHANGED]
    assert "was changed during the rollback" in results[1].problem.what
    # Seen and agreed to, it is replaced.
    again = world.cluster.survey(targets).present
    assert states(world.cluster.restore_all(targets, again, REASON)) == [RAN, PATCHED]


def test_what_ran_at_the_look_and_was_deployed_since_is_noticed(world):
    targets = world.cluster.record(BOTH)
    seen = world.cluster.survey(targets).present
    world.deploy(BAD)
    assert states(world.cluster.restore_all(targets, seen, REASON)) == [CHANGED, RAN]


def test_a_spec_that_the_controller_has_not_seen_yet_is_not_taken_for_the_old_one(world):
    targets = world.cluster.record(BOTH)
    world.deploy(BAD)
    seen = world.cluster.survey(targets).present
    assert not seen[0].runs(targets[0])
    assert states(world.cluster.restore_all(targets, seen, REASON)) == [PATCHED, RAN]


def test_a_revision_that_was_pruned_is_restored_from_the_record(world):
    world.service.change(
        "deployments", BACKEND, lambda each: each["spec"].update(revisionHistoryLimit=0)
    )
    (target,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.let_pass(60)
    with pytest.raises(ProblemError, match="no revision 1"):
        world.cluster.at_revision([BACKEND], 1)
    seen = world.cluster.survey([target]).present
    assert states(world.cluster.restore_all([target], seen, REASON)) == [PATCHED]
    world.let_pass(60)
    (now,) = world.cluster.record([BACKEND])
    assert (now.template_hash, now.is_healthy) == (target.template_hash, True)


def test_the_candidates_come_with_revision_image_and_age(world):
    world.deploy(BAD)
    world.let_pass(60)
    newest, first, other = world.cluster.revisions(BOTH)
    assert [each.number for each in (newest, first, other)] == [2, 1, 1]
    assert [each.is_present for each in (newest, first, other)] == [True, False, True]
    assert first.images == (f"web={image(BACKEND, GOOD)}",)
    assert first.created_at < newest.created_at <= world.clock.now()
    assert newest.change_cause == f"deploy {BAD[:8]}"


def autoscaler(name):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    return {"metadata": {"name": "web"}, "spec": {"scaleTargetRef": target, "maxReplicas": 9}}


def test_an_autoscaler_keeps_its_replicas_and_is_named(world):
    world.service.create("horizontalpodautoscalers", autoscaler(BACKEND))
    targets, _ = deployed(world)
    world.service.change("deployments", BACKEND, lambda each: each["spec"].update(replicas=4))
    survey = world.cluster.survey(targets)
    (caveat,) = survey.caveats
    assert "replicas (4 now) are set by the HorizontalPodAutoscaler web" in caveat.saying
    assert caveat.next_command == "kubectl -n webrana get hpa web"
    world.cluster.restore_all(targets, survey.present, REASON)
    assert world.service.get("deployments", BACKEND)["spec"]["replicas"] == 4


def test_without_the_right_to_see_autoscalers_it_goes_on_and_says_what_is_not_known(world):
    targets, _ = deployed(world)
    world.service.denied.add("list horizontalpodautoscalers")
    (caveat,) = world.cluster.survey(targets).caveats
    assert caveat.saying == (
        f"{BACKEND}, {FRONTEND}: whether an autoscaler sets the replicas is not known; "
        "they are left alone"
    )
    assert caveat.next_command == "hotfix init --rbac"


def with_configuration(world):
    """Let the backend's template name a ConfigMap and a Secret, and roll that out."""

    def name_them(deployment):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        container["envFrom"] = [{"configMapRef": {"name": "shop"}}]
        source = {"secretKeyRef": {"name": "payments", "key": "token"}}
        container["env"] = [{"name": "TOKEN", "valueFrom": source}]

    world.service.create("configmaps", {"metadata": {"name": "shop"}, "data": {"tax": "7"}})
    world.service.create("secrets", {"metadata": {"name": "payments"}, "data": {"token": "czNj"}})
    world.service.change("deployments", BACKEND, name_them)
    world.let_pass(60)


def test_what_the_template_names_is_recorded_by_version_and_without_content(world):
    with_configuration(world)
    (record,) = world.cluster.record([BACKEND])
    assert [(each.kind, each.name) for each in record.named] == [
        ("ConfigMap", "shop"),
        ("Secret", "payments"),
    ]
    assert all(each.version for each in record.named)
    assert "czNj" not in json.dumps(record.to_json())


def test_a_config_map_that_changed_since_is_named_with_the_command_to_look(world):
    with_configuration(world)
    targets, _ = deployed(world, (BACKEND,))
    assert world.cluster.survey(targets).caveats == ()
    world.service.change("configmaps", "shop", lambda each: each["data"].update(tax="19"))
    (caveat,) = world.cluster.survey(targets).caveats
    assert caveat == Caveat(
        "ConfigMap shop, which webrana-backend names, changed since the record and stays as it is",
        "kubectl -n webrana describe configmap shop",
    )


def test_what_may_not_be_listed_is_said_to_be_unknown(world):
    with_configuration(world)
    world.service.denied.add("list secrets")
    targets, _ = deployed(world, (BACKEND,))
    (caveat,) = world.cluster.survey(targets).caveats
    assert caveat.saying.startswith("Secret payments: whether they changed is not known")


def test_who_would_undo_it_is_named_once_for_the_set(world):
    for name in BOTH:
        world.service.change(
            "deployments",
            name,
            lambda each: (
                each["metadata"]
                .setdefault("annotations", {})
                .update({"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:webrana/x"})
            ),
        )
    (caveat,) = world.cluster.survey(world.cluster.record(BOTH)).caveats
    assert caveat.saying.startswith(f"{BACKEND}, {FRONTEND}: Argo CD (application shop)")
    assert caveat.next_command == "argocd app set shop --sync-policy none"


@pytest.mark.parametrize(
    ("plural", "kind"), [("statefulsets", "StatefulSet"), ("daemonsets", "DaemonSet")]
)
def test_what_is_no_deployment_is_refused_by_its_kind(world, plural, kind):
    world.service.create(plural, {"metadata": {"name": "database"}, "spec": {}})
    with pytest.raises(ProblemError, match=f"database is a {kind}") as caught:
        world.cluster.record([BACKEND, "database"])
    assert "Only Deployments are" in caught.value.problem.why
    assert f"rollout undo {kind.lower()}/database" in caught.value.problem.next_command


def test_a_deployment_that_is_not_there_is_refused_with_those_that_are(world):
    with pytest.raises(ProblemError, match="There is no deployment webrana-backnd") as caught:
        world.cluster.at_revision(["webrana-backnd"], 1)
    why = caught.value.problem.why
    assert f"It has: {BACKEND}, {FRONTEND}. Did you mean {BACKEND}?" in why
