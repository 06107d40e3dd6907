"""A rollout watched to its end, and the way back to what was recorded."""

import dataclasses

import pytest
from tests.adapters.kubernetes.world import (
    BACKEND,
    BAD,
    FRONTEND,
    GOOD,
    REASON,
    image,
    manifest,
    refusal,
    restored,
)

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.restoration import RestoreState
from hotfix.domain.rollout.judgement import Stand, judge_rollout
from hotfix.domain.rollout.proof import runs_commit

BOTH = (BACKEND, FRONTEND)
PATCHED, RAN = RestoreState.PATCHED, RestoreState.RAN_ALREADY


def test_a_record_holds_what_is_needed_to_go_back(world):
    backend, frontend = world.cluster.record(BOTH)
    assert (backend.name, frontend.name) == BOTH
    assert backend.revision == 1
    assert backend.template_hash
    assert backend.images == (f"web={image(BACKEND, GOOD)}",)
    assert (backend.replicas, frontend.replicas) == (2, 1)
    assert backend.is_healthy
    assert not backend.is_paused
    assert backend.uid == world.service.get("deployments", BACKEND)["metadata"]["uid"]
    assert DeploymentRecord.from_json(backend.to_json()) == backend


def test_a_record_takes_a_request_for_each_of_few_and_one_for_their_replica_sets(world):
    world.cluster.record(BOTH)
    assert len(world.received.all("kubernetes")) == 2 + 1
    world.cluster.look(BOTH)
    assert len(world.received.all("kubernetes")) == 3 + 2 + 1 + 1


def test_a_rollout_proceeds_to_its_end_and_the_pods_name_the_commit(world):
    world.deploy(BAD)
    (view,) = world.cluster.look([BACKEND])
    assert view.observed_generation < view.generation
    stands, most = [], 0
    for _ in range(60):
        world.let_pass(1)
        (view,) = world.cluster.look([BACKEND])
        stands.append(judge_rollout(view).stand)
        most = max(most, view.total)
        assert view.available >= 2, "none may be missing meanwhile"
        if stands[-1] is Stand.COMPLETE:
            break
    assert set(stands[:-1]) == {Stand.PROGRESSING}
    assert stands[-1] is Stand.COMPLETE
    assert most == 3
    assert view.revision == 2
    assert runs_commit(view, BAD)


