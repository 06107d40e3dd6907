"""The step that watches a restoration: when it waits, asks, fails and is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Waiting
from hotfix.domain.pod_view import PodView
from hotfix.domain.rollout import DeploymentView
from hotfix.ports.cluster import DeploymentRecord
from hotfix.steps.watch_the_restoration import WatchTheRestoration

TARGET = DeploymentRecord("web", "u1", "7", 1, "good", {}, ("web=shop/web:a1",), 1, is_healthy=True)
REPLACED = replace(TARGET, revision=2, template_hash="bad", images=("web=shop/web:b2",))
READY = PodView("web-1", is_ready=True, ready_seconds=9.0)
WEB = DeploymentView("web", 3, 3, 3, "good", 1, 1, 1, 1, False, pods=(READY,), uid="u1")
STARTED = replace(WEB, available=0, pods=(PodView("web-1"),))
GIVEN_UP = replace(STARTED, total=2, deadline_exceeded=True, given_up_seconds=90.0)
BEGUN = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)


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


def outcome(*views, target=TARGET, answers=None, elapsed=1.0) -> Any:
    known: Any = {
        "rollback_targets": [replace(target, name=view.name).to_json() for view in views],
        "replaced": [replace(REPLACED, name=view.name).to_json() for view in views],
    }
    now = BEGUN + timedelta(seconds=elapsed)
    return WatchTheRestoration().run(
        Facts(known, answers or {}, now=now, begun_at=BEGUN),
        SimpleNamespace(cluster=Cluster(views)),  # type: ignore[arg-type]
    )


def test_it_is_done_when_the_recorded_template_is_complete():
    found = outcome(WEB)
    assert isinstance(found, Done)
    assert found.facts == {"restored": [{"name": "web", "revision": 3}]}


def test_that_the_replaced_rollout_was_given_up_is_no_news_for_a_minute():
    assert isinstance(outcome(GIVEN_UP), Waiting)
    assert isinstance(outcome(GIVEN_UP, elapsed=59.0), Waiting)
    found = outcome(GIVEN_UP, elapsed=60.0)
    assert isinstance(found, Ask)
    assert found.question.key == "restoration-failed"


def test_a_deadline_that_passed_since_is_told_at_once():
    assert isinstance(outcome(replace(GIVEN_UP, given_up_seconds=1.0), elapsed=20.0), Ask)
