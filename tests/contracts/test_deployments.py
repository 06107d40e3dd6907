"""The ``Cluster`` port's deployments: recorded, watched, and put back."""

import dataclasses

import pytest
from tests.adapters.kubernetes.world import REASON, refusal, restored
from tests.contracts.worlds import BACKEND, BAD, BOTH, FRONTEND, GOOD, OTHER, image, manifest
from tests.real_cluster.pod_reports import Conduct

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact_records import LogRecord
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.restoration import RestoreState
from hotfix.domain.rollout.judgement import Stand, judge_rollout
from hotfix.domain.rollout.proof import runs_commit

CAUSE = "kubernetes.io/change-cause"
REVISION = "deployment.kubernetes.io/revision"


@pytest.fixture
def cluster(world):
    return world.adapter()


def test_a_record_holds_what_is_needed_to_go_back(world, cluster):
    backend, frontend = cluster.record(BOTH)
    now = world.deployment(BACKEND)
    assert (backend.name, frontend.name) == BOTH
    assert backend.uid == now["metadata"]["uid"]
    assert backend.resource_version == now["metadata"]["resourceVersion"]
    assert backend.template == now["spec"]["template"]
    assert (backend.revision, backend.replicas, frontend.replicas) == (1, 2, 1)
    assert backend.images == (f"web={image(BACKEND, GOOD)}",)
    assert backend.template_hash
    assert backend.is_healthy
    assert not backend.is_paused
    assert DeploymentRecord.from_json(backend.to_json()) == backend


def test_a_rollout_is_looked_at_until_it_is_complete(world, cluster):
    world.deploy(BAD)
    stands, available = [], []

    def is_over():
        (view,) = cluster.look([BACKEND])
        stands.append(judge_rollout(view).stand)
        available.append(view.available)
        return view.is_complete

    world.until(is_over, "complete")
    (view,) = cluster.look([BACKEND])
    assert set(stands[:-1]) == {Stand.PROGRESSING}
    assert min(available) >= 2, "none may be missing meanwhile"
    assert (view.revision, view.wanted, view.updated, view.available, view.total) == (2, 2, 2, 2, 2)
    world.until(lambda: runs_commit(cluster.look([BACKEND])[0], BAD), "only the new pods are left")


def test_a_slow_rollout_is_progressing_without_trouble(world, cluster):
    world.deploy(BAD, conduct=Conduct.SLOW)
    views = []

    def is_over():
        views.append(cluster.look([BACKEND])[0])
        return views[-1].is_complete

    world.until(is_over, "complete")
    assert [reason for view in views for reason in judge_rollout(view).reasons] == []


@pytest.mark.parametrize(
    ("conduct", "words"),
    [
        (Conduct.CRASH_LOOP, "CrashLoopBackOff"),
        (Conduct.IMAGE_MISSING, "ImagePullBackOff"),
    ],
)
def test_a_bad_rollout_is_a_trouble_of_the_new_pods_and_keeps_the_old_ones(
    world, cluster, conduct, words
):
    (good,) = cluster.record([BACKEND])
    world.deploy(BAD, conduct=conduct)

    def reasons():
        return judge_rollout(cluster.look([BACKEND])[0]).reasons

    world.until(lambda: any(words in each for each in reasons()), words)
    (view,) = cluster.look([BACKEND])
    assert not view.is_complete
    assert not view.deadline_exceeded
    assert view.commits == (GOOD, GOOD)
    assert not cluster.record([BACKEND])[0].is_healthy
    assert restored(cluster, good).state is RestoreState.PATCHED
    world.until(lambda: cluster.look([BACKEND])[0].is_complete, "healthy")
    world.until(lambda: cluster.look([BACKEND])[0].commits == (GOOD, GOOD), "two good pods")
    assert reasons() == ()


def test_restoring_brings_back_exactly_what_was_recorded_as_a_new_revision(world, cluster):
    (record,) = cluster.record([BACKEND])
    world.change(BACKEND, {"metadata": {"annotations": {"somebody": "else's"}}})
    world.deploy(BAD)
    world.until_complete()
    generation = world.deployment(BACKEND)["metadata"]["generation"]
    assert restored(cluster, record).state is RestoreState.PATCHED
    world.until_complete()
    now = world.deployment(BACKEND)
    assert now["spec"]["template"] == record.template
    assert now["metadata"]["annotations"][CAUSE] == str(REASON)
    assert now["metadata"]["annotations"]["somebody"] == "else's"
    assert now["metadata"]["generation"] == generation + 1, "one patch"
    (view,) = cluster.look([BACKEND])
    assert (view.revision, view.template_hash) == (3, record.template_hash)


