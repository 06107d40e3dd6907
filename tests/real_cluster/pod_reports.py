"""What a kubelet reports of a pod, by what its image is supposed to do."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Conduct(StrEnum):
    """What pods do whose image has this as a part of its path; all others get ready at once."""

    SLOW = "slow"
    CRASH_LOOP = "crash-loop"
    IMAGE_MISSING = "image-missing"
    OUT_OF_MEMORY = "out-of-memory"
    UNSCHEDULABLE = "unschedulable"
    FLAPPING = "flapping"


@dataclass(frozen=True)
class Report:
    """A pod's status, ``after`` seconds from the report before; the first from its creation."""

    after: float
    status: Json


def conduct_of(pod: Json) -> Conduct | None:
    """Return what the pod's first image is supposed to do; None for getting ready at once."""
    parts = str(pod["spec"]["containers"][0]["image"]).split(":")[0].split("/")
    return next((conduct for conduct in Conduct if conduct in parts), None)


def reports(pod: Json) -> list[Report]:
    """Return what is reported of a new pod, in order."""
    starting = Report(0.0, _status(pod, "Pending", _waiting("ContainerCreating")))
    ready = _status(pod, "Running", _running(), is_ready=True)
    unready = _status(pod, "Running", _running())
    match conduct_of(pod):
        case Conduct.SLOW:
            found = [starting, Report(0.5, unready), Report(2.0, ready)]
        case Conduct.CRASH_LOOP:
            found = [starting, *_restarts(pod, "Error", 1)]
        case Conduct.OUT_OF_MEMORY:
            # It runs, it is restarted and runs again, and only then the kubelet backs off.
            killed = _ended("OOMKilled", 137, 0)
            again = _status(pod, "Running", _running(), restarts=1, last=killed)
            crashes = _restarts(pod, "OOMKilled", 137)
            found = [starting, Report(0.3, unready), Report(0.3, again)]
            found += [Report(3.0, crashes[0].status), *crashes[1:]]
        case Conduct.IMAGE_MISSING:
            found = [starting, *_failed_pulls(pod)]
        case Conduct.UNSCHEDULABLE:
            found = [Report(0.0, _unschedulable())]
        case Conduct.FLAPPING:
            found = [
                starting,
                *[Report(0.4, each) for _ in range(100) for each in (ready, unready)],
            ]
        case None:
            found = [Report(0.05, ready)]
    return found


def _failed_pulls(pod: Json) -> list[Report]:
    message = "failed to pull and unpack image: not found"
    return [
        Report(0.05, _status(pod, "Pending", _waiting(reason, message)))
        for reason in ("ErrImagePull", "ImagePullBackOff")
    ]


def _restarts(pod: Json, reason: str, exit_code: int) -> list[Report]:
    """Return the first restarts of a container that ends again and again."""
    found = []
    for number in range(1, 6):
        ended = _ended(reason, exit_code, number)
        waiting = _waiting("CrashLoopBackOff", "back-off restarting failed container")
        status = _status(pod, "Running", waiting, restarts=number, last=ended)
        found.append(Report(0.05 if number == 1 else 1.0, status))
    return found


def _ended(reason: str, exit_code: int, run: int) -> Json:
    """Return the state of a container after its run of that number, from 0 on."""
    ended = {"reason": reason, "exitCode": exit_code, "containerID": f"containerd://{run}"}
    return {"terminated": {**ended, "startedAt": _now(), "finishedAt": _now()}}


def at_this_moment(status: Json, before: Json) -> Json:
    """Return the status as it is told now: a condition keeps the moment at which it changed."""
    kept = {
        (each["type"], each["status"]): each["lastTransitionTime"]
        for each in before.get("conditions") or []
    }
    conditions = [
        {**each, "lastTransitionTime": kept.get((each["type"], each["status"]), _now())}
        for each in status["conditions"]
    ]
    return {**status, "conditions": conditions}


def _status(
    pod: Json,
    phase: str,
    state: Json,
    *,
    is_ready: bool = False,
    restarts: int = 0,
    last: Json | None = None,
) -> Json:
    told = "True" if is_ready else "False"
    return {
        "phase": phase,
        "startTime": pod["metadata"]["creationTimestamp"],
        "podIP": "10.1.0.1",
        "podIPs": [{"ip": "10.1.0.1"}],
        "conditions": [
            _condition("PodScheduled", "True"),
            _condition("Initialized", "True"),
            _condition("ContainersReady", told),
            _condition("Ready", told),
        ],
        "containerStatuses": [
            {
                "name": container["name"],
                "image": container["image"],
                "imageID": _image_id(container["image"], state),
                "ready": is_ready,
                "started": "running" in state,
                "restartCount": restarts,
                "state": state,
                "lastState": last or {},
            }
            for container in pod["spec"]["containers"]
        ],
    }


def _image_id(reference: str, state: Json) -> str:
    """Return the digest that a registry would have for the image; none before it is pulled."""
    reason = state.get("waiting", {}).get("reason", "CrashLoopBackOff")
    if reason != "CrashLoopBackOff":
        return ""
    name, _, pinned = reference.partition("@")
    folder, slash, last = name.rpartition("/")
    digest = pinned or f"sha256:{hashlib.sha256(reference.encode()).hexdigest()}"
    return f"{folder}{slash}{last.partition(':')[0]}@{digest}"


def _unschedulable() -> Json:
    condition = _condition("PodScheduled", "False")
    condition |= {"reason": "Unschedulable", "message": "0/1 nodes are available"}
    return {"phase": "Pending", "conditions": [condition]}


def _condition(kind: str, told: str) -> Json:
    return {"type": kind, "status": told, "lastTransitionTime": _now()}


def _waiting(reason: str, message: str = "") -> Json:
    return {"waiting": {"reason": reason, "message": message}}


def _running() -> Json:
    return {"running": {"startedAt": _now()}}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
