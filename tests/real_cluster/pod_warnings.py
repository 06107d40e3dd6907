"""The warning events that a kubelet and a scheduler post about a pod, by the status they report."""

from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
_EVENT_TIME = "%Y-%m-%dT%H:%M:%SZ"


def warnings(pod: Json, status: Json, before: Json) -> list[Json]:
    """Return the events that come with ``status``, where the pod's status was ``before``."""
    found = [
        ("default-scheduler", "FailedScheduling", str(condition["message"]))
        for condition in status["conditions"]
        if condition["type"] == "PodScheduled" and condition["status"] == "False"
    ]
    is_ready, was_ready = _is_ready(status), _is_ready(before)
    for container in status.get("containerStatuses") or []:
        waiting = container["state"].get("waiting") or {}
        found += [("kubelet", *each) for each in _of_container(pod, container, waiting)]
        if was_ready and not is_ready and not waiting:
            words = "Readiness probe failed: HTTP probe failed with statuscode: 503"
            found.append(("kubelet", "Unhealthy", words))
    return [_event(pod, *each) for each in found]


def _of_container(pod: Json, container: Json, waiting: Json) -> list[tuple[str, str]]:
    image = container["image"]
    match waiting.get("reason"):
        case "ErrImagePull":
            pulled = f'Failed to pull image "{image}": {waiting["message"]}'
            return [("Failed", pulled), ("Failed", "Error: ErrImagePull")]
        case "ImagePullBackOff":
            return [("BackOff", f'Back-off pulling image "{image}"')]
        case "CrashLoopBackOff":
            name, uid = pod["metadata"]["name"], pod["metadata"]["uid"]
            where = f"{name}_{pod['metadata']['namespace']}({uid})"
            words = f"Back-off restarting failed container {container['name']} in pod {where}"
            return [("BackOff", words)]
    return []


def _is_ready(status: Json) -> bool:
    conditions = status.get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _event(pod: Json, component: str, reason: str, message: str) -> Json:
    metadata, now = pod["metadata"], datetime.now(UTC).strftime(_EVENT_TIME)
    return {
        "metadata": {"generateName": f"{metadata['name']}."},
        "involvedObject": {
            "apiVersion": "v1",
            "kind": "Pod",
            **{key: metadata[key] for key in ("name", "namespace", "uid")},
        },
        "type": "Warning",
        "reason": reason,
        "message": message,
        "count": 1,
        "firstTimestamp": now,
        "lastTimestamp": now,
        "source": {"component": component},
    }
