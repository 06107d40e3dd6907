"""The steps of the rollback plan, one after the other, on a simulated cluster."""

from dataclasses import replace
from typing import Any, cast

import pytest
from tests.adapters.kubernetes.world import BACKEND, BAD, FRONTEND, World, image, manifest
from tests.engine.small_plan import ports

from hotfix.config.load import parse
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import RESTORATION
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, LeftToDo
from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.domain.question import Answer
from hotfix.domain.restoration import Reason, RestoreState
from hotfix.domain.run_settings import Via
from hotfix.plan.rollback import plan_rollback
from hotfix.ports.workflow_runs import WorkflowRun, WorkflowState
from hotfix.simulators.server import Answer as HttpAnswer
from hotfix.steps.confirm_the_rollback import ConfirmTheRollback
from hotfix.steps.name_what_is_not_recorded import NameWhatIsNotRecorded
from hotfix.steps.restore_the_recorded_set import RestoreTheRecordedSet
from hotfix.steps.see_nothing_under_way import SeeNothingUnderWay
from hotfix.steps.see_what_runs_now import SeeWhatRunsNow
from hotfix.steps.watch_the_restoration import WatchTheRestoration

BOTH = (BACKEND, FRONTEND)
OTHER, BEFORE = "c3" * 20, "d4" * 20
WATCH = WatchTheRestoration()
RESTORE = RestoreTheRecordedSet(Incident("checkout returns 500"))


class Runs:
    """Runs of the deploy workflow: ``unfinished`` answers or raises what it is given."""

    def __init__(self, found: Any = ()) -> None:
        self.found = found

    def unfinished(self):
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.service.stop()


@pytest.fixture
def outside(world):
    return replace(ports(), cluster=world.cluster, workflow_runs=cast("Any", Runs()))


@pytest.fixture
def known(world):
    """The facts of a run that recorded, merged and rolled out the bad commit."""
    healthy = [each.to_json() for each in world.cluster.record(BOTH)]
    for name in BOTH:
        world.deploy(BAD, name)
    world.let_pass(60)
    rollout = [{"name": name, "revision": 2} for name in BOTH]
    return {"healthy": healthy, "merge_sha": BAD, "rollout": rollout}


def seen(known, outside, **more):
    """Look; return the facts after it."""
    outcome = SeeWhatRunsNow(**more).run(Facts(known), outside)
    assert isinstance(outcome, Done), outcome
    return {**known, **by_key(outcome.facts)}


def others(known, outside):
    return seen(known, outside)["changed_by_others"]


def test_what_our_merge_rolled_out_is_nobody_elses(known, outside):
    assert others(known, outside) == []


def test_before_the_rollout_is_over_the_first_revision_after_the_record_is_ours(known, outside):
    del known["rollout"]
    assert others(known, outside) == []


def test_a_revision_after_ours_is_somebody_elses(world, known, outside):
    world.deploy(OTHER, FRONTEND)
    assert others(known, outside) == [FRONTEND], "even before the controller has seen it"
    world.let_pass(60)
    assert others(known, outside) == [FRONTEND]
    del known["rollout"]
    assert others(known, outside) == [FRONTEND]


@pytest.fixture
def over_theirs(world):
    """The facts of a run whose deploy came over a colleague's: revision 2 theirs, 3 ours."""
    healthy = [each.to_json() for each in world.cluster.record(BOTH)]
    world.deploy(OTHER, FRONTEND)
    world.let_pass(60)
    for name in BOTH:
        world.deploy(BAD, name)
    world.let_pass(60)
    rollout = [{"name": BACKEND, "revision": 2}, {"name": FRONTEND, "revision": 3}]
    return {"healthy": healthy, "merge_sha": BAD, "rollout": rollout}


