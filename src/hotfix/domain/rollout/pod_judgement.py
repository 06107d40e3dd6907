"""Will a new pod ever get ready? The rules that krane, samson, paasta and kubedog came to.

Each rule that gives up at once is about something that waiting does not mend. What may mend itself
is at most *suspect*: a registry that times out (Shopify/krane#819), a Secret that is still to come
(krane#885), a pod that its node threw out (krane#230, zendesk/samson#3835).
"""

import re
from enum import IntEnum

from hotfix.domain.figures import in_seconds
from hotfix.domain.frozen import frozen
from hotfix.domain.rollout.seen import ContainerView, PodView

# The node took the pod away, or did not take it; another one comes.
_NOT_ITS_FAULT = re.compile(
    "Evicted|Preempting|Preempted|Node(Shutdown|Lost|Affinity)|Terminated|OutOf.+"
)
PULLING = frozenset({"ErrImagePull", "ImagePullBackOff"})
_FINAL_PULL = re.compile(r"not found|denied|manifest unknown", re.IGNORECASE)
# A node that starts fills its caches first: "failed to sync secret cache: timed out ...".
_CACHE_SYNC = re.compile(r"failed to sync \w+ cache", re.IGNORECASE)
_NEVER_STARTS = frozenset({"InvalidImageName", "RunContainerError"})
_CANNOT_RUN = frozenset({"ContainerCannotRun", "StartError"})
_SUSPICIOUS = frozenset({"CreateContainerError", "ErrImageNeverPull", "ImageInspectError"})
# A Secret or ConfigMap of the same release may come a moment after the pod (krane#885).
_CONFIG_GRACE_SECONDS = 30.0
# One restart happens where a neighbour is slow to start (krane#819); it rises with the second.
_RISING = 2
# A readiness that comes and goes: once may be a neighbour's fault, and is over after a while.
_FLAPPING, _STEADY_SECONDS = 2, 30.0
_FLAPS = "loses its readiness again and again"
# Without a probe a pod is ready as soon as it runs; something else, as a readiness gate, holds it.
_UNPROBED_GRACE_SECONDS = 60.0
# Large images and volumes take their time; what takes longer is worth a look.
_STARTING_GRACE_SECONDS = 300.0


class PodHealth(IntEnum):
    """How a new pod does, the worst last."""

    WELL = 0
    WAITING = 1
    SUSPECT = 2
    DOOMED = 3


@frozen
class PodVerdict:
    """How a pod does, and why; the reason is empty for one that is well."""

    health: PodHealth
    reason: str = ""


def judge_pod(pod: PodView) -> PodVerdict:
    """Judge one pod of the newest ReplicaSet; one that was taken away is waiting."""
    if was_taken_away(pod):
        return PodVerdict(PodHealth.WAITING, pod.reason)
    if pod.phase == "Failed":
        return PodVerdict(PodHealth.DOOMED, f"failed: {pod.reason or 'no reason given'}")
    if pod.is_ready:
        is_well = not is_flapping(pod)
        return PodVerdict(PodHealth.WELL) if is_well else PodVerdict(PodHealth.SUSPECT, _FLAPS)
    if pod.unscheduled:
        return PodVerdict(PodHealth.WAITING, f"not scheduled: {pod.unscheduled}")
    found = [verdict for each in pod.containers if (verdict := _judge_container(each, pod))]
    if found:
        return max(found, key=lambda verdict: verdict.health)
    return PodVerdict(PodHealth.SUSPECT, _FLAPS) if is_flapping(pod) else _patience(pod)


def is_flapping(pod: PodView) -> bool:
    """Tell whether the pod's readiness comes and goes."""
    return pod.readiness_losses >= _FLAPPING and pod.ready_seconds < _STEADY_SECONDS


def was_taken_away(pod: PodView) -> bool:
    """Tell whether the cluster took the pod away: another comes, and it counts for nothing."""
    return pod.phase == "Failed" and bool(_NOT_ITS_FAULT.fullmatch(pod.reason))


