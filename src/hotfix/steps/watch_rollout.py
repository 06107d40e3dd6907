"""Watch the rollout of every deployment until it is complete and stays so (procedure, step 6)."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import HEALTHY, ROLLOUT, WORKFLOW_RUN_ID
from hotfix.domain.fact_records import DeploymentRevision
from hotfix.domain.facts import Facts
from hotfix.domain.figures import for_so_long
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Failed, Outcome, Waiting
from hotfix.domain.rollout import questions as rollout_questions
from hotfix.domain.rollout.idle import scaled_to_zero
from hotfix.domain.rollout.judgement import (
    Judgement,
    Stand,
    how_far,
    in_words,
    judge_rollout,
    not_complete,
    paused_in_words,
    stable_seconds,
    worst,
)
from hotfix.domain.rollout.made_anew import BEFORE_THE_ROLLOUT
from hotfix.domain.rollout.running_pod import images_in_words
from hotfix.domain.rollout.seen import DeploymentView, with_all_restarts
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster
from hotfix.ports.watched_rollouts import explained, judged_in_words, look

# How long the word that an earlier rollout was given up may outlive it.
_STALE_FOR_SECONDS = 10.0
# For how long pods may lose their readiness before somebody is asked.
_UNSTEADY_AFTER_SECONDS, _UNSTEADY_AFTER_WINDOWS = 60.0, 3
# How long a deploy job's success may be ahead of the new revision, and how long any deploy may be.
_AFTER_THE_RUN_SECONDS, _WITHOUT_A_RUN_SECONDS = 60.0, 300.0


@frozen
class WatchRollout:
    """Reports ``rollout``: the revision that each deployment came to.

    Effect: none.
    """

    deployments: tuple[str, ...]  #: names; all are looked at together
    #: how long all new pods must have been ready; 0 for no such time
    stability_seconds: float = 0.0
    doomed_share: float = 1.0  #: from which share of its new pods on a rollout is doomed
    name: str = "watch_rollout"
    reads: ClassVar[Declared] = maybe(HEALTHY, WORKFLOW_RUN_ID)
    reports: ClassVar[Declared] = maybe(ROLLOUT)
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once; one that has not begun is not judged yet."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: watch the rollout yourself.", is_needless=True)
        views = look(ports.cluster, self.deployments, facts.elapsed_seconds, _STALE_FOR_SECONDS)
        before = {record.name: record for record in facts.get(HEALTHY, ())}
        other = [view.name for view in views if _is_another(view, before.get(view.name))]
        if other:
            return Failed(BEFORE_THE_ROLLOUT.problem(other))
        idle = [view for view in views if not _has_begun(view, before.get(view.name))]
        is_awaited = facts.answer(rollout_questions.NOT_BEGUN) is None
        # What was ill before the merge is what the hotfix is for.
        begun = [
            with_all_restarts(view) if _is_new(view, before.get(view.name)) else view
            for view in views
            if view not in idle
        ]
        outcome = self._outcome(begun, idle if is_awaited else [], facts, ports.cluster)
        return outcome or _rolled_out(views, idle)

    def _outcome(
        self,
        begun: Sequence[DeploymentView],
        awaited: Sequence[DeploymentView],
        facts: Facts,
        cluster: Cluster,
    ) -> Outcome | None:
        """Judge what has begun; None where all of it is complete and nothing else is awaited."""
        judged = [judge_rollout(view, self.doomed_share) for view in begun]
        doomed = [each for each in judged if each.stand is Stand.DOOMED]
        question = rollout_questions.doomed_rollout(doomed, ())
        if doomed and facts.answer(question.key) is None:
            shown = [*map(how_far, begun), *map(_not_begun, awaited)]
            shown += judged_in_words(doomed, cluster)
            return Ask(rollout_questions.doomed_rollout(doomed, shown))
        after = max(_UNSTEADY_AFTER_SECONDS, _UNSTEADY_AFTER_WINDOWS * self.stability_seconds)
        unsteady = [each for each in judged if each.unsteady_seconds >= after]
        if unsteady and facts.answer(rollout_questions.UNSTEADY) is None:
            names = [each.deployment for each in unsteady]
            return Ask(rollout_questions.unsteady(names, judged_in_words(unsteady, cluster)))
        if awaited and facts.elapsed_seconds >= _seconds_to_begin(facts):
            names, shown = [view.name for view in awaited], [*map(_not_begun, awaited)]
            return Ask(rollout_questions.not_begun(names, shown))
        left = self.stability_seconds - min(map(stable_seconds, begun), default=float("inf"))
        is_complete = not awaited and worst(judged) is Stand.COMPLETE
        if is_complete and (left <= 0 or not self.stability_seconds):
            return None
        saying = _progress(begun, awaited, judged)
        if is_complete:
            saying = f"Rolled out; all pods must stay ready{for_so_long(self.stability_seconds)}"
        bad = [each for each in judged if each.is_bad]
        return Waiting(
            saying,
            cluster.look_again_in(),
            shown=tuple(explained(bad, cluster)),
            is_red=bool(bad),
        )


def _rolled_out(views: Sequence[DeploymentView], not_begun: Sequence[DeploymentView]) -> Done:
    """Return what each came to; where nothing new came of any, nobody has seen a deployment."""
    begun = [view for view in views if view not in not_begun]
    said = [f"Rolled out: {_revisions(begun)}"] if begun else []
    said += [scaled_to_zero(view.name) for view in views if not view.wanted]
    said += [f"nothing new of {_revisions(not_begun)}"] if not_begun else []
    text = f"{'; '.join(said)}."
    if not begun:
        return Done(text[0].upper() + text[1:])
    found = tuple(DeploymentRevision(view.name, view.revision, view.fingerprint) for view in views)
    return Done(text, (ROLLOUT(found),))


def _revisions(views: Sequence[DeploymentView]) -> str:
    return ", ".join(f"{view.name} at revision {view.revision}" for view in views)


def _seconds_to_begin(facts: Facts) -> float:
    """Return how long a new revision may take; without a run to watch, nobody knows who deploys."""
    return _AFTER_THE_RUN_SECONDS if WORKFLOW_RUN_ID in facts else _WITHOUT_A_RUN_SECONDS


def _not_begun(view: DeploymentView) -> str:
    images = f" ({images_in_words(view.images)})" if view.images else ""
    said = f"{view.name} is still at revision {view.revision}{images}"
    return f"{said}; {paused_in_words(view)}" if view.is_paused else said


def _has_begun(view: DeploymentView, before: DeploymentRecord | None) -> bool:
    return before is None or view.revision > before.revision


def _is_new(view: DeploymentView, before: DeploymentRecord | None) -> bool:
    """Tell whether the ReplicaSet is another than the recorded one, so that its pods are, too."""
    return before is not None and view.template_hash != before.template_hash


def _is_another(view: DeploymentView, before: DeploymentRecord | None) -> bool:
    return before is not None and bool(view.uid) and view.uid != before.uid


def _progress(
    begun: Sequence[DeploymentView], awaited: Sequence[DeploymentView], judged: Sequence[Judgement]
) -> str:
    words = map(how_far, not_complete(begun, judged))
    reasons = (in_words(each) for each in judged if each.reasons)
    return "; ".join([*words, *map(_not_begun, awaited), *reasons])