def test_what_a_colleague_rolled_out_before_our_deploy_is_named_and_needs_an_explicit_yes(
    over_theirs, outside
):
    known = seen(over_theirs, outside)
    assert known["changed_by_others"] == [FRONTEND]
    (caveat,) = known["caveats"]
    assert caveat["saying"] == (
        f"{FRONTEND}: revision 2 (frontend:c3c3c3c3, deploy c3c3c3c3) "
        "came after the record and goes, too"
    )
    assert caveat["next_command"].endswith(f"history deployment/{FRONTEND} --revision=2")
    question = ConfirmTheRollback().run(Facts(known), outside)
    assert isinstance(question, Ask)
    assert (question.question.key, question.question.by_yes) == ("over-others", "")


MITIGATION, THEIRS = "hotfix rollback", OTHER


@pytest.mark.parametrize(
    ("rolled_out", "is_theirs"),
    [
        ((BAD, MITIGATION), False),
        ((MITIGATION, BAD), False),
        ((BAD, MITIGATION, BAD), False),
        # What a rollback leaves on a deployment stays there under what is rolled out later.
        ((BAD, MITIGATION, THEIRS), True),
        ((MITIGATION, THEIRS, BAD), True),
        ((THEIRS, MITIGATION, BAD), True),
        ((THEIRS, BAD, MITIGATION), True),
    ],
)
def test_what_another_rollback_of_hotfix_brought_back_is_not_somebody_elses(
    world, outside, rolled_out, is_theirs
):
    world.deploy(BEFORE)
    world.let_pass(60)
    known: Any = {"healthy": [each.to_json() for each in world.cluster.record([BACKEND])]}
    for what in rolled_out:
        if what is MITIGATION:
            present, target = (
                world.cluster.record([BACKEND]),
                world.cluster.at_revision([BACKEND], 1),
            )
            world.cluster.restore_all(target, present, Reason("dana", "hf-2", "it was slow"))
        else:
            world.deploy(what)
        world.let_pass(60)
    known["merge_sha"] = BAD
    assert others(known, outside) == ([BACKEND] if is_theirs else [])


def test_what_was_configured_after_the_record_is_named_before_the_yes_and_at_the_end(
    known, outside
):
    known["healthy"] = known["healthy"][:1]
    found = seen(known, outside, configured=BOTH)
    assert [each["name"] for each in found["rollback_targets"]] == [BACKEND]
    (caveat,) = found["caveats"]
    assert caveat["saying"].startswith(f"{FRONTEND}: is configured, but this run has no record")
    assert caveat["next_command"].endswith(f"--deployment {FRONTEND}")
    left = NameWhatIsNotRecorded(BOTH).run(Facts(known), outside)
    assert isinstance(left, LeftToDo)
    assert left.problem.what == f"This rollback did nothing about {FRONTEND}."
    assert left.problem.next_command == caveat["next_command"]
    assert isinstance(NameWhatIsNotRecorded((BACKEND,)).run(Facts(known), outside), Done)


@pytest.mark.parametrize("via", Via)
@pytest.mark.parametrize(("targets", "only"), [((), ()), ((), (BACKEND,)), ("healthy", ())])
def test_whoever_goes_back_with_all_of_a_run_is_told_what_it_has_no_record_of(
    world, via, targets, only
):
    text = (
        '[github]\nrepository = "acme/shop"\n[kubernetes]\nnamespace = "shop"\n'
        f'deployments = ["{BACKEND}", "{FRONTEND}"]\n'
    )
    goes_to = world.cluster.record([BACKEND]) if targets else ()
    plan = plan_rollback(Incident("x"), parse(text, {}, "hotfix.toml"), goes_to, only, via)
    steps = {step.name for phase in plan.phases for step in phase.steps}
    assert ("name_what_is_not_recorded" in steps) == (not targets and not only)


