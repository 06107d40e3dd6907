"""Pods as plain data for the judgement: ages by the server's clock, changes since first seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotfix.adapters.kubernetes.api.object_owners import Json, is_ready, name_of
from hotfix.domain.rollout.seen import ContainerView, PodView

# What the API server fills in where a probe does not say (core/v1 Probe).
_PERIOD_SECONDS, _FAILURES = 10, 3


class Baselines:
    """How often containers had been restarted at first sight, and pods lost readiness since."""

    def __init__(self) -> None:
        self._restarts: dict[tuple[str, str], int] = {}
        self._readiness: dict[str, tuple[bool, object]] = {}
        self._losses: dict[str, int] = {}

    def of(self, uid: str, container: str, restarts: int) -> int:
        """Return the number at first sight; remembers it the first time."""
        return self._restarts.setdefault((uid, container), restarts)

    def losses(self, uid: str, since: object, *, ready: bool) -> int:
        """Return how often the pod was seen to lose its readiness.

        ``since`` is the time of the last change; another one means that it was lost between looks.
        """
        was_ready, before = self._readiness.get(uid, (False, None))
        self._readiness[uid] = ready, since
        if was_ready and (not ready or since != before):
            self._losses[uid] = self._losses.get(uid, 0) + 1
        return self._losses.get(uid, 0)

    def keep_only(self, uids: set[str]) -> None:
        """Forget the pods that are gone."""
        self._readiness = {uid: each for uid, each in self._readiness.items() if uid in uids}
        self._losses = {uid: each for uid, each in self._losses.items() if uid in uids}
        self._restarts = {key: each for key, each in self._restarts.items() if key[0] in uids}


def pod_view(
    pod: Json, now: datetime, baselines: Baselines, warnings: Sequence[str] = ()
) -> PodView:
    """Return one pod, with its warning events where they were asked for.

    ``now`` is by the API server's clock: UTC, aware. Restarts and losses of readiness are counted
    from the ``baselines``.
    """
    status = pod.get("status") or {}
    uid = str(pod["metadata"].get("uid") or "")
    ready = is_ready(pod)
    changed_at = _condition(status, "Ready").get("lastTransitionTime")
    return PodView(
        name=name_of(pod),
        uid=uid,
        phase=str(status.get("phase") or ""),
        reason=str(status.get("reason") or ""),
        unscheduled=_unscheduled(status),
        is_ready=ready,
        age_seconds=seconds_since(pod["metadata"].get("creationTimestamp"), now),
        ready_seconds=seconds_since(changed_at, now) if ready else 0.0,
        running_seconds=_running_seconds(status, now),
        grace_seconds=max(map(_grace_seconds, pod["spec"].get("containers") or ()), default=0.0),
        readiness_losses=baselines.losses(uid, changed_at, ready=ready),
        containers=_containers(pod, uid, now, baselines),
        warnings=tuple(warnings),
    )


def container_statuses(pod: Json) -> list[dict[str, Any]]:
    """Return the statuses of all containers, init containers first."""
    status = pod.get("status") or {}
    return [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]


def seconds_since(moment: object, now: datetime) -> float:
    """Return the seconds from a time in an object until ``now`` (UTC); 0 where it has none."""
    if not isinstance(moment, str):
        return 0.0
    try:
        return max(0.0, (now - datetime.fromisoformat(moment)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _containers(
    pod: Json, uid: str, now: datetime, baselines: Baselines
) -> tuple[ContainerView, ...]:
    # An init container that is always restarted is a sidecar: it ends with the pod alone.
    ending = {
        str(each.get("name"))
        for each in pod["spec"].get("initContainers") or []
        if each.get("restartPolicy") != "Always"
    }
    return tuple(
        _container(each, uid, now, baselines, may_end=str(each.get("name")) in ending)
        for each in container_statuses(pod)
    )


def _container(
    status: Mapping[str, Any], uid: str, now: datetime, baselines: Baselines, *, may_end: bool
) -> ContainerView:
    state = status.get("state") or {}
    waiting, ended = state.get("waiting") or {}, state.get("terminated") or {}
    before = (status.get("lastState") or {}).get("terminated") or {}
    running = state.get("running") or {}
    name, restarts = str(status.get("name")), int(status.get("restartCount") or 0)
    return ContainerView(
        name=name,
        image=str(status.get("image") or ""),
        waiting=str(waiting.get("reason") or ""),
        message=str(waiting.get("message") or ended.get("message") or ""),
        # The kubelet gives a reason each time, but nothing asks it to.
        ended=str(ended.get("reason") or "Ended") if ended else "",
        exit_code=int(ended.get("exitCode") or 0),
        ended_before=str(before.get("reason") or ""),
        restarts=restarts,
        baseline=baselines.of(uid, name, restarts),
        may_end=may_end,
        ready_seconds=seconds_since(running.get("startedAt"), now) if status.get("ready") else 0.0,
        is_running=bool(running),
    )


def _unscheduled(status: Mapping[str, Any]) -> str:
    scheduled = _condition(status, "PodScheduled")
    if scheduled.get("status") != "False":
        return ""
    return str(scheduled.get("message") or scheduled.get("reason") or "no node takes it")[:200]


def _running_seconds(status: Mapping[str, Any], now: datetime) -> float:
    """Return since when all containers run; 0 while one of them does not."""
    states = [each.get("state") or {} for each in status.get("containerStatuses") or []]
    running = [state.get("running") or {} for state in states]
    if not running or not all(running):
        return 0.0
    return min(seconds_since(each.get("startedAt"), now) for each in running)


def _grace_seconds(container: Mapping[str, Any]) -> float:
    """Return how long its startup and readiness probes let a container take."""
    probes = [container.get("startupProbe"), container.get("readinessProbe")]
    return float(
        sum(
            int(probe.get("initialDelaySeconds") or 0)
            + int(probe.get("periodSeconds") or _PERIOD_SECONDS)
            * int(probe.get("failureThreshold") or _FAILURES)
            for probe in probes
            if probe
        )
    )


def _condition(status: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    conditions = status.get("conditions") or []
    return next((each for each in conditions if each.get("type") == kind), {})
