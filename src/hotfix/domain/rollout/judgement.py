"""How does a rollout stand: progressing, complete, suspect or doomed? Pure, on plain data.

Two levels of bad news, because both errors are real: ``kubectl rollout status`` waits ten minutes
for pods that crash (kubectl#738), and others give up on what would have mended itself. *Suspect* is
shown; *doomed* is asked about.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotfix.domain.rollout.pod_judgement import (
    PodHealth,
    PodVerdict,
    is_flapping,
    judge_pod,
    was_taken_away,
)
from hotfix.domain.rollout.pod_view import PodView
from hotfix.domain.rollout.seen import DeploymentView, Refusal, RolloutVerdict, judge

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


class Stand(StrEnum):
    """How a rollout stands."""

    PROGRESSING = "progressing"
    COMPLETE = "complete"
    SUSPECT = "suspect"
    DOOMED = "doomed"


@dataclass(frozen=True)
class Judgement:
    """How the rollout of one deployment stands.

    Attributes:
        deployment: its name.
        stand: how it stands.
        reasons: why it is suspect or doomed, or what it waits for, each once.
        pods: names of the pods that are to blame.
        is_given_up: whether the cluster itself gave up (the progress deadline).
    """

    deployment: str
    stand: Stand
    reasons: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()
    is_given_up: bool = False


def judge_rollout(view: DeploymentView, doomed_share: float = 1.0) -> Judgement:
    """Judge one deployment.

    Args:
        view: its pods are those of the newest ReplicaSet alone.
        doomed_share: from which share of its new pods on it is doomed; 1 for all of them.
    """
    if view.observed_generation < view.generation:
        # Whatever is seen now is about the spec before.
        return Judgement(view.name, Stand.PROGRESSING)
    if judge(view) is RolloutVerdict.COMPLETE and not any(map(is_flapping, view.pods)):
        return Judgement(view.name, Stand.COMPLETE)
    found = [(pod, judge_pod(pod)) for pod in view.pods if not was_taken_away(pod)]
    bad = [(pod, verdict) for pod, verdict in found if verdict.health >= PodHealth.SUSPECT]
    names = tuple(pod.name for pod, _ in bad)
    reasons = _reasons(view, found)
    if view.deadline_exceeded:
        why = (*reasons, "the progress deadline is exceeded")
        return Judgement(view.name, Stand.DOOMED, why, names, is_given_up=True)
    doomed = sum(verdict.health is PodHealth.DOOMED for _, verdict in bad)
    is_refused = not found and any(map(_is_final, view.refusals))
    if is_refused or (doomed and doomed >= doomed_share * len(found)):
        return Judgement(view.name, Stand.DOOMED, reasons, names)
    if bad or view.is_paused or (view.refusals and view.wanted > len(found)):
        return Judgement(view.name, Stand.SUSPECT, reasons, names)
    return Judgement(view.name, Stand.PROGRESSING, reasons)


def paused_in_words(view: DeploymentView) -> str:
    """Return that rollouts of the deployment are paused, and what to type."""
    return f"its rollouts are paused (kubectl rollout resume deployment/{view.name})"


def stable_seconds(view: DeploymentView) -> float:
    """Return for how long all wanted pods have been ready; 0 while one of them is not."""
    if not view.wanted:
        return float("inf")
    ready = [pod.ready_seconds for pod in view.pods if pod.is_ready]
    return min(ready, default=0.0) if len(ready) >= view.wanted else 0.0


def is_unsteady(view: DeploymentView, after_seconds: float) -> bool:
    """Tell whether a pod that has run for so long still loses its readiness."""
    return any(is_flapping(pod) and pod.running_seconds >= after_seconds for pod in view.pods)


def worst(judgements: Sequence[Judgement]) -> Stand:
    """Return how a set stands: as its worst, and complete where all are (none counts as all)."""
    stands = {each.stand for each in judgements}
    for stand in (Stand.DOOMED, Stand.SUSPECT, Stand.PROGRESSING):
        if stand in stands:
            return stand
    return Stand.COMPLETE


def in_words(judgement: Judgement) -> str:
    """Return the judgement as people say it, in one line."""
    if not judgement.reasons:
        return f"{judgement.deployment} is {judgement.stand}"
    return f"{judgement.deployment} is {judgement.stand}: {'; '.join(judgement.reasons)}"


def kinds(judgements: Sequence[Judgement]) -> str:
    """Return which deployments are ill and of what kind: the same words while nothing else is."""
    return ", ".join(sorted(f"{each.deployment} {_kind(each)}" for each in judgements))


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