def test_our_own_deploys_are_nobody_elses_however_often_they_were_done(world, known, outside):
    # A retry that changes a setting beside the same commit, and one of a job of several steps.
    for number in ("1", "2"):
        world.service.change(
            "deployments",
            FRONTEND,
            lambda each, number=number: each["spec"]["template"]["metadata"].update(
                annotations={"attempt": number}
            ),
        )
        world.let_pass(60)
    known["rollout"] = [{"name": BACKEND, "revision": 2}, {"name": FRONTEND, "revision": 4}]
    found = seen(known, outside)
    assert (found["changed_by_others"], found["caveats"]) == ([], [])


def test_what_names_one_of_our_commits_is_no_change_of_somebody_elses_that_is_dropped(
    world, known, outside
):
    world.deploy(OTHER)
    world.let_pass(60)
    world.deploy("d4" * 20)
    world.let_pass(60)
    known["rollout"] = [{"name": BACKEND, "revision": 4}, {"name": FRONTEND, "revision": 2}]
    (caveat,) = seen(known, outside)["caveats"]
    assert OTHER[:8] in caveat["saying"]
    # Where we made the deploy branch at it, that push was a deploy of ours.
    assert seen({**known, "deploy_branch_made_at": OTHER}, outside)["caveats"] == []


def test_a_rollback_that_is_repeated_takes_its_own_revisions_for_nobody_elses(
    world, known, outside
):
    for _ in range(2):
        known = seen(known, outside)
        assert (known["changed_by_others"], known["caveats"]) == ([], [])
        assert isinstance(RESTORE.run(Facts(known), outside), Done)
        world.let_pass(60)
        for name in BOTH:
            world.deploy(BAD, name)
        world.let_pass(60)


def test_before_any_merge_whatever_differs_is_somebody_elses(known, outside):
    del known["rollout"], known["merge_sha"]
    assert others(known, outside) == list(BOTH)


def test_a_deploy_that_names_one_of_our_commits_is_ours(known, outside):
    # Where we made the deploy branch, that push was a deploy, too.
    assert others({**known, "deploy_branch_made_at": OTHER}, outside) == []
    before = {**known, "merge_sha": OTHER, "deploy_branch_made_at": BAD}
    assert others(before, outside) == []
    assert others({**known, "merge_sha": OTHER}, outside) == list(BOTH)


def test_what_an_earlier_look_saw_and_did_not_object_to_is_ours_when_it_comes_back(
    world, known, outside
):
    known = seen(known, outside)
    done = RESTORE.run(Facts(known), outside)
    assert isinstance(done, Done)
    world.let_pass(60)
    world.deploy(BAD)
    world.let_pass(60)
    assert others(known, outside) == []


def test_for_a_revision_by_number_only_a_change_after_the_look_is_somebody_elses(world, outside):
    world.deploy(BAD)
    world.let_pass(60)
    targets = world.cluster.at_revision([BACKEND], 1)
    known = seen({}, outside, targets=targets)
    assert known["changed_by_others"] == []
    world.deploy(OTHER)
    assert seen(known, outside, targets=targets)["changed_by_others"] == [BACKEND]


def test_a_yes_is_enough_for_ours_but_not_for_others(world, known, outside):
    question = ConfirmTheRollback().run(Facts(seen(known, outside)), outside)
    assert isinstance(question, Ask)
    assert question.question.by_yes == "roll-back"
    world.deploy(OTHER, FRONTEND)
    question = ConfirmTheRollback().run(Facts(seen(known, outside)), outside)
    assert isinstance(question, Ask)
    assert (question.question.by_yes, question.question.options[0].key) == ("", "stop")
    assert "--over-others" in question.question.flag
    assert f"{FRONTEND} was changed by somebody else since" in question.question.shown


def test_nothing_is_asked_where_all_runs_already(world, outside):
    healthy = [each.to_json() for each in world.cluster.record(BOTH)]
    outcome = ConfirmTheRollback().run(Facts(seen({"healthy": healthy}, outside)), outside)
    assert isinstance(outcome, Done)


