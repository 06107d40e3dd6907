"""What is seen of a rollout: plain data, all that a judgement of it needs."""

from dataclasses import replace

from hotfix.domain.frozen import frozen
from hotfix.domain.rollout.running_pod import RunningPod

# The server's times are cut to the second.
_TIMES_ARE_WHOLE_SECONDS = 1.0


@frozen
class ContainerView:
    """One container as the kubelet reports it."""

    name: str  #: the container's
    image: str = ""  #: what it is to run
    #: the reason of a waiting state, such as ``CrashLoopBackOff``; empty in another
    waiting: str = ""
    message: str = ""  #: what stands beside the reason of the present state
    ended: str = ""  #: the reason of a present terminated state; empty in another
    exit_code: int = 0  #: of a present terminated state, else 0
    ended_before: str = ""  #: the reason of the last terminated state, such as ``OOMKilled``
    restarts: int = 0  #: how often it was restarted
    baseline: int = 0  #: its restarts when the watch first saw it: those are not this rollout's
    #: whether it is done once it ended with 0, as init containers are that are no sidecars
    may_end: bool = False
    #: since when it is ready, by the present state alone: it runs and its probes pass; 0 for not
    ready_seconds: float = 0.0
    is_running: bool = False  #: whether it runs now, ready or not


@frozen
class PodView:
    """One pod of the newest ReplicaSet."""

    name: str  #: as in its metadata
    uid: str = ""  #: as in its metadata
    phase: str = "Running"  #: ``Pending``, ``Running``, ``Failed`` ...
    reason: str = ""  #: why it is in that phase, such as ``Evicted``; mostly empty
    unscheduled: str = ""  #: why no node takes it yet; empty once one did
    is_ready: bool = False  #: whether it counts as ready
    age_seconds: float = 0.0  #: since its creation, by the API server's clock
    ready_seconds: float = 0.0  #: since it got ready, 0 while it is not
    running_seconds: float = 0.0  #: since all its containers run, 0 while one of them does not
    #: how long its probes allow it to take: the sum over startup and readiness probe of initial
    #: delay + period x failure threshold
    grace_seconds: float = 0.0
    #: how often it was seen to be ready and then not; of what nobody looked at, nothing is known
    readiness_losses: int = 0
    containers: tuple[ContainerView, ...] = ()  #: init containers first
    #: its ``Warning`` events as ``Reason: message``, where somebody had to ask for them
    warnings: tuple[str, ...] = ()


@frozen
class Refusal:
    """Why a ReplicaSet can make no pod now."""

    message: str  #: in the API server's words, such as ``... exceeded quota: ...``
    age_seconds: float = 0.0  #: since it could not, by the API server's clock


@frozen
class DeploymentView:
    """What a deployment and its newest pods look like.

    Attributes:
        name: the deployment's.
        generation, observed_generation: of the spec, and what the controller has seen of it.
        revision: its present revision.
        template_hash: ``pod-template-hash`` of its present ReplicaSet; empty while there is none.
        wanted, updated, available, total: numbers of replicas; total includes old ones.
        deadline_exceeded: whether the controller gave up.
        running: the ready pods, old and new, with what they say that they run.
        pods: those of the newest ReplicaSet that are not on their way out, once the controller
            has seen the spec.
        refusals: why the newest ReplicaSet cannot make a pod now.
        uid: the deployment's; another one is another deployment of the same name.
        given_up_seconds: since the controller gave up, by the API server's clock; None where it did
            not, or where nobody can tell.
        is_paused: whether its rollouts are paused: a new template is taken and not rolled out.
        images: ``container=image`` of its spec, which may be newer than what runs.
        fingerprint: what stands for the template of its spec; empty where nobody looked.
    """

    name: str
    generation: int
    observed_generation: int
    revision: int
    template_hash: str
    wanted: int
    updated: int
    available: int
    total: int
    deadline_exceeded: bool
    running: tuple[RunningPod, ...] = ()
    pods: tuple[PodView, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    uid: str = ""
    given_up_seconds: float | None = None
    is_paused: bool = False
    images: tuple[str, ...] = ()
    fingerprint: str = ""

    @property
    def commits(self) -> tuple[str, ...]:
        """Of each ready pod, the commit it says it runs; empty text where it does not say."""
        return tuple(pod.commit for pod in self.running)

    @property
    def is_complete(self) -> bool:
        """Whether the rollout is over, by kubectl's rule.

        The controller has seen the spec (``observedGeneration``) and has not given up, all replicas
        are updated and available, and none of the old is left.
        """
        return (
            self.observed_generation >= self.generation
            and not self.deadline_exceeded
            and self.updated >= self.wanted
            and self.total <= self.updated
            and self.available >= self.updated
        )


def without_earlier_deadline(
    view: DeploymentView, watched_seconds: float, for_seconds: float
) -> DeploymentView:
    """Return the view without a word that the controller gave about the template before.

    The controller keeps ``ProgressDeadlineExceeded`` beside the generation that it has just seen,
    until that makes its first progress. What makes none keeps it for ever, hence the limit.

    Args:
        view: as seen.
        watched_seconds: since the new template was sent.
        for_seconds: for how long after that an older word is not taken for news.
    """
    if view.given_up_seconds is None or watched_seconds >= for_seconds:
        return view
    if view.given_up_seconds + _TIMES_ARE_WHOLE_SECONDS < watched_seconds:
        return view
    return replace(view, deadline_exceeded=False)


def with_all_restarts(view: DeploymentView) -> DeploymentView:
    """Return the view of a ReplicaSet that is new: every restart of its pods is its own.

    Whoever looks late would else forgive what happened before the first look.
    """
    pods = (
        replace(pod, containers=tuple(replace(each, baseline=0) for each in pod.containers))
        for pod in view.pods
    )
    return replace(view, pods=tuple(pods))
