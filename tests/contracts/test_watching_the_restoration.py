"""The step that watches a restoration, on the simulator and on a real API server."""

from dataclasses import replace

import pytest
from tests.adapters.kubernetes.world import REASON
from tests.contracts.worlds import BACKEND, BAD, FRONTEND, OTHER
from tests.engine.small_plan import ports
from tests.real_cluster.pod_reports import Conduct

from hotfix.domain.fact_names import RESTORED
from hotfix.domain.fact_records import DeploymentRevision
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Waiting
from hotfix.steps.watch_the_restoration import WatchTheRestoration


@pytest.fixture
def cluster(world):
    # On the simulator's clock, which jumps, what is watched in real time comes too late.
    watching = world.adapter(watches=world.is_real)
    yield watching
    watching.stop_watching()


def restored(world, cluster, targets):
    """Restore the targets; return the facts and the ports of the watch, begun now."""
    present = cluster.survey(targets).present
    cluster.restore_all(targets, present, REASON)
    known = {
        "rollback_targets": [each.to_json() for each in targets],
        "replaced": [each.to_json() for each in present],
    }
    return Facts(known, begun_at=world.now()), replace(ports(), cluster=cluster)


def outcomes_until(world, facts, outside, kind):
    """Look as the engine does until there is an outcome of that kind; returns all of them."""
    found = []

    def is_there():
        found.append(WatchTheRestoration().run(replace(facts, now=world.now()), outside))
        return isinstance(found[-1], kind)

    world.until(is_there, kind.__name__)
    return found


def test_what_kubectl_gave_up_on_goes_back_without_a_false_alarm(world, cluster):
    # One replica: as many good as bad pods, so that the controller sees no progress at once.
    targets = cluster.record([FRONTEND])
    world.change(FRONTEND, {"spec": {"progressDeadlineSeconds": 1}})
    world.deploy(BAD, FRONTEND, conduct=Conduct.IMAGE_MISSING)
    world.until(lambda: cluster.look([FRONTEND])[0].deadline_exceeded, "given up")
    (given_up,) = cluster.look([FRONTEND])
    assert given_up.given_up_seconds is not None
    assert 0 <= given_up.given_up_seconds < 30
    # The simulator's pods take longer than the second that was enough to give up.
    world.change(FRONTEND, {"spec": {"progressDeadlineSeconds": 600}})
    facts, outside = restored(world, cluster, targets)
    *before, last = outcomes_until(world, facts, outside, Done)
    assert {type(each) for each in before} <= {Waiting}
    assert last.facts == (RESTORED((DeploymentRevision(FRONTEND, 3),)),)


@pytest.mark.parametrize(
    ("conduct", "is_paused"),
    [(Conduct.UNSCHEDULABLE, False), (Conduct.CRASH_LOOP, False), (None, False), (None, True)],
)
def test_a_newer_deploy_is_asked_about_at_once(world, cluster, conduct, is_paused):
    targets = cluster.record([BACKEND])
    world.deploy(BAD)
    world.until_complete()
    facts, outside = restored(world, cluster, targets)
    world.until_complete()
    world.change(BACKEND, {"spec": {"paused": is_paused}})
    world.deploy(OTHER, conduct=conduct)
    *before, last = outcomes_until(world, facts, outside, Ask)
    assert {type(each) for each in before} <= {Waiting}
    assert last.question.key == "undone"
    assert f"backend:{OTHER[:8]}" in last.question.shown[0]