def test_what_is_done_and_verified_is_said_to_be_before_it_is_rolled_back(world, known, outside):
    world.deploy(OTHER, FRONTEND)
    known = seen(known, outside)
    for more, first in (({}, ""), ({"verified_by": "dana"}, "dana has said that this fix works")):
        asked = ConfirmTheRollback().run(Facts({**known, "verified_by": None, **more}), outside)
        assert isinstance(asked, Ask)
        assert asked.question.shown[0].startswith(first)
        assert any("this fix works" in line for line in asked.question.shown) is bool(more)


@pytest.mark.parametrize(
    ("merged", "said"),
    [
        ({"merge_sha": "d4" * 20}, "the deployment of d4d4d4d4, of this run, was faster"),
        ({"deploy_branch_made_at": "d4" * 20}, "of this run, was faster"),
        ({"merge_sha": "e5" * 20}, "was rolled out meanwhile, which is not of this run"),
        ({"merge_sha": None}, "was rolled out meanwhile; whose that is, is not known"),
    ],
)
def test_whose_deployment_came_between_is_said_as_far_as_it_is_known(
    world, known, outside, merged, said
):
    world.deploy(OTHER, FRONTEND)
    known = {**seen(known, outside), **merged}
    world.deploy("d4" * 20, FRONTEND)
    outcome = RESTORE.run(Facts(known), outside)
    assert isinstance(outcome, GoBack)
    assert f"{FRONTEND}: " in outcome.because
    assert said in outcome.because
    assert "omebody else" not in outcome.because


def test_a_yes_for_others_is_a_yes_to_what_was_seen_and_to_nothing_later(world, known, outside):
    world.deploy(OTHER, FRONTEND)
    known = seen(known, outside)
    answered = Facts(known, {"over-others": Answer("roll-back", by="dana")})
    assert isinstance(ConfirmTheRollback().run(answered, outside), Done)
    world.deploy("d4" * 20, FRONTEND)
    outcome = RESTORE.run(Facts(known), outside)
    assert isinstance(outcome, GoBack)
    assert outcome.to == "see_what_runs_now"
    assert f"{FRONTEND}: " in outcome.because
    assert "d4d4d4d4 was rolled out meanwhile" in outcome.because
    assert f"{BACKEND}: patched" in outcome.because
    template = world.service.get("deployments", FRONTEND)["spec"]["template"]
    assert template["spec"]["containers"][0]["image"] == image(FRONTEND, "d4" * 20)


def test_what_got_no_answer_is_tried_again_and_nothing_is_hidden_meanwhile(world, known, outside):
    known = seen(known, outside)
    left = [HttpAnswer(503, {"message": "overloaded"})]

    def first_one_fails():
        if left:
            raise left.pop()

    world.service.before_patch = first_one_fails
    with pytest.raises(TemporaryTroubleError, match="patched") as caught:
        RESTORE.run(Facts(known), outside)
    assert "overloaded" in caught.value.saying
    outcome = RESTORE.run(Facts(known), outside)
    assert isinstance(outcome, Done)
    found = Facts(by_key(outcome.facts))[RESTORATION]
    assert [each.name for each in found] == [BACKEND, FRONTEND]
    assert {each.state for each in found} == {RestoreState.PATCHED, RestoreState.RAN_ALREADY}


def test_a_refusal_names_every_deployment_of_the_set(world, known, outside):
    known = seen(known, outside)
    world.service.denied.add("patch deployments")
    outcome = RESTORE.run(Facts(known), outside)
    assert isinstance(outcome, Failed)
    assert outcome.problem.code is ProblemCode.RIGHTS
    assert f"{BACKEND}: refused" in outcome.problem.why
    assert f"{FRONTEND}: refused" in outcome.problem.why


def restart(world, name):
    """Do what `kubectl rollout restart` does."""

    def mark(deployment):
        annotations = deployment["spec"]["template"]["metadata"].setdefault("annotations", {})
        annotations["kubectl.kubernetes.io/restartedAt"] = f"{world.clock.now()}"

    world.service.change("deployments", name, mark)
    world.let_pass(60)


