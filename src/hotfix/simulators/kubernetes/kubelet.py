"""The simulated kubelet: lets pods run, reports how they are, and ends them."""

from collections.abc import Callable

from hotfix.simulators.kubernetes import pod_status
from hotfix.simulators.kubernetes.event_recorder import EventRecorder
from hotfix.simulators.kubernetes.kinds import PODS
from hotfix.simulators.kubernetes.log_book import LogBook
from hotfix.simulators.kubernetes.pod_runner import PodRunner
from hotfix.simulators.kubernetes.store import Json, Store, timestamp
from hotfix.simulators.timeline import Timeline, WorldTimings

_LOOK_AGAIN_SECONDS = 1.0
_LIVENESS_SECONDS = 10.0
# How long a failed pull is told as such, before it is told as a back-off.
_PULL_ERROR_SECONDS = 2.0
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 10.0, 300.0


class Kubelet:
    """Runs the pods of one namespace.

    Args:
        store: where pods are.
        timeline: the world's time.
        timings: how long a pod takes to start and to stop.
        runner: what really runs.
        namespace: of the pods.
        events: where it says what goes wrong.
        changed: called with a pod whose readiness changed, or that is gone.
    """

    def __init__(
        self,
        store: Store,
        timeline: Timeline,
        timings: WorldTimings,
        runner: PodRunner,
        namespace: str,
        events: EventRecorder,
        changed: Callable[[Json], None],
    ) -> None:
        self._store = store
        self._timeline = timeline
        self._timings = timings
        self._runner = runner
        self._namespace = namespace
        self._changed = changed
        self._events = events
        # The last lines of the container that ended last, by pod.
        self._ended: dict[str, list[str]] = {}
        self.log_book = LogBook()

    def start(self, pod: Json) -> None:
        """Start a pod that was just created."""
        name = pod["metadata"]["name"]
        if pod["spec"].get("nodeSelector"):
            # The drill's only node has no labels.
            message = "0/1 nodes are available: 1 node(s) didn't match Pod's node selector."
            self._events.warn(pod, "default-scheduler", "FailedScheduling", message)
            self._report(pod, pod_status.unscheduled(pod, self._now(), message))
            return
        self._report(pod, pod_status.creating(pod, self._now()))
        self._runner.start(name, pod["spec"]["containers"][0]["image"])
        self._look_in(self._timings.pod_start, name)

    def terminate(self, name: str) -> None:
        """Begin to end a pod: it serves on until ``pod_stop`` is over, and is gone then."""
        pod = self._store.find(PODS, self._namespace, name)
        if pod is None or pod_status.is_terminating(pod):
            return
        pod["metadata"]["deletionTimestamp"] = self._now()
        pod["metadata"]["deletionGracePeriodSeconds"] = 30
        self._store.update(PODS, self._namespace, pod)
        self._timeline.after(self._timings.pod_stop, lambda: self._end(name), f"pod {name} ends")

    def log_lines(self, name: str) -> list[str]:
        """Return all lines of the pod's log, and note when they were seen."""
        lines = list(self._runner.log_lines(name))
        self.log_book.see(name, len(lines), self._timeline.now())
        return lines

    def previous_log_lines(self, name: str) -> list[str] | None:
        """Return the lines of the container before the present one, or None: there was none."""
        return self._ended.get(name)

    def _end(self, name: str) -> None:
        self._runner.stop(name)
        self.log_book.forget(name)
        self._ended.pop(name, None)
        self._changed(self._store.delete(PODS, self._namespace, name))

    def _look_in(self, seconds: float, name: str) -> None:
        self._timeline.after(seconds, lambda: self._look(name), f"kubelet looks at {name}")

    def _look(self, name: str) -> None:
        """Probe a pod, report what changed, and look again later."""
        pod = self._alive(name)
        if pod is None:
            return
        self.log_lines(name)
        failure = self._runner.failure(name)
        if failure is not None:
            self._fail(pod, failure)
        elif pod_status.is_ready(pod):
            self._look_in(_LIVENESS_SECONDS, name)
        elif self._runner.is_ready(name):
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
            self._timeline.after(
                _PULL_ERROR_SECONDS, lambda: self._back_off_pulling(name), f"{name} is not pulled"
            )
        elif not pod_status.never_started(failure):
            self._ended[name] = self.log_lines(name)
        self._timeline.after(back_off, lambda: self._restart(name), f"pod {name} is restarted")

    def _say(self, pod: Json, failure: str) -> None:
        name, image = pod["metadata"]["name"], pod["spec"]["containers"][0]["image"]
        if failure.startswith("ErrImagePull"):
            message = failure.partition(": ")[2]
            self._events.warn(
                pod, "kubelet", "Failed", f'Failed to pull image "{image}": {message}'
            )
            self._events.warn(pod, "kubelet", "Failed", "Error: ErrImagePull")
        elif not pod_status.never_started(failure):
            container = pod["spec"]["containers"][0]["name"]
            message = f"Back-off restarting failed container {container} in pod {name}"
            self._events.warn(pod, "kubelet", "BackOff", message)

    def _back_off_pulling(self, name: str) -> None:
        pod = self._alive(name)
        if pod is None or pod_status.waits_for_its_container(pod) != "ErrImagePull":
            return
        message = f'Back-off pulling image "{pod["spec"]["containers"][0]["image"]}"'
        self._events.warn(pod, "kubelet", "BackOff", message)
        failure = f"ImagePullBackOff: {message}"
        self._report(pod, pod_status.failing(pod, self._now(), failure))

    def _restart(self, name: str) -> None:
        pod = self._alive(name)
        if pod is None:
            return
        self._runner.stop(name)
        self.log_book.forget(name)
        self._runner.start(name, pod["spec"]["containers"][0]["image"])
        self._look_in(_LOOK_AGAIN_SECONDS, name)

    def _alive(self, name: str) -> Json | None:
        pod = self._store.find(PODS, self._namespace, name)
        return None if pod is None or pod_status.is_terminating(pod) else pod

    def _report(self, pod: Json, status: Json) -> None:
        pod["status"] = status
        self._changed(self._store.update(PODS, self._namespace, pod))

    def _now(self) -> str:
        return timestamp(self._timeline.now())
