"""The simulated kubelet: lets pods run, reports how they are, and ends them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from hotfix.simulators.kubernetes import pod_status
from hotfix.simulators.kubernetes.event_recorder import EventRecorder
from hotfix.simulators.kubernetes.kinds import PODS
from hotfix.simulators.kubernetes.store import Json, Store, timestamp
from hotfix.simulators.timeline import Timeline, WorldTimings

_LOOK_AGAIN_SECONDS = 1.0
_LIVENESS_SECONDS = 10.0
# How long a failed pull is told as such, before it is told as a back-off.
_PULL_ERROR_SECONDS = 2.0
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 10.0, 300.0


class PodRunner(Protocol):
    """Runs pods. Every method is called under the world's lock, so it must be quick."""

    def start(self, pod: str, image: str) -> None:
        """Start ``image`` (of the first container); after ``stop`` also again: a restart."""

    def is_ready(self, pod: str) -> bool:
        """Tell whether the pod answers its readiness probe."""

    def failure(self, pod: str) -> str | None:
        """Return why the pod cannot run, or None while it can.

        One of Kubernetes' reasons (``CrashLoopBackOff``, ``ImagePullBackOff`` ...) becomes the
        container's state; any other text is the message of a crash.
        """

    def log_lines(self, pod: str) -> Sequence[str]:
        """Return all lines that the pod has written so far; lines are only ever added."""

    def stop(self, pod: str) -> None:
        """End the pod; does nothing for one that is not there."""


class LogBook:
    """Remembers the moment at which each line was first seen.

    A program does not say when it wrote a line, so a line counts as written when the kubelet, or
    somebody who asked for the log, first saw it.
    """

    def __init__(self) -> None:
        self._seen: dict[str, list[datetime]] = {}

    def see(self, pod: str, lines: int, now: datetime) -> None:
        """Note that the pod's log is ``lines`` long at ``now``."""
        moments = self._seen.setdefault(pod, [])
        moments.extend([now] * (lines - len(moments)))

    def first_since(self, pod: str, now: datetime, seconds: float) -> int:
        """Return the index of the first line seen in the last ``seconds``."""
        begin = now - timedelta(seconds=seconds)
        moments = self._seen.get(pod, [])
        return next((i for i, moment in enumerate(moments) if moment >= begin), len(moments))

    def forget(self, pod: str) -> None:
        """Forget a pod that is gone."""
        self._seen.pop(pod, None)