def test_a_colleagues_deployment_between_the_merge_and_our_rollout_is_not_ours(
    world, known, outside
):
    """The revision after the record, and the one that the watch took for ours: not our commit."""
    healthy = known["healthy"]
    world.service.change("deployments", FRONTEND, lambda each: _set_image(each, "web:debug"))
    world.let_pass(60)
    present = world.cluster.record([FRONTEND])[0]
    record = {**present.to_json(), "revision": present.revision - 1, "template_hash": "before"}
    record["template"] = healthy[1]["template"]
    merged = {"healthy": [healthy[0], record], "merge_sha": BAD}
    assert others(merged, outside) == [FRONTEND]
    watched = {**merged, "rollout": [{"name": FRONTEND, "revision": present.revision}]}
    assert others(watched, outside) == [FRONTEND]


def _set_image(deployment, image):
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = image
    deployment["spec"]["template"]["metadata"]["labels"].pop("app.kubernetes.io/version", None)


def test_where_nothing_names_a_commit_the_first_revision_after_the_record_is_ours(world, outside):
    world.service.change("deployments", BACKEND, lambda each: _set_image(each, "web:1.4.1"))
    world.let_pass(60)
    merged = {
        "healthy": [each.to_json() for each in world.cluster.record([BACKEND])],
        "merge_sha": BAD,
    }
    world.service.change("deployments", BACKEND, lambda each: _set_image(each, "web:1.4.2"))
    world.let_pass(60)
    assert others(merged, outside) == []
    (view,) = world.cluster.look([BACKEND])
    rollout = [{"name": BACKEND, "revision": view.revision, "fingerprint": view.fingerprint}]
    restart(world, BACKEND)
    assert others({**merged, "rollout": rollout}, outside) == []
    world.service.change("deployments", BACKEND, lambda each: _set_image(each, "web:1.4.3"))
    assert others({**merged, "rollout": rollout}, outside) == [BACKEND]
    world.let_pass(60)
    assert others(merged, outside) == [BACKEND]


def test_a_restart_of_what_our_merge_rolled_out_is_nobody_elses(world, known, outside):
    known["rollout"] = [
        {"name": view.name, "revision": view.revision, "fingerprint": view.fingerprint}
        for view in world.cluster.look(BOTH)
    ]
    restart(world, FRONTEND)
    assert others(known, outside) == []
    del known["rollout"]
    assert others(known, outside) == []


def test_a_restart_of_the_recorded_state_before_our_deploy_is_no_change(world, outside):
    healthy = [each.to_json() for each in world.cluster.record(BOTH)]
    restart(world, FRONTEND)
    for name in BOTH:
        world.deploy(BAD, name)
    world.let_pass(60)
    found = seen({"healthy": healthy, "merge_sha": BAD}, outside)
    assert (found["changed_by_others"], found["caveats"]) == ([], [])


def test_what_was_restored_and_restarted_since_is_what_was_restored(world, known, outside):
    known = seen(known, outside)
    assert isinstance(RESTORE.run(Facts(known), outside), Done)
    world.let_pass(60)
    restart(world, BACKEND)
    assert isinstance(WATCH.run(Facts(known), outside), Done)
    shown = seen(known, outside)
    assert shown["changed_by_others"] == []
    assert isinstance(ConfirmTheRollback().run(Facts(shown), outside), Done)


def patched_by_a_policy(deployment):
    """Do what a mutating policy does to every deployment on its way in."""
    template = deployment["spec"]["template"]
    template["metadata"]["labels"]["billing"] = "shop"
    template["spec"]["containers"][0]["imagePullPolicy"] = "Always"


