"""The status of a pod in each of its states, as a kubelet reports it."""

import hashlib
import re
from typing import Any

Json = dict[str, Any]

# The container was never started: there is nothing that could be restarted.
_NEVER_STARTED = frozenset(
    {
        "CreateContainerConfigError",
        "CreateContainerError",
        "ErrImageNeverPull",
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
    }
)


def creating(pod: Json, now: str) -> Json:
    """Return the status of a pod whose container is made."""
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    return _status(pod, now, "Pending", waiting, is_ready=False)


def running(pod: Json, now: str, *, is_ready: bool) -> Json:
    """Return the status of a pod whose container runs, ready or not yet."""
    return _status(pod, now, "Running", {"running": {"startedAt": now}}, is_ready=is_ready)


def unscheduled(pod: Json, now: str, message: str) -> Json:
    """Return the status of a pod that no node takes."""
    condition = {**_condition({}, "PodScheduled", "False", now), "reason": "Unschedulable"}
    return {"phase": "Pending", "conditions": [{**condition, "message": message}]} | (
        {"startTime": pod["status"]["startTime"]} if "startTime" in pod["status"] else {}
    )


def never_started(failure: str) -> bool:
    """Tell whether a failure is one of a container that never ran."""
    return failure.partition(": ")[0] in _NEVER_STARTED


def failing(pod: Json, now: str, failure: str) -> Json:
    """Return the status of a pod whose container ended, or cannot be started."""
    if never_started(failure):
        reason, _, message = failure.partition(": ")
        waiting = {"waiting": {"reason": reason, "message": message or reason}}
        return _status(pod, now, "Pending", waiting, is_ready=False)
    name = pod["metadata"]["name"]
    message = f"back-off restarting failed container in pod {name}"
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
    code = re.search(r"exit code (\d+)", failure)
    exit_code = int(code[1]) if code else 1
    ended = {"exitCode": exit_code, "reason": "Error", "message": failure, "finishedAt": now}
    return _status(pod, now, "Running", waiting, is_ready=False, ended=ended)


def restarts(pod: Json) -> int:
    """Return how often the pod's first container was restarted."""
    return int(_first_container(pod["status"]).get("restartCount", 0))


def is_ready(pod: Json) -> bool:
    """Tell whether the pod counts as ready for its ReplicaSet."""
    return any(
        each["type"] == "Ready" and each["status"] == "True"
        for each in pod["status"].get("conditions") or []
    )


def is_terminating(pod: Json) -> bool:
    """Tell whether the pod is on its way out."""
    return "deletionTimestamp" in pod["metadata"]


def waits_for_its_container(pod: Json) -> str:
    """Return why the container has not started yet, or an empty text."""
    return _reason_to_wait(_first_container(pod["status"]).get("state") or {})


def _status(
    pod: Json, now: str, phase: str, state: Json, *, is_ready: bool, ended: Json | None = None
) -> Json:
    before: Json = pod.get("status") or {}
    last = _first_container(before)
    told = "True" if is_ready else "False"
    containers = [
        {
            "name": container["name"],
            "image": container["image"],
            "imageID": "" if _reason_to_wait(state) else _image_id(container["image"]),
            "ready": is_ready,
            "started": "running" in state,
            "restartCount": int(last.get("restartCount", 0)) + (1 if ended else 0),
            "state": state,
            "lastState": {"terminated": ended} if ended else last.get("lastState") or {},
        }
        for container in pod["spec"]["containers"]
    ]
    return {
        "phase": phase,
        "startTime": before.get("startTime", now),
        "conditions": [
            _condition(before, "PodScheduled", "True", now),
            _condition(before, "Initialized", "True", now),
            _condition(before, "ContainersReady", told, now),
            _condition(before, "Ready", told, now),
        ],
        "containerStatuses": containers,
    }


def _reason_to_wait(state: Json) -> str:
    """Return why a container has not run yet, or an empty text; one that crashed was started."""
    reason = str((state.get("waiting") or {}).get("reason", ""))
    return "" if reason == "CrashLoopBackOff" else reason


def _image_id(reference: str) -> str:
    """Return what a registry would answer: one digest for each reference."""
    name, _, digest = reference.partition("@")
    repository = re.sub(r":[^:/]+$", "", name)
    return f"{repository}@{digest or 'sha256:' + hashlib.sha256(reference.encode()).hexdigest()}"


def _first_container(status: Json) -> Json:
    first: Json = (status.get("containerStatuses") or [{}])[0]
    return first


def _condition(status: Json, kind: str, told: str, now: str) -> Json:
    for before in status.get("conditions") or []:
        if before["type"] == kind and before["status"] == told:
            return dict(before)
    return {"type": kind, "status": told, "lastTransitionTime": now}