def test_restoring_sends_one_patch_and_brings_the_old_template_back_as_a_new_revision(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.let_pass(60)
    assert restored(world.cluster, record).state is PATCHED
    world.let_pass(60)
    (view,) = world.cluster.look([BACKEND])
    assert judge_rollout(view).stand is Stand.COMPLETE
    assert view.revision == 3
    assert view.template_hash == record.template_hash
    assert view.commits == (GOOD, GOOD)
    assert len(world.patches()) == 1
    deployment = world.service.get("deployments", BACKEND)
    assert deployment["spec"]["template"] == record.template
    cause = deployment["metadata"]["annotations"]["kubernetes.io/change-cause"]
    assert cause == str(REASON)
    assert [rs["spec"]["replicas"] for rs in world.service.replica_sets(BACKEND)] == [0, 2]


def test_restoring_twice_patches_once(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.let_pass(60)
    assert restored(world.cluster, record).state is PATCHED
    assert restored(world.cluster, record).state is RAN, "even before the controller has seen it"
    world.let_pass(60)
    assert restored(world.cluster, record).state is RAN
    assert len(world.patches()) == 1


def test_what_runs_already_is_left_alone(world):
    (record,) = world.cluster.record([BACKEND])
    assert restored(world.cluster, record).state is RAN
    assert world.patches() == []


def test_the_same_replica_set_counts_as_the_same_template(world):
    (record,) = world.cluster.record([BACKEND])
    template = {**record.template, "spec": {**record.template["spec"], "dnsPolicy": None}}
    same = dataclasses.replace(record, template=template)
    assert restored(world.cluster, same).state is RAN
    assert world.patches() == []


def test_a_deployment_without_annotations_gets_its_change_cause(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.service.change("deployments", BACKEND, lambda each: each["metadata"].pop("annotations"))
    assert restored(world.cluster, record).state is PATCHED
    annotations = world.service.get("deployments", BACKEND)["metadata"]["annotations"]
    assert annotations["kubernetes.io/change-cause"] == str(REASON)


def test_another_deployment_of_the_same_name_is_not_touched(world):
    (record,) = world.cluster.record([BACKEND])
    world.service.delete("deployments", BACKEND)
    world.let_pass(10)
    world.service.create("deployments", manifest(BACKEND, 2, BAD))
    world.let_pass(20)
    assert "not the one that was recorded" in refusal(world.cluster, record).what
    assert world.patches() == []


def test_a_paused_deployment_is_refused_with_the_command_that_resumes_it(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.service.change("deployments", BACKEND, lambda each: each["spec"].update(paused=True))
    assert "rollout resume" in refusal(world.cluster, record).next_command
    assert world.cluster.record([BACKEND])[0].is_paused
    assert world.patches() == []


def test_an_earlier_revision_can_be_read_and_restored(world):
    world.deploy(BAD)
    world.let_pass(60)
    (now,) = world.cluster.record([BACKEND])
    (first,) = world.cluster.at_revision([BACKEND], 1)
    assert first.revision == 1
    assert first.images == (f"web={image(BACKEND, GOOD)}",)
    assert "pod-template-hash" not in first.template["metadata"]["labels"]
    assert world.cluster.at_revision([BACKEND], 2) == (now,)
    assert restored(world.cluster, first).state is PATCHED
    with pytest.raises(ProblemError, match="no revision 7") as caught:
        world.cluster.at_revision([BACKEND], 7)
    assert "1, 2" in caught.value.problem.why


def test_a_crash_loop_is_a_trouble_of_the_new_pods_and_keeps_the_old_ones(world):
    world.pods.failing[BAD] = "panicked at main.rs:7"
    world.deploy(BAD)
    world.let_pass(20)
    (view,) = world.cluster.look([BACKEND])
    judgement = judge_rollout(view)
    assert (judgement.stand, judgement.is_given_up) == (Stand.DOOMED, False)
    assert judgement.reasons == ("web: CrashLoopBackOff",)
    assert view.commits == (GOOD, GOOD)
    world.let_pass(30)
    (new,) = [pod for pod in world.service.pods(BACKEND) if _name(pod) in judgement.pods]
    assert new["status"]["containerStatuses"][0]["restartCount"] >= 2
    (record,) = world.cluster.record([BACKEND])
    assert not record.is_healthy


def test_a_rollout_without_progress_is_given_up_at_its_deadline(world):
    world.pods.failing[BAD] = "ImagePullBackOff"
    world.deploy(BAD)
    world.let_pass(20)
    (reason,) = judge_rollout(world.cluster.look([BACKEND])[0]).reasons
    assert reason.startswith("web: ImagePullBackOff")
    world.clock.wait(600)
    world.let_pass(2)
    assert judge_rollout(world.cluster.look([BACKEND])[0]).is_given_up


def test_a_rollback_out_of_a_crash_loop_gets_healthy(world):
    (record,) = world.cluster.record([BACKEND])
    world.pods.failing[BAD] = "panicked"
    world.deploy(BAD)
    world.let_pass(20)
    assert restored(world.cluster, record).state is PATCHED
    world.let_pass(15)
    (view,) = world.cluster.look([BACKEND])
    assert judge_rollout(view).stand is Stand.COMPLETE
    assert (judge_rollout(view).reasons, view.commits) == ((), (GOOD, GOOD))


def test_the_image_tag_names_the_commit_where_no_label_does(world):
    def release(deployment):
        deployment["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/version"] = "1.4.2"
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        container["image"] = f"registry.example:5000/webrana/backend:{BAD}@sha256:{'0' * 64}"

    world.service.change("deployments", BACKEND, release)
    world.let_pass(60)
    assert world.cluster.look([BACKEND])[0].commits == (BAD, BAD)


@pytest.mark.parametrize("names", [["nowhere"], [BACKEND, "nowhere"]])
def test_a_missing_deployment_is_named(world, names):
    with pytest.raises(ProblemError, match="no deployment nowhere") as caught:
        world.cluster.record(names)
    assert caught.value.problem.code is ProblemCode.CONFIGURATION
    with pytest.raises(ProblemError, match="no deployment nowhere"):
        world.cluster.look(names)


def test_a_missing_namespace_is_named(world):
    with pytest.raises(ProblemError, match="no namespace elsewhere"):
        world.adapter(namespace="elsewhere").record([BACKEND])


def test_a_deployment_that_never_stands_still_is_temporary_trouble(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.service.before_patch = lambda: _touch(world)
    result = restored(world.cluster, record)
    assert result.state is RestoreState.TROUBLED
    assert "3 times" in result.saying
    assert [each.status for each in world.patches()] == [422, 422, 422]


def test_a_stale_version_is_read_again_while_the_template_is_the_same(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.service.before_patch = lambda: world.patches() or _touch(world)
    assert restored(world.cluster, record).state is PATCHED
    assert [each.status for each in world.patches()] == [422, 200]


def test_a_template_that_somebody_changed_meanwhile_is_not_overwritten(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.service.before_patch = lambda: world.deploy("c3" * 20)
    result = restored(world.cluster, record)
    assert result.state is RestoreState.CHANGED
    assert "was changed during the rollback" in str(result)
    assert [each.status for each in world.patches()] == [422]


def test_a_template_that_the_cluster_does_not_take_is_a_problem(world):
    (record,) = world.cluster.record([BACKEND])
    bad = dataclasses.replace(
        record,
        template={"metadata": {"labels": {"app": "other"}}, "spec": {"containers": []}},
        template_hash="",
    )
    assert "refused the recorded template" in refusal(world.cluster, bad).what


def _touch(world):
    """Change the deployment without changing its template, as a status update does."""

    def change(deployment):
        annotations = deployment["metadata"].setdefault("annotations", {})
        annotations["touched"] = annotations.get("touched", "") + "x"

    world.service.change("deployments", BACKEND, change)


def _name(pod):
    return pod["metadata"]["name"]
