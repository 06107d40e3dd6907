"""The step that watches a rollout: when it waits, asks, fails and is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, Waiting
from hotfix.domain.pod_view import ContainerView, PodView
from hotfix.domain.question import Answer, Then
from hotfix.domain.rollout import DeploymentView
from hotfix.steps.watch_rollout import WatchRollout

READY = PodView("web-1", is_ready=True, ready_seconds=9.0)
CRASHING = PodView("web-1", containers=(ContainerView("web", waiting="CrashLoopBackOff"),))
WEB = DeploymentView("web", 2, 2, 2, "abc", 1, 1, 1, 1, False, pods=(READY,), uid="u1")
STARTED = replace(WEB, available=0, pods=(PodView("web-1"),))
DOOMED = replace(STARTED, pods=(CRASHING,))
HEALTHY = {"name": "web", "revision": 1, "uid": "u1"}


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
    healthy: list[Any] = [HEALTHY | {"name": view.name} for view in views]
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
    assert isinstance(outcome(young, stability=2.0), Done)
    assert isinstance(outcome(replace(WEB, pods=()), stability=0.0), Done)


def test_a_rollout_that_has_not_begun_is_neither_complete_nor_doomed():
    ill = replace(DOOMED, revision=1, deadline_exceeded=True)
    assert isinstance(outcome(ill), Waiting)
    assert isinstance(outcome(replace(WEB, revision=1)), Waiting)


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
        "api is doomed: web: CrashLoopBackOff",
        "api: web-1 said so",
    )


def test_who_chose_to_wait_is_not_asked_again_until_the_cluster_gives_up():
    answers = {"rollout-doomed": Answer("wait")}
    found = outcome(DOOMED, answers=answers)
    assert isinstance(found, Waiting)
    assert found.saying.endswith("web is doomed: web: CrashLoopBackOff")
    given_up = outcome(replace(DOOMED, deadline_exceeded=True), answers=answers)
    assert isinstance(given_up, Ask)
    assert given_up.question.key == "rollout-failed"


def test_that_the_rollout_before_was_given_up_is_no_news_for_a_moment():
    given_up = replace(STARTED, deadline_exceeded=True, given_up_seconds=90.0)
    assert isinstance(outcome(given_up, elapsed=9.0), Waiting)
    assert isinstance(outcome(given_up, elapsed=10.0), Ask)


def test_suspect_is_shown_while_it_waits():
    found = outcome(replace(DOOMED, pods=(READY, CRASHING)))
    assert isinstance(found, Waiting)
    assert found.saying == "web 1/1 updated, 0 available; web is suspect: web: CrashLoopBackOff"
    assert found.shown == ("web: web-1 said so",)
    assert isinstance(outcome(replace(DOOMED, pods=(READY, CRASHING)), share=0.5), Ask)


def test_a_deployment_that_was_made_anew_is_no_rollout():
    found = outcome(replace(WEB, uid="u2"))
    assert isinstance(found, Failed)
    assert found.problem.what.startswith("web: deleted and made anew")


@pytest.mark.parametrize("step", [WatchRollout(()), WatchRollout(("web",))])
def test_without_a_cluster_a_person_watches(step):
    assert isinstance(step.run(Facts(), SimpleNamespace(cluster=None)), Done)
