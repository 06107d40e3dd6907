"""Why a new pod does not get ready, in Kubernetes' own words."""

from collections.abc import Sequence
from typing import Any

from hotfix.adapters.kubernetes.objects import Json, name_of

# What does not mend itself by waiting; an image that is still pulled, or a node that is still
# looked for, is no trouble.
_WAITING_IN_VAIN = frozenset(
    {
        "CrashLoopBackOff",
        "CreateContainerConfigError",
        "CreateContainerError",
        "ErrImageNeverPull",
        "ErrImagePull",
        "ImageInspectError",
        "ImagePullBackOff",
        "InvalidImageName",
        "RunContainerError",
    }
)
# The node's trouble and not the release's: the controller makes another pod.
_NOT_ITS_FAULT = frozenset({"Evicted", "Preempting", "NodeShutdown", "Terminated"})


def troubles_of(deployment: Json, new_pods: Sequence[Json]) -> tuple[str, ...]:
    """Return one text a trouble, such as ``web-5d9-x2x: CrashLoopBackOff``."""
    found = [
        f"{name_of(deployment)}: {condition.get('reason')}: {condition.get('message')}"
        for condition in (deployment.get("status") or {}).get("conditions") or []
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True"
    ]
    for pod in new_pods:
        reason = _reason(pod)
        if reason:
            found.append(f"{name_of(pod)}: {reason}")
    return tuple(found)


def _reason(pod: Json) -> str:
    if pod["metadata"].get("deletionTimestamp"):
        return ""
    status = pod.get("status") or {}
    if status.get("phase") == "Failed":
        reason = str(status.get("reason") or "")
        return "" if reason in _NOT_ITS_FAULT else f"Failed {reason}".strip()
    statuses = [
        *(status.get("initContainerStatuses") or []),
        *(status.get("containerStatuses") or []),
    ]
    return next((text for text in map(_of_container, statuses) if text), "")


def _of_container(status: dict[str, Any]) -> str:
    state = status.get("state") or {}
    waiting, terminated = state.get("waiting") or {}, state.get("terminated") or {}
    if waiting.get("reason") in _WAITING_IN_VAIN:
        return str(waiting["reason"])
    if terminated and terminated.get("exitCode"):
        return f"{terminated.get('reason') or 'Error'} (exit code {terminated['exitCode']})"
    return ""
