"""What is counted from one look to the next: restarts, and losses of readiness."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotfix.adapters.kubernetes.rollouts.pod_views import Baselines, pod_view
from hotfix.domain.rollout.pod_judgement import PodHealth, judge_pod

NOW = datetime(2026, 3, 12, 3, 20, 0, tzinfo=UTC)


def pod(*, ready, second=0, uid="u1"):
    """Return a pod as an API server gives it."""
    condition = {
        "type": "Ready",
        "status": "True" if ready else "False",
        "lastTransitionTime": f"2026-03-12T03:19:{second:02}Z",
    }
    return {
        "metadata": {"name": "web-1", "uid": uid, "creationTimestamp": "2026-03-12T03:18:00Z"},
        "spec": {"containers": [{"name": "web"}]},
        "status": {"phase": "Running", "conditions": [condition]},
    }


@pytest.mark.parametrize(
    ("looks", "losses"),
    [
        ([(True, 1), (True, 1)], 0),
        ([(False, 1), (True, 2)], 0),
        ([(True, 1), (False, 2)], 1),
        ([(True, 1), (False, 2), (False, 2), (True, 3), (False, 4)], 2),
        # Lost and won back between two looks: its time tells.
        ([(True, 1), (True, 5), (True, 9)], 2),
        ([(False, 1), (False, 5)], 0),
    ],
)
def test_a_readiness_that_was_lost_is_counted(looks, losses):
    baselines = Baselines()
    views = [pod_view(pod(ready=ready, second=at), NOW, baselines) for ready, at in looks]
    assert views[-1].readiness_losses == losses


def test_each_pod_is_counted_for_itself_and_forgotten_when_it_is_gone():
    baselines = Baselines()
    for uid, second in (("u1", 1), ("u2", 1), ("u1", 2)):
        view = pod_view(pod(ready=True, second=second, uid=uid), NOW, baselines)
    assert view.readiness_losses == 1
    assert pod_view(pod(ready=True, second=1, uid="u2"), NOW, baselines).readiness_losses == 0
    baselines.keep_only({"u2"})
    assert pod_view(pod(ready=True, second=3), NOW, baselines).readiness_losses == 0


def with_init(state, restarts=2, **more):
    """Return a pod whose init container has a past, and whose server is only beginning."""
    found = pod(ready=False)
    found["spec"]["initContainers"] = [{"name": "wait-for-db", **more}]
    failed = {"terminated": {"exitCode": 1, "reason": "Error"}}
    found["status"]["initContainerStatuses"] = [
        {"name": "wait-for-db", "restartCount": restarts, "state": state, "lastState": failed}
    ]
    waiting = {"waiting": {"reason": "PodInitializing"}}
    found["status"]["containerStatuses"] = [{"name": "web", "restartCount": 0, "state": waiting}]
    return found


@pytest.mark.parametrize(
    ("state", "more", "health"),
    [
        ({"terminated": {"exitCode": 0, "reason": "Completed"}}, {}, PodHealth.WELL),
        ({"terminated": {"exitCode": 0}}, {}, PodHealth.WELL),
        ({"terminated": {"exitCode": 0}}, {"restartPolicy": "Always"}, PodHealth.DOOMED),
        ({"terminated": {"exitCode": 1}}, {}, PodHealth.DOOMED),
        ({"waiting": {"reason": "CrashLoopBackOff"}}, {}, PodHealth.DOOMED),
    ],
)
def test_an_init_container_that_failed_and_then_ended_well_counts_for_nothing(state, more, health):
    view = pod_view(with_init(state, **more), NOW, Baselines())
    fresh = replace(view, containers=tuple(replace(each, baseline=0) for each in view.containers))
    assert judge_pod(fresh).health is health


def test_a_container_is_ready_since_it_runs_and_its_probes_pass():
    found = pod(ready=False)
    running = {"running": {"startedAt": "2026-03-12T03:19:00Z"}}
    found["status"]["containerStatuses"] = [
        {"name": "web", "restartCount": 3, "ready": True, "state": running},
        {"name": "proxy", "restartCount": 0, "ready": False, "state": running},
    ]
    views = pod_view(found, NOW, Baselines()).containers
    assert [(each.ready_seconds, each.is_running) for each in views] == [(60.0, True), (0.0, True)]
