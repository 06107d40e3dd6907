"""Is the rollout complete? A pure judgement on plain data.

The rule is kubectl's: the controller has seen the spec (``observedGeneration``), all replicas
are updated and available, and none of the old is left; the progress deadline is the API server's
own word that it gave up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hotfix.domain.rollout.pod_view import PodView
from hotfix.domain.rollout.running_pod import RunningPod, is_commit

# The server's times are cut to the second.
_TIMES_ARE_WHOLE_SECONDS = 1.0
_MAYBE_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")


@dataclass(frozen=True)
class Refusal:
    """Why a ReplicaSet can make no pod now.

    Attributes:
        message: in the API server's words, such as ``... exceeded quota: ...``.
        age_seconds: since it could not, by the API server's clock.
    """

    message: str
    age_seconds: float = 0.0


@dataclass(frozen=True)
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

    @property
    def commits(self) -> tuple[str, ...]:
        """Of each ready pod, the commit it says it runs; empty text where it does not say."""
        return tuple(pod.commit for pod in self.running)


class RolloutVerdict(StrEnum):
    """How a rollout stands."""

    PROGRESSING = "progressing"
    COMPLETE = "complete"
    GIVEN_UP = "given up"


def judge(view: DeploymentView) -> RolloutVerdict:
    """Judge one deployment."""
    if view.observed_generation < view.generation:
        return RolloutVerdict.PROGRESSING
    if view.deadline_exceeded:
        return RolloutVerdict.GIVEN_UP
    is_complete = (
        view.updated >= view.wanted
        and view.total <= view.updated
        and view.available >= view.updated
    )
    return RolloutVerdict.COMPLETE if is_complete else RolloutVerdict.PROGRESSING


def judge_all(views: Sequence[DeploymentView]) -> RolloutVerdict:
    """Judge a set: complete when all are, given up when one is."""
    verdicts = {judge(view) for view in views}
    if RolloutVerdict.GIVEN_UP in verdicts:
        return RolloutVerdict.GIVEN_UP
    if verdicts <= {RolloutVerdict.COMPLETE}:
        return RolloutVerdict.COMPLETE
    return RolloutVerdict.PROGRESSING


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


def in_words(view: DeploymentView) -> str:
    """Return how far the rollout of one deployment is, in a few words."""
    if judge(view) is RolloutVerdict.COMPLETE:
        return f"{view.name} complete ({view.available}/{view.wanted})"
    return f"{view.name} {view.updated}/{view.wanted} updated, {view.available} available"


def runs_commit(view: DeploymentView, sha: str) -> bool:
    """Tell whether every ready pod, and at least one, says that it runs commit ``sha``."""
    return bool(view.running) and all(pod.runs(sha) for pod in view.running)


def names_commit(texts: Iterable[str], sha: str) -> bool:
    """Tell whether an image, a label or an annotation names commit ``sha``, shortened or not."""
    found = (each for text in texts for each in _MAYBE_COMMIT.findall(text))
    return any(is_commit(each, sha) for each in found)


def images_in_words(images: Sequence[str]) -> str:
    """Return ``container=registry/path/image:tag`` texts as people say them: ``image:tag``."""
    names = [image.rsplit("=", 1)[-1].rsplit("/", 1)[-1] for image in images]
    return ", ".join(_COMMIT.sub(lambda found: found[0][:8], name) for name in names)
