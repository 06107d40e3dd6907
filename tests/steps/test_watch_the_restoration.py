"""The step that watches a restoration: when it waits, asks, fails and is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact_names import RESTORED
from hotfix.domain.fact_records import DeploymentRevision
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Waiting
from hotfix.domain.question import Answer, Then
from hotfix.domain.rollout.seen import ContainerView, DeploymentView, PodView
from hotfix.steps.watch_the_restoration import WatchTheRestoration

TARGET = DeploymentRecord("web", "u1", "7", 1, "good", {}, ("web=shop/web:a1",), 1, is_healthy=True)
REPLACED = replace(TARGET, revision=2, template_hash="bad", images=("web=shop/web:b2",))
READY = PodView("web-1", is_ready=True, ready_seconds=9.0)
WEB = DeploymentView("web", 3, 3, 3, "good", 1, 1, 1, 1, False, pods=(READY,), uid="u1")
STARTED = replace(WEB, available=0, pods=(PodView("web-1"),))
GIVEN_UP = replace(STARTED, total=2, deadline_exceeded=True, given_up_seconds=90.0)
CRASHING = PodView("web-9", containers=(ContainerView("web", waiting="CrashLoopBackOff"),))
NEWER = replace(STARTED, revision=4, template_hash="newer", images=("web=shop/web:c3",))
BEGUN = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)


@dataclass
class Cluster:
    """A cluster that shows what it was given."""

    views: Sequence[DeploymentView]
    records: Sequence[DeploymentRecord] = ()

    def record(self, _names):
        return tuple(self.records)

    def look(self, _names):
        return tuple(self.views)

    def look_again_in(self):
        return 0.2

    def explain(self, name, pods):
        return (f"{name}: {', '.join(pods)} said so",)


def outcome(*views, target=TARGET, answers=None, elapsed=1.0, records=(), share=1.0) -> Any:
    known: Any = {
        "rollback_targets": [replace(target, name=view.name).to_json() for view in views],
        "replaced": [replace(REPLACED, name=view.name).to_json() for view in views],
    }
    now = BEGUN + timedelta(seconds=elapsed)
    return WatchTheRestoration(share).run(
        Facts(known, answers or {}, now=now, begun_at=BEGUN),
        SimpleNamespace(cluster=Cluster(views, records)),  # type: ignore[arg-type]
    )


def test_it_is_done_when_the_recorded_template_is_complete():
    found = outcome(WEB)
    assert isinstance(found, Done)
    assert found.facts == (RESTORED((DeploymentRevision("web", 3),)),)


def test_that_the_replaced_rollout_was_given_up_is_no_news_for_a_minute():
    assert isinstance(outcome(GIVEN_UP), Waiting)
    assert isinstance(outcome(GIVEN_UP, elapsed=59.0), Waiting)
    found = outcome(GIVEN_UP, elapsed=60.0)
    assert isinstance(found, Ask)
    assert found.question.key == "restoration-failed"


def test_a_deadline_that_passed_since_is_told_at_once():
    assert isinstance(outcome(replace(GIVEN_UP, given_up_seconds=1.0), elapsed=20.0), Ask)


@pytest.mark.parametrize(
    "newer",
    [
        NEWER,
        replace(NEWER, pods=(CRASHING,)),
        replace(NEWER, deadline_exceeded=True),
        replace(NEWER, available=1, pods=(READY,)),
        # The controller makes no ReplicaSet while rollouts are paused: revision and set are ours.
        replace(NEWER, revision=3, template_hash="", is_paused=True, updated=0),
    ],
)
@pytest.mark.parametrize("answers", [None, {"restoration-doomed: web restarts": Answer("wait")}])
def test_a_newer_deploy_is_asked_about_at_once_however_it_does(newer, answers):
    found = outcome(newer, answers=answers)
    assert isinstance(found, Ask)
    assert found.question.key == "undone"
    assert [option.key for option in found.question.options] == ["again", "stop"]


def test_the_question_says_by_whose_image_it_was_overtaken_and_what_to_type():
    paused = replace(NEWER, name="api", revision=3, is_paused=True)
    assert outcome(NEWER, paused).question.shown == (
        "web: web:c3 by revision 4: kubectl rollout history deployment/web --revision=4",
        "api: web:c3, paused: kubectl rollout resume deployment/api",
    )


@pytest.mark.parametrize(
    "unseen",
    [
        replace(NEWER, generation=4),
        # Recorded between two writes of the controller: the set has its revision already, the
        # deployment not yet, so that what was replaced seems to be the newest still.
        replace(WEB, revision=2, template_hash="bad", available=0, pods=(CRASHING,)),
        replace(WEB, template_hash=""),
    ],
)
def test_before_the_controller_has_seen_the_patch_nothing_is_asked_and_nothing_is_done(unseen):
    assert isinstance(outcome(unseen), Waiting)


def test_what_was_not_patched_because_it_ran_already_may_be_overtaken_too():
    ran = replace(TARGET, revision=3)
    known: Any = {"rollback_targets": [TARGET.to_json()], "replaced": [ran.to_json()]}
    for view, kind in ((WEB, Done), (NEWER, Ask)):
        outside: Any = SimpleNamespace(cluster=Cluster([view]))
        assert isinstance(WatchTheRestoration().run(Facts(known), outside), kind)


def test_without_a_recorded_hash_the_template_itself_must_be_the_recorded_one():
    target = replace(TARGET, template_hash="")
    same, other = replace(WEB, images=TARGET.images), replace(WEB, images=("web=shop/web:c3",))
    assert isinstance(outcome(same, target=target, records=[target]), Done)
    changed = replace(target, template={"spec": "other"}, template_hash="good")
    assert isinstance(outcome(same, target=target, records=[changed]), Ask)
    assert isinstance(outcome(other, target=target), Ask)


def test_a_deployment_that_was_made_anew_is_not_the_restored_one():
    found = outcome(replace(WEB, uid="u2"))
    assert isinstance(found, Failed)
    assert "made anew" in found.problem.what


def test_a_share_of_the_pods_may_be_enough_to_call_it_ill():
    part = replace(STARTED, wanted=2, pods=(READY, CRASHING))
    assert isinstance(outcome(part), Waiting)
    found = outcome(part, share=0.5)
    assert isinstance(found, Ask)
    answers = {found.question.key: Answer("wait")}
    assert isinstance(outcome(part, share=0.5, answers=answers), Waiting)


def test_what_does_not_stay_ready_is_not_healthy_and_is_asked_about_after_a_while():
    pod = replace(READY, ready_seconds=1.0, readiness_losses=2, running_seconds=59.0)
    assert isinstance(outcome(replace(WEB, pods=(pod,))), Waiting)
    late = replace(pod, running_seconds=60.0)
    assert isinstance(outcome(replace(WEB, pods=(late,))), Ask)


def test_who_is_asked_about_an_undone_rollback_may_look_and_restore_again():
    question = outcome(NEWER).question
    assert [(each.key, each.then, each.back_to) for each in question.options] == [
        ("again", Then.GO_BACK, "see_what_runs_now"),
        ("stop", Then.STOP, ""),
    ]
    assert (question.by_yes, question.key) == ("", "undone")


OURS, THEIRS = "c3" * 20, "d4" * 20
UNDER_WAY = {"run_id": 7, "number": 1, "sha": OURS, "actor": "noor", "is_ours": True}


@pytest.mark.parametrize(
    ("more", "is_asked"),
    [
        ({"merge_sha": OURS, "under_way": [UNDER_WAY]}, False),
        ({"merge_sha": THEIRS, "under_way": [UNDER_WAY]}, True),
        ({"merge_sha": OURS, "under_way": []}, True),
        ({"merge_sha": OURS}, True),
        ({"under_way": [{**UNDER_WAY, "is_ours": False}]}, True),
    ],
)
def test_only_our_merge_that_was_on_its_way_is_our_own_deployment_over_the_rollback(more, is_asked):
    known: Any = {
        "rollback_targets": [TARGET.to_json()],
        "replaced": [REPLACED.to_json()],
        **more,
    }
    now = BEGUN + timedelta(seconds=1)
    newer = replace(NEWER, images=(f"web=shop/web:{OURS}",))
    found = WatchTheRestoration(1.0).run(
        Facts(known, now=now, begun_at=BEGUN),
        SimpleNamespace(cluster=Cluster((newer,), ())),  # type: ignore[arg-type]
    )
    assert isinstance(found, Ask if is_asked else GoBack)
    assert not isinstance(found, Ask) or found.question.key == "undone"


IDLE = replace(WEB, wanted=0, updated=0, available=0, total=0, pods=())


def test_what_is_scaled_to_zero_since_is_never_healthy_and_is_asked_about():
    found = outcome(IDLE)
    assert isinstance(found, Ask)
    assert found.question.key == "nothing-runs"
    assert found.question.by_yes == ""
    (shown,) = found.question.shown
    assert "kubectl scale deployment/web --replicas=1" in shown
    accepted = outcome(IDLE, answers={found.question.key: Answer("accept", by="dana")})
    assert isinstance(accepted, Done)
    assert "ealthy" not in accepted.saying
    assert "kubectl scale deployment/web --replicas=1" in accepted.saying


def test_what_was_scaled_to_zero_when_it_was_recorded_is_said_and_not_asked_about():
    found = outcome(IDLE, target=replace(TARGET, replicas=0))
    assert isinstance(found, Done)
    assert found.saying.startswith("Nothing of web runs: it is scaled to 0")
    both = outcome(replace(WEB, name="api"), IDLE, target=replace(TARGET, replicas=0))
    assert both.saying.startswith("Healthy on the recorded state: api; nothing of web runs")