@dataclass
class Kubelet:
    """Runs the pods of one namespace.

    Attributes:
        runner: what really runs.
        changed: called with a pod whose readiness changed, or that is gone.
        log_book: when which line was seen.
    """

    store: Store
    timeline: Timeline
    timings: WorldTimings
    runner: PodRunner
    namespace: str
    events: EventRecorder
    changed: Callable[[Json], None]
    log_book: LogBook = field(default_factory=LogBook)
    # The last lines of the container that ended last, by pod.
    _ended: dict[str, list[str]] = field(default_factory=dict)

    def start(self, pod: Json) -> None:
        """Start a pod that was just created."""
        name = pod["metadata"]["name"]
        if pod["spec"].get("nodeSelector"):
            # The drill's only node has no labels.
            message = "0/1 nodes are available: 1 node(s) didn't match Pod's node selector."
            self.events.warn(pod, "default-scheduler", "FailedScheduling", message)
            self._report(pod, pod_status.unscheduled(pod, self._now(), message))
            return
        self._report(pod, pod_status.creating(pod, self._now()))
        self.runner.start(name, pod["spec"]["containers"][0]["image"])
        self._look_in(self.timings.pod_start, name)

    def terminate(self, name: str) -> None:
        """Begin to end a pod: it serves on until ``pod_stop`` is over, and is gone then."""
        pod = self.store.find(PODS, self.namespace, name)
        if pod is None or pod_status.is_terminating(pod):
            return
        pod["metadata"]["deletionTimestamp"] = self._now()
        pod["metadata"]["deletionGracePeriodSeconds"] = 30
        self.store.update(PODS, self.namespace, pod)
        self.timeline.after(self.timings.pod_stop, lambda: self._end(name), f"pod {name} ends")

    def log_lines(self, name: str) -> list[str]:
        """Return all lines of the pod's log, and note when they were seen."""
        lines = list(self.runner.log_lines(name))
        self.log_book.see(name, len(lines), self.timeline.now())
        return lines

    def previous_log_lines(self, name: str) -> list[str] | None:
        """Return the lines of the container before the present one, or None: there was none."""
        return self._ended.get(name)

    def _end(self, name: str) -> None:
        self.runner.stop(name)
        self.log_book.forget(name)
        self._ended.pop(name, None)
        self.changed(self.store.delete(PODS, self.namespace, name))

    def _look_in(self, seconds: float, name: str) -> None:
        self.timeline.after(seconds, lambda: self._look(name), f"kubelet looks at {name}")

    def _look(self, name: str) -> None:
        """Probe a pod, report what changed, and look again later."""
        pod = self._alive(name)
        if pod is None:
            return
        self.log_lines(name)
        failure = self.runner.failure(name)
        if failure is not None:
            self._fail(pod, failure)
        elif pod_status.is_ready(pod):
            self._look_in(_LIVENESS_SECONDS, name)
        elif self.runner.is_ready(name):
            self._report(pod, pod_status.running(pod, self._now(), is_ready=True))
            self._look_in(_LIVENESS_SECONDS, name)
        else:
            if "running" not in pod["status"]["containerStatuses"][0]["state"]:
                self._report(pod, pod_status.running(pod, self._now(), is_ready=False))
            self._look_in(_LOOK_AGAIN_SECONDS, name)

    def _fail(self, pod: Json, failure: str) -> None:
        name = pod["metadata"]["name"]
        back_off = min(_FIRST_BACK_OFF * 2 ** pod_status.restarts(pod), _LONGEST_BACK_OFF)
        self._say(pod, failure)
        self._report(pod, pod_status.failing(pod, self._now(), failure))
        if failure.startswith("ErrImagePull"):
            self.timeline.after(
                _PULL_ERROR_SECONDS, lambda: self._back_off_pulling(name), f"{name} is not pulled"
            )
        elif not pod_status.never_started(failure):
            self._ended[name] = self.log_lines(name)
        self.timeline.after(back_off, lambda: self._restart(name), f"pod {name} is restarted")

    def _say(self, pod: Json, failure: str) -> None:
        name, image = pod["metadata"]["name"], pod["spec"]["containers"][0]["image"]
        if failure.startswith("ErrImagePull"):
            message = failure.partition(": ")[2]
            self.events.warn(pod, "kubelet", "Failed", f'Failed to pull image "{image}": {message}')
            self.events.warn(pod, "kubelet", "Failed", "Error: ErrImagePull")
        elif not pod_status.never_started(failure):
            container = pod["spec"]["containers"][0]["name"]
            message = f"Back-off restarting failed container {container} in pod {name}"
            self.events.warn(pod, "kubelet", "BackOff", message)

    def _back_off_pulling(self, name: str) -> None:
        pod = self._alive(name)
        if pod is None or pod_status.waits_for_its_container(pod) != "ErrImagePull":
            return
        message = f'Back-off pulling image "{pod["spec"]["containers"][0]["image"]}"'
        self.events.warn(pod, "kubelet", "BackOff", message)
        failure = f"ImagePullBackOff: {message}"
        self._report(pod, pod_status.failing(pod, self._now(), failure))

    def _restart(self, name: str) -> None:
        pod = self._alive(name)
        if pod is None:
            return
        self.runner.stop(name)
        self.log_book.forget(name)
        self.runner.start(name, pod["spec"]["containers"][0]["image"])
        self._look_in(_LOOK_AGAIN_SECONDS, name)

    def _alive(self, name: str) -> Json | None:
        pod = self.store.find(PODS, self.namespace, name)
        return None if pod is None or pod_status.is_terminating(pod) else pod

    def _report(self, pod: Json, status: Json) -> None:
        pod["status"] = status
        self.changed(self.store.update(PODS, self.namespace, pod))

    def _now(self) -> str:
        return timestamp(self.timeline.now())
