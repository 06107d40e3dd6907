"""The step that watches a rollout: when it waits, asks, fails and is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, Waiting
from hotfix.domain.question import Answer, Then
from hotfix.domain.rollout.seen import ContainerView, DeploymentView, PodView
from hotfix.steps.watch_rollout import WatchRollout

READY = PodView("web-1", is_ready=True, ready_seconds=9.0)
CRASHING = PodView("web-1", containers=(ContainerView("web", waiting="CrashLoopBackOff"),))
WEB = DeploymentView("web", 2, 2, 2, "abc", 1, 1, 1, 1, False, pods=(READY,), uid="u1")
STARTED = replace(WEB, available=0, pods=(PodView("web-1"),))
DOOMED = replace(STARTED, pods=(CRASHING,))
HEALTHY = DeploymentRecord("web", "u1", "7", 1, "before", {}, ("web=web:1",), 1, is_healthy=True)


@dataclass
class Cluster:
    """A cluster that shows what it was given."""

    views: Sequence[DeploymentView]

    def look(self, _names):
        return tuple(self.views)

    def look_again_in(self):
        return 0.2

    def explain(self, name, pods):
        return (f"{name}: {', '.join(pods)} said so",)


BEGUN = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)


def outcome(*views, answers=None, stability=5.0, share=1.0, elapsed=0.0, **known) -> Any:
    healthy: list[Any] = [replace(HEALTHY, name=view.name).to_json() for view in views]
    step = WatchRollout(tuple(view.name for view in views), stability, share)
    now = BEGUN + timedelta(seconds=elapsed)
    return step.run(
        Facts({"healthy": healthy, **known}, answers or {}, now=now, begun_at=BEGUN),
        SimpleNamespace(cluster=Cluster(views)),  # type: ignore[arg-type]
    )


def test_it_is_done_when_all_are_complete_and_stable():
    found = outcome(WEB, replace(WEB, name="api"))
    assert isinstance(found, Done)
    assert found.saying == "Rolled out: web at revision 2, api at revision 2."


def test_it_waits_until_all_pods_have_stayed_ready():
    young = replace(WEB, pods=(replace(READY, ready_seconds=2.0),))
    found = outcome(young)
    assert isinstance(found, Waiting)
    assert found.saying == "Rolled out; all pods must stay ready for 5 s"
    assert found.look_again_in == 0.2
    assert isinstance(outcome(young, stability=2.1), Waiting)
    assert isinstance(outcome(young, stability=2.0), Done)
    # The youngest of a set counts.
    assert isinstance(outcome(young, replace(WEB, name="api")), Waiting)
    assert isinstance(outcome(young, replace(WEB, name="api"), stability=2.0), Done)
    assert isinstance(outcome(replace(WEB, pods=()), stability=0.0), Done)


def test_a_rollout_that_has_not_begun_is_neither_complete_nor_doomed():
    ill = replace(DOOMED, revision=1, deadline_exceeded=True)
    assert isinstance(outcome(ill), Waiting)
    assert isinstance(outcome(replace(WEB, revision=1)), Waiting)


IDLE = replace(WEB, revision=1, images=("web=shop/web:a1",))


def test_what_has_not_begun_is_not_shown_as_complete():
    found = outcome(IDLE, replace(STARTED, name="api"))
    assert found.saying == ("api 1/1 updated, 0 available; web is still at revision 1 (web:a1)")


@pytest.mark.parametrize(
    ("known", "elapsed", "kind"),
    [
        ({"workflow_run_id": 7}, 59.0, Waiting),
        ({"workflow_run_id": 7}, 60.0, Ask),
        ({}, 60.0, Waiting),
        ({}, 300.0, Ask),
    ],
)
@pytest.mark.parametrize("other", [WEB, STARTED])
def test_a_rollout_that_never_begins_is_asked_about(known, elapsed, kind, other):
    found = outcome(IDLE, replace(other, name="api"), elapsed=elapsed, **known)
    assert isinstance(found, kind)
    if kind is Ask:
        assert found.question.text == "Nothing new is rolled out of web. What now?"
        # Rolling back by itself what never began would only end the run.
        thens = [option.then for option in found.question.options]
        assert thens == [Then.GO_BACK, Then.GO_ON, Then.STOP]


def test_what_is_doomed_is_asked_about_before_what_has_not_begun():
    question = outcome(IDLE, replace(DOOMED, name="api"), elapsed=400.0).question
    assert question.key == "rollout-doomed: api restarts"
    assert "web is still at revision 1 (web:a1)" in question.shown


def test_who_goes_on_takes_as_it_is_what_has_not_begun():
    answers = {"rollout-not-begun": Answer("go-on")}
    api = replace(WEB, name="api")
    assert isinstance(outcome(IDLE, api, elapsed=90.0, answers=answers), Done)
    ill = replace(DOOMED, revision=1)
    assert isinstance(outcome(ill, api, elapsed=90.0, answers=answers), Done)
    late = outcome(IDLE, replace(STARTED, name="api"), elapsed=400.0, answers=answers)
    assert isinstance(late, Waiting)
    assert late.saying == "api 1/1 updated, 0 available"


def test_what_has_not_begun_is_not_said_to_be_rolled_out():
    answers = {"rollout-not-begun": Answer("go-on")}
    part = outcome(IDLE, replace(WEB, name="api"), elapsed=90.0, answers=answers)
    assert part.saying == (
        f"Rolled out: api at revision {WEB.revision}; nothing new of web at revision 1."
    )
    nothing = outcome(IDLE, elapsed=400.0, answers=answers)
    assert nothing.saying == "Nothing new of web at revision 1."
    # The log, the checklist and PagerDuty take it for a deployment by this alone.
    assert (len(part.facts), nothing.facts) == (1, ())


def test_a_paused_deployment_says_what_resumes_it():
    paused = replace(IDLE, is_paused=True)
    assert outcome(paused).saying.endswith("kubectl rollout resume deployment/web)")
    begun = replace(STARTED, is_paused=True)
    assert outcome(begun).saying == (
        "web 1/1 updated, 0 available; "
        "web is in trouble: its rollouts are paused (kubectl rollout resume deployment/web)"
    )
    asked = outcome(paused, elapsed=300.0)
    assert "its rollouts are paused" in asked.question.shown[0]


def test_doomed_is_asked_with_rolling_back_first_and_all_there_is_to_read():
    question = outcome(WEB, replace(DOOMED, name="api")).question
    assert [option.then for option in question.options] == [
        Then.ROLL_BACK,
        Then.GO_ON,
        Then.STOP,
    ]
    assert question.by_yes == ""
    assert question.shown == (
        "web complete (1/1)",
        "api 1/1 updated, 0 available",
        "api: web-1 said so",
    )


def test_who_chose_to_wait_is_not_asked_again_until_the_cluster_gives_up():
    answers = {"rollout-doomed: web restarts": Answer("wait")}
    found = outcome(DOOMED, answers=answers)
    assert isinstance(found, Waiting)
    assert found.saying.endswith("web will not get ready: web keeps crashing")
    given_up = outcome(replace(DOOMED, deadline_exceeded=True), answers=answers)
    assert isinstance(given_up, Ask)
    assert given_up.question.key == "rollout-failed"


def test_who_chose_to_wait_is_asked_again_about_other_trouble():
    answers = {outcome(DOOMED).question.key: Answer("wait")}
    missing = ContainerView("web", image="shop/web:1", waiting="ErrImagePull", message="not found")
    other = replace(STARTED, pods=(PodView("web-1", containers=(missing,)),))
    assert isinstance(outcome(other, answers=answers), Ask)
    assert isinstance(outcome(DOOMED, replace(DOOMED, name="api"), answers=answers), Ask)


def test_that_the_rollout_before_was_given_up_is_no_news_for_a_moment():
    given_up = replace(STARTED, deadline_exceeded=True, given_up_seconds=90.0)
    assert isinstance(outcome(given_up, elapsed=9.0), Waiting)
    assert isinstance(outcome(given_up, elapsed=10.0), Ask)


def test_suspect_is_shown_while_it_waits():
    found = outcome(replace(DOOMED, pods=(READY, CRASHING)))
    assert isinstance(found, Waiting)
    assert found.saying == "web 1/1 updated, 0 available; web is in trouble: web keeps crashing"
    assert found.shown == ("web: web-1 said so",)
    assert isinstance(outcome(replace(DOOMED, pods=(READY, CRASHING)), share=0.5), Ask)


FLAPPING = replace(READY, ready_seconds=1.0, readiness_losses=2, running_seconds=59.0)


@pytest.mark.parametrize("ready", [True, False])
def test_pods_that_never_stay_ready_are_asked_about_after_a_while(ready):
    pod = replace(FLAPPING, is_ready=ready)
    early = outcome(replace(WEB, available=int(ready), pods=(pod,)))
    assert isinstance(early, Waiting)
    assert early.saying.endswith("web is in trouble: loses its readiness again and again")
    late = replace(WEB, available=int(ready), pods=(replace(pod, running_seconds=60.0),))
    assert isinstance(outcome(late, stability=21.0), Waiting), "three windows are more"
    question = outcome(late).question
    assert [option.key for option in question.options] == ["roll-back", "wait", "stop"]
    assert "web: web-1 said so" in question.shown
    assert isinstance(outcome(late, answers={"rollout-unsteady": Answer("wait")}), Waiting)


def test_pods_that_became_steady_are_taken():
    steady = replace(FLAPPING, ready_seconds=31.0, running_seconds=200.0)
    assert isinstance(outcome(replace(WEB, pods=(steady,))), Done)


@pytest.mark.parametrize(("template_hash", "kind"), [("abc", Ask), ("before", Waiting)])
def test_restarts_before_the_first_look_count_where_the_pods_are_new(template_hash, kind):
    container = ContainerView("web", restarts=2, baseline=2)
    pods = (PodView("web-1", containers=(container,)),)
    assert isinstance(outcome(replace(STARTED, template_hash=template_hash, pods=pods)), kind)


def test_a_deployment_that_was_made_anew_is_no_rollout():
    found = outcome(replace(WEB, uid="u2"))
    assert isinstance(found, Failed)
    assert found.problem.what.startswith("web: deleted and made anew")
    # An answer that names none says nothing of that.
    assert isinstance(outcome(replace(WEB, uid="")), Done)


@pytest.mark.parametrize("step", [WatchRollout(()), WatchRollout(("web",))])
def test_without_a_cluster_a_person_watches(step):
    assert isinstance(step.run(Facts(), SimpleNamespace(cluster=None)), Done)


SUSPECT = replace(WEB, name="api", wanted=2, available=1, pods=(READY, CRASHING))


@pytest.mark.parametrize(
    "views",
    [
        (DOOMED, SUSPECT),
        (SUSPECT, DOOMED),
        (SUSPECT, replace(WEB, name="db"), DOOMED, replace(STARTED, name="cache")),
    ],
)
def test_one_doomed_deployment_is_asked_about_whatever_the_others_are(views):
    found = outcome(*views)
    assert isinstance(found, Ask)
    assert found.question.key == "rollout-doomed: web restarts"
    assert found.question.text.startswith("web: web keeps crashing")


def test_a_set_of_which_one_is_suspect_is_neither_over_nor_asked_about():
    found = outcome(WEB, SUSPECT)
    assert isinstance(found, Waiting)
    assert "api is in trouble" in found.saying