def test_restoring_twice_patches_once(world, cluster):
    (record,) = cluster.record([BACKEND])
    world.deploy(BAD)
    world.until_complete()
    assert restored(cluster, record).state is RestoreState.PATCHED
    assert restored(cluster, record).state is RestoreState.RAN_ALREADY, (
        "even before the controller has seen it"
    )
    world.until_complete()
    version = world.deployment(BACKEND)["metadata"]["resourceVersion"]
    assert restored(cluster, record).state is RestoreState.RAN_ALREADY
    now = world.deployment(BACKEND)
    assert now["metadata"]["resourceVersion"] == version
    assert now["metadata"]["annotations"][REVISION] == "3"


def test_a_status_that_moved_on_does_not_make_a_record_stale(world, cluster):
    (record,) = cluster.record([BACKEND])
    world.deploy(BAD)
    world.until_complete()
    world.change(BACKEND, {"metadata": {"annotations": {"touched": "yes"}}})
    assert record.resource_version != world.deployment(BACKEND)["metadata"]["resourceVersion"]
    assert restored(cluster, record).state is RestoreState.PATCHED


def test_what_runs_already_is_left_alone(world, cluster):
    (record,) = cluster.record([BACKEND])
    version = world.deployment(BACKEND)["metadata"]["resourceVersion"]
    assert restored(cluster, record).state is RestoreState.RAN_ALREADY
    assert world.deployment(BACKEND)["metadata"]["resourceVersion"] == version


def test_another_deployment_of_the_same_name_is_not_touched(world, cluster):
    (record,) = cluster.record([BACKEND])
    world.ask("DELETE", f"{world.deployments}/{BACKEND}")
    world.create(BACKEND, 2, BAD)
    assert "not the one that was recorded" in refusal(cluster, record).what
    assert world.deployment(BACKEND)["spec"]["template"] != record.template


def test_a_paused_deployment_is_refused_with_the_command_that_resumes_it(world, cluster):
    (record,) = cluster.record([BACKEND])
    world.deploy(BAD)
    world.change(BACKEND, {"spec": {"paused": True}})
    assert "rollout resume" in refusal(cluster, record).next_command
    assert cluster.record([BACKEND])[0].is_paused
    assert world.deployment(BACKEND)["spec"]["template"] != record.template


def test_an_earlier_revision_can_be_read_and_restored(world, cluster):
    for sha in (BAD, OTHER):
        world.deploy(sha)
        world.until_complete()
    (first,) = cluster.at_revision([BACKEND], 1)
    assert (first.revision, first.images) == (1, (f"web={image(BACKEND, GOOD)}",))
    assert "pod-template-hash" not in first.template["metadata"]["labels"]
    assert restored(cluster, first).state is RestoreState.PATCHED
    world.until_complete()
    (view,) = cluster.look([BACKEND])
    assert (view.revision, view.template_hash) == (4, first.template_hash)
    with pytest.raises(ProblemError, match="no revision 7") as caught:
        cluster.at_revision([BACKEND], 7)
    assert "2, 3, 4" in caught.value.problem.why


def test_a_template_that_the_cluster_does_not_take_is_a_problem(cluster):
    (record,) = cluster.record([BACKEND])
    template = {**record.template, "metadata": {"labels": {"app": "another"}}}
    bad = dataclasses.replace(record, template=template, template_hash="")
    assert "refused the recorded template" in refusal(cluster, bad).what


@pytest.mark.parametrize("names", [["nowhere"], [BACKEND, "nowhere"]])
def test_a_missing_deployment_is_named(cluster, names):
    with pytest.raises(ProblemError, match="no deployment nowhere") as caught:
        cluster.record(names)
    assert caught.value.problem.code is ProblemCode.CONFIGURATION
    with pytest.raises(ProblemError, match="no deployment nowhere"):
        cluster.look(names)