def test_what_a_policy_made_of_the_target_on_its_way_in_is_the_target(world, known, outside):
    known = seen(known, outside)
    world.service.policies.append(patched_by_a_policy)
    done = RESTORE.run(Facts(known), outside)
    assert isinstance(done, Done)
    known = {**known, **by_key(done.facts)}
    world.let_pass(60)
    for _ in range(2):
        watched = WATCH.run(Facts(known), outside)
        assert isinstance(watched, Done), watched
        assert isinstance(SeeNothingUnderWay("", "x").run(Facts(known), outside), Done)
        again = seen(known, outside)
        assert again["changed_by_others"] == []
        assert isinstance(ConfirmTheRollback().run(Facts(again), outside), Done)
        restart(world, FRONTEND)


def test_a_lost_answer_to_what_a_policy_changes_is_our_own_and_nobody_elses(world, known, outside):
    known = seen(known, outside)
    world.service.policies.append(patched_by_a_policy)
    assert isinstance(RESTORE.run(Facts(known), outside), Done)
    # The process died before it could write down what it had done.
    again = RESTORE.run(Facts(known), outside)
    assert isinstance(again, Done), again
    assert again.saying == f"Set back to the recorded state: {BACKEND}, {FRONTEND}."
    known = {**known, **by_key(again.facts)}
    world.let_pass(60)
    assert isinstance(WATCH.run(Facts(known), outside), Done)
    world.deploy(OTHER, BACKEND)
    assert isinstance(RESTORE.run(Facts(seen(known, outside)), outside), Done)
    world.deploy(OTHER, BACKEND)
    outcome = RESTORE.run(Facts(known), outside)
    assert isinstance(outcome, GoBack), "with our mark on it, and not what we put there"


def test_a_deployment_that_was_made_anew_is_shown_as_such_and_restored_after_an_explicit_yes(
    world, known, outside
):
    recorded = known["healthy"][1]["template"]
    world.service.delete("deployments", FRONTEND)
    world.let_pass(10)
    world.service.create("deployments", manifest(FRONTEND, 1, BAD))
    world.let_pass(60)
    known = seen(known, outside)
    assert known["changed_by_others"] == [FRONTEND]
    assert any(each.startswith(f"{FRONTEND}: made anew") for each in known["rollback_shown"])
    question = ConfirmTheRollback().run(Facts(known), outside)
    assert isinstance(question, Ask)
    assert (question.question.key, question.question.by_yes) == ("over-others", "")
    answered = Facts(known, {"over-others": Answer("roll-back", by="dana")})
    assert isinstance(ConfirmTheRollback().run(answered, outside), Done)
    assert isinstance(RESTORE.run(answered, outside), Done)
    world.let_pass(60)
    assert isinstance(WATCH.run(answered, outside), Done)
    assert world.service.get("deployments", FRONTEND)["spec"]["template"] == recorded
    again = seen(known, outside)
    assert isinstance(ConfirmTheRollback().run(Facts(again), outside), Done)


def test_one_that_is_made_anew_after_the_yes_is_not_touched(world, known, outside):
    known = seen(known, outside)
    world.service.delete("deployments", FRONTEND)
    world.let_pass(10)
    world.service.create("deployments", manifest(FRONTEND, 1, BAD))
    outcome = RESTORE.run(Facts(known), outside)
    assert isinstance(outcome, Failed)
    assert "made anew" in outcome.problem.why


def test_a_run_of_the_deploy_workflow_is_named_and_a_github_that_is_down_bars_nothing(
    known, outside
):
    run = WorkflowRun(77, 12, "https://github.example/77", OTHER, WorkflowState.QUEUED)
    busy = replace(outside, workflow_runs=cast("Any", Runs((run,))))
    shown = seen(known, busy, workflow="deploy.yml")["rollback_shown"]
    assert shown[-1] == (
        "deploy.yml run 12 is queued and would deploy c3c3c3c3 over it: it is asked about: "
        "gh run cancel 77"
    )
    down = replace(outside, workflow_runs=cast("Any", Runs(TemporaryTroubleError("502"))))
    shown = seen(known, down, workflow="deploy.yml")["rollback_shown"]
    assert shown[-1].endswith("could not be asked: gh run list --workflow deploy.yml")