def _patience(pod: PodView) -> PodVerdict:
    """Judge one that is not ready, without anything that its containers would say about it."""
    if not pod.running_seconds and pod.age_seconds > _STARTING_GRACE_SECONDS:
        why = f"not running {in_seconds(_STARTING_GRACE_SECONDS)} after it was made"
        return PodVerdict(PodHealth.SUSPECT, why)
    if pod.running_seconds <= (pod.grace_seconds or _UNPROBED_GRACE_SECONDS):
        return PodVerdict(PodHealth.WELL)
    if not pod.grace_seconds:
        why = (
            f"not ready {in_seconds(_UNPROBED_GRACE_SECONDS)} after its start, and it has no probe"
        )
        return PodVerdict(PodHealth.SUSPECT, why)
    allowed = f"its probes allow {in_seconds(pod.grace_seconds)}"
    return PodVerdict(PodHealth.SUSPECT, f"not ready, and {allowed}")


def _judge_container(container: ContainerView, pod: PodView) -> PodVerdict | None:
    """Return what the first rule that is about the container's state says; None where none is.

    Past trouble is none: not of what ended well, and not of what has been ready for a while.
    """
    is_done = container.may_end and bool(container.ended) and not container.exit_code
    if is_done or container.ready_seconds >= _STEADY_SECONDS:
        return None
    rules = (_cannot_run, _pull, _config, _waits_in_vain, _restarts, _just_ended)
    return next((verdict for rule in rules if (verdict := rule(container, pod))), None)


def _cannot_run(container: ContainerView, _pod: PodView) -> PodVerdict | None:
    before = "" if container.is_running else container.ended_before
    if {container.ended, before} & _CANNOT_RUN:
        return PodVerdict(PodHealth.DOOMED, f"{container.name} cannot be run")
    return None


def _pull(container: ContainerView, pod: PodView) -> PodVerdict | None:
    """Tell an image that is not there from a registry that does not answer (krane#819)."""
    if container.waiting not in PULLING:
        return None
    named = f"{container.name}: {container.waiting}"
    said = [container.message, *(each for each in pod.warnings if container.image in each)]
    final = next((match for text in said if (match := _FINAL_PULL.search(text))), None)
    if final:
        why = f"{named} of {container.image}: {final[0].lower()}"
        return PodVerdict(PodHealth.DOOMED, why)
    return PodVerdict(PodHealth.SUSPECT, _with(named, container.message))


def _config(container: ContainerView, pod: PodView) -> PodVerdict | None:
    if container.waiting != "CreateContainerConfigError":
        return None
    said = _with(f"{container.name}: {container.waiting}", container.message)
    if _CACHE_SYNC.search(container.message):
        return PodVerdict(PodHealth.WAITING, said)
    is_early = pod.age_seconds <= _CONFIG_GRACE_SECONDS
    return PodVerdict(PodHealth.SUSPECT if is_early else PodHealth.DOOMED, said)


def _waits_in_vain(container: ContainerView, _pod: PodView) -> PodVerdict | None:
    reason = container.waiting
    named = f"{container.name}: {reason}"
    if reason == "CrashLoopBackOff":
        why = f" ({container.ended_before})" if container.ended_before not in {"", "Error"} else ""
        return PodVerdict(PodHealth.DOOMED, f"{named}{why}")
    if reason in _NEVER_STARTS:
        return PodVerdict(PodHealth.DOOMED, _with(named, container.message))
    if reason in _SUSPICIOUS:
        return PodVerdict(PodHealth.SUSPECT, _with(named, container.message))
    return None


def _restarts(container: ContainerView, _pod: PodView) -> PodVerdict | None:
    risen = container.restarts - container.baseline
    if risen >= _RISING:
        return PodVerdict(PodHealth.DOOMED, f"{container.name} keeps restarting")
    if risen > 0:
        why = f" after {container.ended_before}" if container.ended_before else ""
        return PodVerdict(PodHealth.SUSPECT, f"{container.name} was restarted{why}")
    return None


def _just_ended(container: ContainerView, _pod: PodView) -> PodVerdict | None:
    if not container.exit_code:
        return None
    ended = f"{container.name} ended with exit code {container.exit_code}"
    return PodVerdict(PodHealth.SUSPECT, f"{ended} ({container.ended})")


def _with(named: str, message: str) -> str:
    lines = message.split("\n", 1)
    return f"{named}: {lines[0][:200]}" if lines[0] else named