@pytest.mark.parametrize(
    ("plural", "kind", "more"),
    [("statefulsets", "StatefulSet", {"serviceName": "database"}), ("daemonsets", "DaemonSet", {})],
)
def test_what_is_no_deployment_is_refused_by_its_kind_under_the_least_role(
    world, cluster, plural, kind, more
):
    made = manifest("database", 1)
    made["kind"] = kind
    made["spec"] |= more
    del made["spec"]["replicas"]
    status, body = world.ask("POST", world.deployments.replace("deployments", plural), made)
    assert status == 201, body
    with pytest.raises(ProblemError, match=f"database is a {kind}") as caught:
        cluster.record([BACKEND, "database"])
    assert f"rollout undo {kind.lower()}/database" in caught.value.problem.next_command
    world.take_away(f"get {plural}")
    with pytest.raises(ProblemError, match="no deployment database"):
        cluster.record(["database"])


def test_a_missing_namespace_is_named(world):
    elsewhere = world.adapter(namespace="elsewhere", is_admin=True)
    with pytest.raises(ProblemError, match="no namespace elsewhere"):
        elsewhere.record([BACKEND])


@pytest.mark.parametrize("right", ["list deployments", "list replicasets", "list pods"])
def test_no_right_to_look_is_named(world, cluster, right):
    world.take_away(right)
    with pytest.raises(ProblemError, match=right) as caught:
        cluster.look([BACKEND])
    assert caught.value.problem.code is ProblemCode.RIGHTS


def test_no_right_to_patch_is_named_and_changes_nothing(world, cluster):
    (record,) = cluster.record([BACKEND])
    world.deploy(BAD)
    world.take_away("patch deployments")
    problem = refusal(cluster, record)
    assert "patch deployment" in problem.what
    assert problem.code is ProblemCode.RIGHTS
    assert world.deployment(BACKEND)["spec"]["template"] != record.template


def test_a_wrong_token_is_a_problem_of_rights_that_does_not_show_it(world):
    with pytest.raises(ProblemError) as caught:
        world.adapter(token="wrong-token").look([BACKEND])
    assert caught.value.problem.code is ProblemCode.RIGHTS
    assert "wrong-token" not in str(caught.value.problem)


def test_a_rollout_of_many_replicas_keeps_three_quarters_available(world, cluster):
    world.change(FRONTEND, {"spec": {"replicas": 8}})
    world.until_complete()
    world.deploy(BAD, FRONTEND)
    available = []

    def is_over():
        (view,) = cluster.look([FRONTEND])
        available.append(view.available)
        return view.is_complete

    world.until(is_over, "complete")
    assert min(available) >= 6


def test_logs_of_no_pod_and_without_the_right_are_named(world, cluster):
    with pytest.raises(ProblemError, match="app=nothing"):
        list(cluster.logs("app=nothing", 60, follow=False))
    world.take_away("get pods/log")
    with pytest.raises(ProblemError, match="read the log of pod") as caught:
        list(cluster.logs(f"app={BACKEND}", 60, follow=False))
    assert caught.value.problem.code is ProblemCode.RIGHTS


ENTRY = LogRecord("a" * 40, "dana", "checkout returns 500", "https://x/1", "deployed", "rena")


def test_what_was_deployed_stands_on_the_deployments_and_changes_nothing_else(world):
    cluster = world.adapter()
    before = cluster.record(BOTH)
    cluster.annotate(BOTH, "hf-1", ENTRY)
    cluster.annotate(BOTH, "hf-2", dataclasses.replace(ENTRY, issue=""))
    for name in BOTH:
        left = world.deployment(name)["metadata"]["annotations"]
        assert left["kubernetes.io/change-cause"] == "hotfix by dana: checkout returns 500 (hf-2)"
        noted = {key: value for key, value in left.items() if key.startswith("hotfix-cli/")}
        assert noted == {
            "hotfix-cli/deployed-by": "dana",
            "hotfix-cli/deployed-commit": "a" * 40,
            "hotfix-cli/deployed-run": "hf-2",
            "hotfix-cli/deployed-why": "checkout returns 500",
        }
        # As kubectl keeps it.
        assert "deployment.kubernetes.io/revision" in left
    now = cluster.record(BOTH)
    assert [(it.uid, it.revision, it.fingerprint) for it in now] == [
        (it.uid, it.revision, it.fingerprint) for it in before
    ]


def test_a_deployment_that_is_not_there_cannot_be_noted_on(world):
    with pytest.raises(ProblemError) as found:
        world.adapter().annotate(["nobody"], "hf-1", ENTRY)
    assert "nobody" in found.value.problem.what
