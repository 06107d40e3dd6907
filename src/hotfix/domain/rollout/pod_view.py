"""A pod of the newest ReplicaSet as plain data: all that a judgement of the rollout needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ContainerView:
    """One container as the kubelet reports it.

    Attributes:
        name: the container's.
        image: what it is to run.
        waiting: the reason of a waiting state, such as ``CrashLoopBackOff``; empty in another.
        message: what stands beside the reason of the present state.
        ended: the reason of a present terminated state; empty in another.
        exit_code: of a present terminated state, else 0.
        ended_before: the reason of the last terminated state, such as ``OOMKilled``.
        restarts: how often it was restarted.
        baseline: its restarts when the watch first saw it: those are not this rollout's.
    """

    name: str
    image: str = ""
    waiting: str = ""
    message: str = ""
    ended: str = ""
    exit_code: int = 0
    ended_before: str = ""
    restarts: int = 0
    baseline: int = 0


@dataclass(frozen=True)
class PodView:
    """One pod of the newest ReplicaSet.

    Attributes:
        name, uid: as in its metadata.
        phase: ``Pending``, ``Running``, ``Failed`` ...
        reason: why it is in that phase, such as ``Evicted``; mostly empty.
        unscheduled: why no node takes it yet; empty once one did.
        is_ready: whether it counts as ready.
        age_seconds: since its creation, by the API server's clock.
        ready_seconds: since it got ready, 0 while it is not.
        running_seconds: since all its containers run, 0 while one of them does not.
        grace_seconds: how long its probes allow it to take: the sum over startup and readiness
            probe of initial delay + period x failure threshold.
        readiness_losses: how often it was seen to be ready and then not; of what nobody looked at,
            nothing is known.
        containers: init containers first.
        warnings: its ``Warning`` events as ``Reason: message``, where somebody had to ask for them.
    """

    name: str
    uid: str = ""
    phase: str = "Running"
    reason: str = ""
    unscheduled: str = ""
    is_ready: bool = False
    age_seconds: float = 0.0
    ready_seconds: float = 0.0
    running_seconds: float = 0.0
    grace_seconds: float = 0.0
    readiness_losses: int = 0
    containers: tuple[ContainerView, ...] = ()
    warnings: tuple[str, ...] = ()
