"""How does a rollout stand: progressing, complete, suspect or doomed? Pure, on plain data.

Two levels of bad news, because both errors are real: ``kubectl rollout status`` waits ten minutes
for pods that crash (kubectl#738), and others give up on what would have mended itself. *Suspect* is
shown; *doomed* is asked about.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from hotfix.domain.frozen import frozen
from hotfix.domain.rollout.pod_judgement import (
    PodHealth,
    PodVerdict,
    is_flapping,
    judge_pod,
    was_taken_away,
)
from hotfix.domain.rollout.seen import DeploymentView, PodView, Refusal

# Quota, admission plug-ins, Pod Security and webhooks that say no; not a webhook that is down.
_REFUSED = re.compile(
    r"exceeded quota|is forbidden|denied the request|violates PodSecurity", re.IGNORECASE
)
# An old pod that is slow to end makes room in the quota; a service account of the same release may
# come a moment after the deployment (as Secrets do, Shopify/krane#885).
_MAY_MEND = re.compile(
    r"exceeded quota|status unknown for quota|error looking up service account", re.IGNORECASE
)
_MENDS_WITHIN_SECONDS = 30.0

# A container that ends again and again is told in turns as backed off, restarted and ended.
_KINDS = (
    ("refused", _REFUSED),
    ("restarts", re.compile(r"CrashLoopBackOff|restart|exit code")),
    ("image", re.compile(r"ErrImagePull|ImagePullBackOff|InvalidImageName")),
)


# What runtimes print last when a process dies of an error.
_ERROR = re.compile(
    r"\b(?:[A-Za-z_][\w.]*)?(?:Error|Exception)\b(?:: .*)?$|\b(?:panic|fatal|FATAL)\b: .*$"
)
_LONGEST_ERROR = 100
# Kubernetes' words for what is the matter, and people's.
_PLAINLY = (
    (re.compile(r"^(\S+): CrashLoopBackOff\b"), r"\1 keeps crashing"),
    (re.compile(r"^(\S+): (?:ErrImagePull|ImagePullBackOff) of (\S+):"), r"no image \2 to pull:"),
    (re.compile(r"^(\S+): (?:ErrImagePull|ImagePullBackOff)\b"), r"the image of \1 is not pulled"),
    (re.compile(r"^(\S+): CreateContainerConfigError\b"), r"\1 lacks its configuration"),
)


class Stand(StrEnum):
    """How a rollout stands."""

    PROGRESSING = "progressing"
    COMPLETE = "complete"
    SUSPECT = "suspect"
    DOOMED = "doomed"


_STANDS = {
    Stand.PROGRESSING: "is on its way",
    Stand.COMPLETE: "is complete",
    Stand.SUSPECT: "is in trouble",
    Stand.DOOMED: "will not get ready",
}


@frozen
class Judgement:
    """How the rollout of one deployment stands."""

    deployment: str  #: its name
    stand: Stand  #: how it stands
    reasons: tuple[str, ...] = ()  #: why it is suspect or doomed, or what it waits for, each once
    pods: tuple[str, ...] = ()  #: names of the pods that are to blame
    is_given_up: bool = False  #: whether the cluster itself gave up (the progress deadline)
    #: for how long a pod has run that still loses its readiness; 0 for none
    unsteady_seconds: float = 0.0

    @property
    def is_bad(self) -> bool:
        """Whether there is something to show for it."""
        return self.stand in {Stand.SUSPECT, Stand.DOOMED}

    def is_ill(self, unsteady_after_seconds: float) -> bool:
        """Tell whether somebody must be asked: it is doomed, or was unsteady for so long."""
        return self.stand is Stand.DOOMED or self.unsteady_seconds >= unsteady_after_seconds


def judge_rollout(view: DeploymentView, doomed_share: float = 1.0) -> Judgement:
    """Judge one deployment.

    Args:
        view: its pods are those of the newest ReplicaSet alone.
        doomed_share: from which share of its new pods on it is doomed; 1 for all of them.
    """
    if view.observed_generation < view.generation:
        # Whatever is seen now is about the spec before.
        return Judgement(view.name, Stand.PROGRESSING)
    flapping = [pod for pod in view.pods if is_flapping(pod)]
    if view.is_complete and not flapping:
        return Judgement(view.name, Stand.COMPLETE)
    found = [(pod, judge_pod(pod)) for pod in view.pods if not was_taken_away(pod)]
    given_up = ("the progress deadline is exceeded",) if view.deadline_exceeded else ()
    return Judgement(
        view.name,
        _stand(view, [verdict.health for _, verdict in found], doomed_share),
        (*_reasons(view, found), *given_up),
        tuple(pod.name for pod, verdict in found if verdict.health >= PodHealth.SUSPECT),
        is_given_up=view.deadline_exceeded,
        unsteady_seconds=max((pod.running_seconds for pod in flapping), default=0.0),
    )


def _stand(view: DeploymentView, found: Sequence[PodHealth], doomed_share: float) -> Stand:
    """Return how it stands that is seen and not complete; ``found`` is of its pods that count."""
    doomed = found.count(PodHealth.DOOMED)
    is_refused = not found and any(map(_is_final, view.refusals))
    if view.deadline_exceeded or is_refused or (doomed and doomed >= doomed_share * len(found)):
        return Stand.DOOMED
    is_short = bool(view.refusals) and view.wanted > len(found)
    if view.is_paused or is_short or any(each >= PodHealth.SUSPECT for each in found):
        return Stand.SUSPECT
    return Stand.PROGRESSING


def paused_in_words(view: DeploymentView) -> str:
    """Return that rollouts of the deployment are paused, and what to type."""
    return f"its rollouts are paused (kubectl rollout resume deployment/{view.name})"


def stable_seconds(view: DeploymentView) -> float:
    """Return for how long all wanted pods have been ready; 0 while one of them is not."""
    if not view.wanted:
        return float("inf")
    ready = [pod.ready_seconds for pod in view.pods if pod.is_ready]
    return min(ready, default=0.0) if len(ready) >= view.wanted else 0.0


def worst(judgements: Sequence[Judgement]) -> Stand:
    """Return how a set stands: as its worst, and complete where all are (none counts as all)."""
    stands = {each.stand for each in judgements}
    for stand in (Stand.DOOMED, Stand.SUSPECT, Stand.PROGRESSING):
        if stand in stands:
            return stand
    return Stand.COMPLETE


def not_complete(
    views: Sequence[DeploymentView], judged: Sequence[Judgement]
) -> list[DeploymentView]:
    """Return those that are not judged complete."""
    complete = {each.deployment for each in judged if each.stand is Stand.COMPLETE}
    return [view for view in views if view.name not in complete]


def how_far(view: DeploymentView) -> str:
    """Return how far the rollout of one deployment is, in a few words."""
    if not view.wanted:
        return f"{view.name} scaled to 0"
    if view.is_complete:
        return f"{view.name} complete ({view.available}/{view.wanted})"
    return f"{view.name} {view.updated}/{view.wanted} updated, {view.available} available"


def in_words(judgement: Judgement) -> str:
    """Return the judgement as people say it, in one line: what is the matter, and how bad it is."""
    stand = _STANDS[judgement.stand]
    if not judgement.reasons:
        return f"{judgement.deployment} {stand}"
    return f"{judgement.deployment} {stand}: {'; '.join(map(_plainly, judgement.reasons))}"


def cause(judgements: Sequence[Judgement], shown: Sequence[str]) -> str:
    """Return in a few words what is the matter with the first doomed one, or the first at all.

    Args:
        judgements: ill ones; empty for nothing to say.
        shown: what their pods said, line by line; an error that a log line names is said, too.
    """
    ill = _foremost(judgements)
    if ill is None:
        return ""
    why = _plainly(ill.reasons[0]) if ill.reasons else _STANDS[ill.stand]
    errors = [found[0] for line in shown if (found := _ERROR.search(line))]
    said = f": {errors[-1].strip()[:_LONGEST_ERROR]}" if errors else ""
    return f"{ill.deployment}: {why}{said}"


def beside_the_cause(judgements: Sequence[Judgement], shown: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of ``shown`` but for the judgement that ``cause`` says whole."""
    ill = _foremost(judgements)
    is_said = ill is not None and len(ill.reasons) <= 1
    return tuple(line for line in shown if not (is_said and ill and line == in_words(ill)))


def _foremost(judgements: Sequence[Judgement]) -> Judgement | None:
    doomed = [each for each in judgements if each.stand is Stand.DOOMED]
    return next(iter([*doomed, *judgements]), None)


def kinds(judgements: Sequence[Judgement]) -> str:
    """Return which deployments are ill and of what kind: the same words while nothing else is."""
    return ", ".join(sorted(f"{each.deployment} {_kind(each)}" for each in judgements))


def _plainly(reason: str) -> str:
    for words, plain in _PLAINLY:
        if words.search(reason):
            return words.sub(plain, reason, count=1)
    return reason


def _kind(judgement: Judgement) -> str:
    reason = judgement.reasons[0] if judgement.reasons else ""
    known = next((name for name, words in _KINDS if words.search(reason)), "")
    return known or ": ".join(reason.split(": ")[:2])[:60]


def _is_final(refusal: Refusal) -> bool:
    """Tell whether waiting does not mend the refusal."""
    if _MAY_MEND.search(refusal.message) and refusal.age_seconds <= _MENDS_WITHIN_SECONDS:
        return False
    return bool(_REFUSED.search(refusal.message))


def _reasons(view: DeploymentView, found: Sequence[tuple[PodView, PodVerdict]]) -> tuple[str, ...]:
    """Return what is wrong, the worst first, each once."""
    ranked = sorted(found, key=lambda each: -each[1].health)
    texts = [verdict.reason for _, verdict in ranked if verdict.reason]
    if view.wanted > len(found):
        texts = [*(each.message for each in view.refusals), *texts]
    if view.is_paused:
        texts = [paused_in_words(view), *texts]
    return tuple(dict.fromkeys(texts))
